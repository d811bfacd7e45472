import Foundation
import Provisioning
import Testing

/// Both engines on one host, whichever of them the other suites run with.
@Suite(.serialized) struct Engines {
    @Test("Clusters of both engines, and daemons of the user's own of either kind, do not disturb each other")
    func sideBySide() async throws {
        try await Sandbox.use("E", adding: ["BCM_ENGINE": ""]) { sandbox in
            let own = Engine.all.map { OwnDaemon(engine: $0, folder: "\(sandbox.folder)/own-\($0.name)") }
            for daemon in own { try await daemon.start() }
            do { try await expectPeace(sandbox, own) } catch {
                for daemon in own { try? await daemon.end() }
                throw error
            }
            for daemon in own { try await daemon.end() }
        }
    }

    private func expectPeace(_ sandbox: Sandbox, _ own: [OwnDaemon]) async throws {
        let before = try await answers(own)
        var names: [(engine: Engine, name: String)] = []
        for engine in Engine.all {
            let name = "\(sandbox.cluster)\(engine.name.uppercased())"
            names.append((engine, name))
            let up = try await sandbox.mustRun("up", "-c", name, "-m", "1", "--engine", engine.name)
            #expect(up.errors.contains("engine \(engine.title) (as chosen)"))
            let traces = try HostTraces(sandbox.state(of: name))
            #expect(try await !traces.leftInTheEnd().isEmpty)
        }
        for (engine, name) in names {
            let remotes = try await remotes(of: engine, sandbox)
            #expect(remotes.contains("\(name)-00"))
            for other in names where other.engine != engine { #expect(!remotes.contains("\(other.name)-00")) }
            struct Status: Decodable {
                var engine: String
                var healthy: Bool
            }
            let status = try await sandbox.mustRun("status", "-c", name, "--json").output
            let seen = try JSONDecoder().decode(Status.self, from: Data(status.utf8))
            #expect(seen.engine == engine.name && seen.healthy)
            // What is run inside is that engine's own client.
            let inside = try await sandbox.mustRun("exec", "-c", name, "--", engine.client, "cluster", "list")
            #expect(inside.output.contains("\(name)-01"))
        }
        let (first, second) = (names[0].name, names[1].name)
        let traces = try HostTraces(sandbox.state(of: first))
        try await sandbox.mustRun("destroy", "-c", first, "--yes")
        #expect(try await traces.leftInTheEnd().filter { !$0.contains(second) } == [])
        try await sandbox.mustRun("status", "-c", second)
        try await sandbox.mustRun("destroy", "-c", second, "--yes")
        for engine in Engine.all { #expect(try await !remotes(of: engine, sandbox).contains(sandbox.cluster)) }
        #expect(try await answers(own) == before)
    }

    private func remotes(of engine: Engine, _ sandbox: Sandbox) async throws -> String {
        let listed = try await sandbox.run(engine.client, ["remote", "list", "--format", "csv"])
        try #require(listed.succeeded, "\(listed.errors)")
        return listed.output
    }

    private func answers(_ own: [OwnDaemon]) async throws -> [String] {
        var answers: [String] = []
        for daemon in own { answers.append(try await daemon.answer()) }
        return answers
    }

    @Test("A cluster keeps its engine, and an engine that there is not is refused before anything is made")
    func choice() async throws {
        try await Sandbox.use("E", adding: ["BCM_ENGINE": ""]) { sandbox in
            let unknown = try await sandbox.bcmcluster("up", "-c", sandbox.cluster, "--engine", "docker")
            #expect(unknown.ending == .exited(2))
            #expect(unknown.errors.contains("--engine: docker is not an engine; there are lxd and incus"))
            #expect(try sandbox.runtimeContents() == [])
            let plan = try await sandbox.mustRun("up", "-c", sandbox.cluster, "--dry-run")
            #expect(plan.output.contains("engine LXD (installed here)"), "\(plan.output)")
            let chosen = try await sandbox.mustRun(
                "up", "-c", sandbox.cluster, "--dry-run", adding: ["BCM_ENGINE": "incus"])
            #expect(chosen.output.contains("engine Incus (as chosen)"), "\(chosen.output)")
            #expect(!chosen.output.contains("lxd"), "\(chosen.output)")
            try await sandbox.mustRun("up", "-c", sandbox.cluster, "--engine", "incus")
            let other = try await sandbox.bcmcluster("up", "-c", sandbox.cluster, "--engine", "lxd")
            #expect(other.ending == .exited(2))
            #expect(other.errors.contains("\(sandbox.cluster) was created with incus"))
            // The variable is no order to change it.
            let again = try await sandbox.mustRun("up", "-c", sandbox.cluster, adding: ["BCM_ENGINE": "lxd"])
            #expect(again.errors.contains("is not used: \(sandbox.cluster) was created with incus"))
        }
    }

    @Test(
        "A machine whose first process ends by itself is started once more; a second end is told with what it printed")
    func firstProcess() async throws {
        try await Sandbox.use("E") { sandbox in
            let template = try String(contentsOfFile: "\(Product.sources)/Templates/entrypoint.sh", encoding: .utf8)
            func breaking(_ lines: String) throws {
                let place = "    exec </dev/null >>\"$folder/console.log\" 2>&1\n"
                try #require(template.contains(place))
                let folder = "\(sandbox.runtime)/templates"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try template.replacing(place, with: place + lines)
                    .write(toFile: "\(folder)/entrypoint.sh", atomically: true, encoding: .utf8)
            }
            try breaking("    echo no room in the attic; exit 1\n")
            let refused = try await sandbox.bcmcluster("up", "-c", sandbox.cluster)
            #expect(refused.ending == .exited(1))
            #expect(refused.errors.contains("the first process of \(sandbox.cluster)-00 exited"))
            #expect(refused.errors.contains("no room in the attic"))
            try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
            try breaking("    [ -e \"$folder/tried\" ] || { touch \"$folder/tried\"; exit 1; }\n")
            try await sandbox.mustRun("up", "-c", sandbox.cluster)
            #expect(try await sandbox.online() == ["\(sandbox.cluster)-00"])
        }
    }
}

/// A daemon that the user runs on the host for themselves.
private struct OwnDaemon {
    let engine: Engine
    let folder: String

    private func run(_ words: [String], input: String? = nil) async throws -> String {
        try await LocalRunner().output(
            of: Command(
                "env",
                ["\(engine.folderVariable)=\(folder)", "\(engine.configurationVariable)=\(folder)/client"] + words,
                input: input, limit: .seconds(120), effect: .changes))
    }

    func start() async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        _ = try await LocalRunner().run(
            Command(
                "setsid",
                ["--fork", "env", "\(engine.folderVariable)=\(folder)", engine.daemon, "--logfile", "\(folder)/log"],
                limit: .seconds(30), effect: .changes, output: .discarded))
        _ = try await run(engine.administration + ["waitready", "--timeout=120"])
        _ = try await run(
            engine.administration + ["init", "--preseed"], input: "storage_pools: [{name: mine, driver: dir}]\n")
    }

    /// What it says of its pools.
    func answer() async throws -> String {
        try await run([engine.client, "--force-local", "storage", "list", "--format", "csv"])
    }

    func end() async throws { _ = try await run(engine.administration + ["shutdown", "--timeout=60"]) }
}
