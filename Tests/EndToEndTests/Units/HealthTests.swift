import Foundation
import Provisioning
import Testing

extension Units {
    /// Units that need others, and whether instances are healthy.
    @Suite struct Health {
        @Test("Several files in the order of their needs, and exec, tcp and http from unhealthy to healthy")
        func needsAndHealth() async throws {
            try await Sandbox.use("HE") { sandbox in
                try await sandbox.upWithImage(members: 2)
                try await isRefused(sandbox)
                try await waitsForWhatIsNeeded(sandbox)
                try await showsHealth(sandbox)
                try await waitsForHealth(sandbox)
                try await changesInPlace(sandbox)
                try await hangs(sandbox)
                try await needsWhatIsThere(sandbox)
                try await clusterFile(sandbox)
                try await removes(sandbox)
            }
        }

        private static let ready = "exec = [\"cat\", \"/ready\"]"

        private func file(
            _ name: String, count: Int = 1, needs: [String] = [], health: String, retries: Int = 2, _ sandbox: Sandbox
        ) throws -> String {
            let health = health.isEmpty ? "" : "[health]\n\(health)\ninterval = \"1s\"\nretries = \(retries)"
            return try sandbox.unit(name, count: count, health, instance: "needs = \(needs)")
        }

        /// The files of three units, of which each needs those before it.
        private func files(_ sandbox: Sandbox, retries: Int = 2) throws -> [String] {
            [
                try file("api", needs: ["web", "db"], health: "http = \":8081/ok\"", retries: retries, sandbox),
                try file("web", count: 2, needs: ["db"], health: "tcp = 8080", retries: retries, sandbox),
                try file("db", health: Self.ready, retries: retries, sandbox),
            ]
        }

        private func run(_ sandbox: Sandbox, _ words: [String]) async throws -> CommandResult {
            try await sandbox.run(Product.bcmcluster, ["run", "-c", sandbox.cluster] + words)
        }

        /// What each instance is, as `ps` says.
        private func health(_ sandbox: Sandbox) async throws -> [String: String] {
            try await rows(sandbox).mapValues(\.health)
        }

        private struct Row: Decodable {
            var name: String
            var health: String
            var healthMessage: String?
        }

        private func rows(_ sandbox: Sandbox) async throws -> [String: Row] {
            struct Told: Decodable { var instances: [Row] }
            let result = try await sandbox.mustRun("ps", "-c", sandbox.cluster, "--json")
            let told = try JSONDecoder().decode(Told.self, from: Data(result.output.utf8))
            return Dictionary(uniqueKeysWithValues: told.instances.map { ($0.name, $0) })
        }

        /// Waits until `ps` says so: the engine loses what a command in an instance prints, or its end, now and then.
        private func expect(
            _ wanted: [String: String], _ sandbox: Sandbox, at location: SourceLocation = #_sourceLocation
        ) async throws {
            var found: [String: String] = [:]
            for _ in 1...20 {
                found = try await health(sandbox)
                if found == wanted { return }
                try await SystemTime().sleep(.milliseconds(500))
            }
            #expect(found == wanted, sourceLocation: location)
        }

        /// The steps that ended, in the order in which they did.
        private func finished(_ result: CommandResult) -> [String] {
            result.errors.split(separator: "\n").filter { $0.hasPrefix("✓") }.compactMap { line in
                line.split(separator: ": ").dropFirst().first?.split(separator: " (").first.map(String.init)
            }
        }

        private func isRefused(_ sandbox: Sandbox) async throws {
            let web = try file("web", needs: ["db"], health: "", sandbox)
            try await sandbox.refuses("run", web, status: 5, saying: "web needs the unit db, which is in no file")
            let db = try file("db", needs: ["web"], health: "", sandbox)
            try await sandbox.refuses(
                "run", web, db, status: 2, saying: "units need each other: web needs db needs web")
            let twin = "\(sandbox.folder)/twin.toml"
            try FileManager.default.copyItem(atPath: web, toPath: twin)
            try await sandbox.refuses("run", web, twin, status: 2, saying: "are both files of the unit web")
            try await sandbox.refuses(
                "run", try file("db", health: "", sandbox), "--wait-for", "healthy", status: 2,
                saying: "db has no [health]")
            #expect(try await sandbox.ps().isEmpty)
        }

