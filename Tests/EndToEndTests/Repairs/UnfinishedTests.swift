import Foundation
import Provisioning
import Testing

extension Repairs {
    /// What `status` and `list` say of an `up` that was ended, or is still at it; and what the hint makes of that.
    @Suite struct Unfinished {
        /// When `up -m 2` is killed: the command before which it is, with what the first line of `status` says then.
        enum Moment: String, CaseIterable, Sendable {
            case beforeBootstrap, beforeFirstJoin, beforeBridge

            var words: [String] {
                switch self {
                case .beforeBootstrap: ["-00/", Product.initialisation]
                case .beforeFirstJoin: ["cluster add"]
                case .beforeBridge: ["network create \(Product.engine.bridge)"]
                }
            }

            var sentence: String {
                self == .beforeBootstrap ? "(interrupted)" : "create the bridge \(Product.engine.bridge)"
            }
            var code: String { self == .beforeBootstrap ? "interrupted" : "unfinished" }
        }

        @Test("A killed up is not healthy, and its hint finishes it", arguments: Moment.allCases)
        func killed(_ moment: Moment) async throws {
            try await Sandbox.use("UK") { sandbox in
                try await kill(at: moment, sandbox)
                let status = try await sandbox.bcmcluster("status", "-c", sandbox.cluster)
                #expect(status.ending == .exited(4))
                #expect(status.output.contains("\(sandbox.cluster) is not finished"), "\(status.output)")
                #expect(status.output.contains(moment.sentence), "\(status.output)")
                #expect(status.output.contains("hint: bcmcluster up -c \(sandbox.cluster)\n"), "\(status.output)")
                #expect(try await sandbox.mustRun("list").output.contains("is not finished"))
                try await AdviceWalk(sandbox).walk(from: moment.code)
                try await finished(sandbox)
            }
        }

        @Test("repair finishes a killed up by itself", arguments: Moment.allCases)
        func repaired(_ moment: Moment) async throws {
            try await Sandbox.use("UR") { sandbox in
                try await kill(at: moment, sandbox)
                try await sandbox.mustRun("repair", "-c", sandbox.cluster)
                try await finished(sandbox)
            }
        }

        private func kill(at moment: Moment, _ sandbox: Sandbox) async throws {
            let hook = try await Hook(sandbox, at: moment.words, does: "kill -KILL $PPID; exit 1")
            let killed = try await sandbox.run(
                Product.bcmcluster, ["up", "-c", sandbox.cluster, "-m", "2"], adding: hook.variables)
            #expect(killed.ending == .signalled(SIGKILL) && hook.wasMet)
        }

        private func finished(_ sandbox: Sandbox) async throws {
            let status = try await sandbox.bcmcluster("status", "-c", sandbox.cluster)
            #expect(status.ending == .exited(0), "\(status.output)")
            #expect(try await sandbox.online().count == 3)
            #expect(
                try await sandbox.client("network", "list", "--format", "csv").contains("\(Product.engine.bridge),"))
            #expect(try await sandbox.mustRun("list").output.contains("  online\n"))
        }