        /// What needs others is not begun before these are healthy.
        private func waitsForWhatIsNeeded(_ sandbox: Sandbox) async throws {
            let files = try files(sandbox)
            let plan = try await run(sandbox, files + ["--dry-run"])
            let places = ["create db-1", "wait until db-1 is healthy", "create web-2", "create api-1"].map {
                plan.output.range(of: $0)?.lowerBound
            }
            #expect(
                plan.succeeded && !places.contains(nil)
                    && places.compactMap(\.self) == places.compactMap(\.self).sorted())
            #expect(try await sandbox.ps().isEmpty, "a dry run makes nothing")

            let first = try await run(sandbox, files)
            #expect(first.ending == .exited(1), "\(first)")
            #expect(
                first.errors.contains("db-1 is unhealthy after 2 tries (exec cat /ready: exit status 1"), "\(first)")
            #expect(
                first.errors.contains("re-run bcmcluster run -c \(sandbox.cluster) \(files.joined(separator: " "))"))
            #expect(try await sandbox.ps().map(\.name) == ["db-1"])

            _ = try await sandbox.inside("db", "busybox", "touch", "/ready")
            let second = try await run(sandbox, files + ["--json"])
            // Either of them may be the first.
            #expect(second.ending == .exited(1), "\(second.errors)")
            #expect(second.output.contains(#/web-[12] is unhealthy after 2 tries \(tcp 8080: /#), "\(second.output)")
            #expect(try await sandbox.ps().map(\.name) == ["db-1", "web-1", "web-2"])
            // Each instance listens by what every image of the tests has.
            try await listen("web/1", 8080, sandbox)
            try await listen("web/2", 8080, sandbox)
            let third = try await run(sandbox, files)
            #expect(third.succeeded, "\(third)")
            #expect(finished(third).filter { $0.hasPrefix("create ") && !$0.contains("network") } == ["create api-1"])
            let again = try await run(sandbox, files)
            #expect(again.succeeded && finished(again).isEmpty && again.errors.contains("api is up to date, unchanged"))
        }

        private func listen(_ instance: String, _ port: Int, _ sandbox: Sandbox) async throws {
            _ = try await sandbox.inside(instance, "busybox", "mkdir", "-p", "/srv")
            _ = try await sandbox.inside(instance, "busybox", "httpd", "-p", "\(port)", "-h", "/srv")
        }

        private func showsHealth(_ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            try await expect(
                ["db-1": "healthy", "web-1": "healthy", "web-2": "healthy", "api-1": "unhealthy"], sandbox)
            #expect(try await rows(sandbox)["api-1"]?.healthMessage?.hasPrefix("http :8081/ok: ") ?? false)
            let table = try await sandbox.mustRun("ps", "-c", name, "web")
            #expect(table.output.contains("HEALTH") && !table.output.contains("api-1"))
            // A note: the cluster is healthy all the same.
            let status = try await SystemTime().wait(
                for: "the note of status", limit: .seconds(600), every: .milliseconds(500)
            ) {
                let status = try await sandbox.mustRun("status", "-c", name)
                return status.output.contains("unhealthy: api-1 (api-1: http :8081/ok: ") ? status : nil
            }
            #expect(status.output.contains("is healthy") && status.output.contains("bcmcluster ps -c \(name) api"))
        }

        private func waitsForHealth(_ sandbox: Sandbox) async throws {
            // A server without the page answers, and is not healthy.
            try await listen("api", 8081, sandbox)
            let failed = try await run(sandbox, [try files(sandbox)[0], "--wait-for", "healthy"])
            #expect(failed.ending == .exited(1), "\(failed)")
            #expect(failed.errors.contains("api-1 is unhealthy after 2 tries (http :8081/ok: HTTP/1"), "\(failed)")
            let files = try files(sandbox, retries: 900)
            async let waiting = run(sandbox, [files[0], "--wait-for", "healthy"])
            try await SystemTime().sleep(.seconds(2))
            _ = try await sandbox.inside("api", "busybox", "touch", "/srv/ok")
            let waited = try await waiting
            #expect(waited.succeeded, "\(waited)")
            try await expect(
                ["db-1": "healthy", "web-1": "healthy", "web-2": "healthy", "api-1": "healthy"], sandbox)
            #expect(try await run(sandbox, files + ["--wait-for", "healthy"]).succeeded)
            // Of one that is stopped nobody need be asked.
            try await sandbox.mustRun("unit", "stop", "-c", sandbox.cluster, "api", "--force")
            try await expect(
                ["db-1": "healthy", "web-1": "healthy", "web-2": "healthy", "api-1": "unhealthy"], sandbox)
        }

        /// Another check and other needs are no reason to recreate anything.
        private func changesInPlace(_ sandbox: Sandbox) async throws {
            let db = try file("db", health: "exec = [\"cat\", \"/other\"]", sandbox)
            let before = try await sandbox.ps("db")
            let changed = try await sandbox.changes("run", db).filter { $0.kind == "instance" }
            #expect(
                changed.map(\.brief) == ["~ instance db-1"] && changed.first?.message == "health check exec cat /other")
            #expect(try await sandbox.ps("db") == before)
            try await sandbox.refuses(
                "run", db, "--wait-for", "healthy", saying: "db-1 is unhealthy after 2 tries (exec cat /other: ")
            _ = try await sandbox.changes("run", try file("db", health: "", sandbox))
            #expect(try await health(sandbox)["db-1"] == "none")
        }

        /// A check that never answers holds nobody up.
        private func hangs(_ sandbox: Sandbox) async throws {
            let hung = "exec = [\"sleep\", \"3600\"]\ntimeout = \"1h\""
            _ = try await sandbox.changes("run", try file("db", health: hung, sandbox))
            let row = try await rows(sandbox)["db-1"]
            #expect(row?.health == "unhealthy" && row?.healthMessage == "exec sleep 3600: no answer within 5s")
            let status = try await sandbox.mustRun("status", "-c", sandbox.cluster)
            #expect(status.output.contains("is healthy"))
            _ = try await sandbox.changes("run", try file("db", health: Self.ready, sandbox))
        }

        /// A unit of one file needs one that is on the cluster, and that has to run.
        private func needsWhatIsThere(_ sandbox: Sandbox) async throws {
            let late = try file("late", needs: ["db"], health: "", sandbox)
            try await sandbox.mustRun("unit", "stop", "-c", sandbox.cluster, "db", "--force")
            try await sandbox.refuses("run", late, saying: "late needs the unit db, and db-1 is stopped")
            try await sandbox.mustRun("unit", "start", "-c", sandbox.cluster, "db")
            let made = try await sandbox.changes("run", late).filter { $0.kind == "instance" }
            #expect(made.map(\.brief) == ["+ instance late-1"])
        }

        private func clusterFile(_ sandbox: Sandbox) async throws {
            _ = try files(sandbox, retries: 900)
            func cluster(_ units: [String]) throws -> String {
                try sandbox.write(
                    "[cluster]\nname = \"\(sandbox.cluster)\"\nmembers = 2\n[units]\nfiles = \(units)\n", to: "c.toml")
            }
            _ = try file("more", needs: ["extra"], health: "", sandbox)
            let lacking = try await sandbox.bcmcluster("up", "-f", cluster(["more.toml"]))
            #expect(lacking.ending == .exited(5) && lacking.errors.contains("more needs the unit extra"), "\(lacking)")
            _ = try file("extra", needs: ["db"], health: Self.ready, retries: 900, sandbox)
            let path = try cluster(["more.toml", "extra.toml"])
            let plan = try await sandbox.mustRun("up", "-f", path, "--dry-run").output
            let (extra, more) = (plan.range(of: "create extra-1"), plan.range(of: "create more-1"))
            #expect(
                extra != nil && more != nil
                    && (extra?.upperBound ?? plan.endIndex) < (more?.lowerBound ?? plan.startIndex))
            async let applying = sandbox.bcmcluster("up", "-f", path)
            _ = try await SystemTime().wait(for: "extra-1", limit: .seconds(600), every: .milliseconds(300)) {
                let there = try await sandbox.ps().contains { $0.name == "extra-1" && $0.state == "running" }
                return there ? true : nil
            }
            #expect(try await sandbox.ps("extra").count == 1)
            #expect(try await sandbox.ps().contains { $0.name == "more-1" } == false)
            _ = try await sandbox.inside("extra", "busybox", "touch", "/ready")
            let applied = try await applying
            #expect(applied.succeeded, "\(applied)")
            #expect(try await sandbox.ps("more").map(\.name) == ["more-1"])
        }

        private func removes(_ sandbox: Sandbox) async throws {
            let plan = try await sandbox.mustRun("rm", "-c", sandbox.cluster, "db", "--dry-run")
            #expect(plan.output.contains("db is needed by api, extra, late, web"), "\(plan.output)")
            let removed = try await sandbox.mustRun("rm", "-c", sandbox.cluster, "db", "--yes")
            #expect(removed.errors.contains("db is needed by api, extra, late, web"))
        }
    }
}