        @Test("What was started on an unfinished cluster gets its network from up, a unit's instance its address too")
        func networkForWhatRuns() async throws {
            try await Sandbox.use("UN") { sandbox in
                try await kill(at: .beforeBridge, sandbox)
                try await sandbox.importImage()
                try await sandbox.client("launch", "tiny", "own", "--quiet")
                let file = "\(sandbox.folder)/web.toml"
                try "[spacecore]\nname = \"web\"\n[hardware]\nmemory = 32\nref = \"tiny\"\n".write(
                    toFile: file, atomically: true, encoding: .utf8)
                try await sandbox.mustRun("run", "-c", sandbox.cluster, file)
                let up = try await sandbox.mustRun("up", "-c", sandbox.cluster)
                #expect(
                    up.errors.contains("\(Product.engine.client) restart \(sandbox.cluster)-00:own"),
                    "the user's own is left alone: \(up.errors)")
                let own = try await sandbox.client("exec", "own", "--", "ip", "link", "show", "eth0")
                #expect(own.contains("eth0"))
                let address = try await SystemTime().wait(
                    for: "an address", limit: .seconds(60), every: .milliseconds(300)
                ) {
                    let text = try await sandbox.client("list", "^web-1$", "--columns", "4", "--format", "csv")
                    return text.contains("10.248.0.") ? text : nil
                }
                #expect(address.contains("(eth0)"), "\(address)")
            }
        }

        @Test("A bridge and a default profile that the user has emptied stay so, and the cluster is healthy")
        func theUsersChoice() async throws {
            try await Sandbox.use("UC") { sandbox in
                try await sandbox.mustRun("up", "-c", sandbox.cluster)
                try await sandbox.client("profile", "device", "remove", "default", "eth0")
                try await sandbox.client("network", "delete", Product.engine.bridge)
                try await sandbox.mustRun("status", "-c", sandbox.cluster)
                let again = try await sandbox.mustRun("up", "-c", sandbox.cluster)
                #expect(again.errors.contains("unchanged"), "\(again.errors)")
                try await sandbox.mustRun("member", "add", "-c", sandbox.cluster)
                #expect(
                    try await !sandbox.client("network", "list", "--format", "csv").contains(
                        "\(Product.engine.bridge),"))
                try await sandbox.mustRun("status", "-c", sandbox.cluster)
            }
        }

        @Test("While a command changes the cluster, status and list say so; a dead one's lock says nothing")
        func changing() async throws {
            try await Sandbox.use("UB") { sandbox in
                let name = sandbox.cluster
                let hook = try await Hook(
                    sandbox, at: ["network create \(Product.engine.bridge)"],
                    does: "while [ ! -e \(sandbox.folder)/go ]; do sleep 0.05; done")
                let up = try Spawned(sandbox.adding(hook.variables), ["up", "-c", name, "-m", "1"])
                _ = try await SystemTime().wait(for: "the bridge", limit: .seconds(120), every: .milliseconds(50)) {
                    hook.wasMet ? true : nil
                }
                let status = try await sandbox.bcmcluster("status", "-c", name)
                #expect(status.ending == .exited(6), "\(status.output)")
                #expect(
                    status.output.hasPrefix("✗ \(name) is changing: `up` (PID \(up.number), "), "\(status.output)")
                #expect(!status.output.contains("not finished") && !status.output.contains("repair"))
                let list = try await sandbox.mustRun("list")
                #expect(list.output.contains("\(name) is changing: `up` (PID \(up.number), "), "\(list.output)")
                let data = try await sandbox.bcmcluster("status", "-c", name, "--json")
                #expect(data.ending == .exited(6) && data.output.contains(#""code" : "changing""#), "\(data.output)")
                try "".write(toFile: "\(sandbox.folder)/go", atomically: true, encoding: .utf8)
                try await AdviceWalk(sandbox).walk(from: "changing")
                #expect(try await up.wait() == 0)
                try await killedHolder(sandbox)
            }
        }

        /// The file still names it.
        private func killedHolder(_ sandbox: Sandbox) async throws {
            let text = #"{"process":1,"command":"up -c \#(sandbox.cluster)","since":1}"#
            try text.write(toFile: sandbox.files().lock, atomically: true, encoding: .utf8)
            try await sandbox.mustRun("status", "-c", sandbox.cluster)
        }

        @Test("list answers within two seconds where a cluster has no quorum, and where one is frozen")
        func listIsBounded() async throws {
            try await Sandbox.use("UL") { sandbox in
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "2")
                for index in 1...2 { try #require(try Daemon("\(sandbox.cluster)-0\(index)")).kill() }
                try await expectBounded(sandbox)
                Foundation.kill(try #require(try Daemon("\(sandbox.cluster)-00")).number, SIGSTOP)
                try await expectBounded(sandbox)
            }
        }

        /// Two seconds on a machine that has nothing else to do; LXD itself takes ten and more.
        private func expectBounded(_ sandbox: Sandbox) async throws {
            let start = ContinuousClock.now
            let list = try await sandbox.mustRun("list")
            #expect(ContinuousClock.now - start < .seconds(8), "\(list.output)")
            #expect(!list.output.contains("  online\n"), "\(list.output)")
        }

        @Test("up counts what it did: machines created and started, members joined")
        func summary() async throws {
            try await Sandbox.use("US") { sandbox in
                let name = sandbox.cluster
                let first = try await sandbox.mustRun("up", "-c", name, "-m", "1")
                #expect(
                    first.errors.contains(
                        "  2 machines created (namespace provider), cluster bootstrapped, 1 member joined, \(Product.engine.bridge) created, \(Product.engine.client) remote \(name)-00 added\n"
                    ), "\(first.errors)")
                let added = try await sandbox.mustRun("member", "add", "-c", name)
                #expect(
                    added.errors.contains("  1 machine created (namespace provider), 1 member joined\n"),
                    "\(added.errors)")
                Foundation.kill(try sandbox.holder("\(name)-02"), SIGKILL)
                let started = try await sandbox.mustRun("up", "-c", name)
                #expect(started.errors.contains("  1 machine started\n"), "\(started.errors)")
                #expect(try await sandbox.mustRun("up", "-c", name).errors.contains("unchanged"))
            }
        }
    }
}
