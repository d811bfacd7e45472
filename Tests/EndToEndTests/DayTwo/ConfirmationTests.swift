import Foundation
import Provisioning
import Testing

/// What a command is given on standard input that is no terminal.
private enum Input: String, CaseIterable {
    case nothing = ""
    case yes = "y\\n"
    case no = "n\\n"
}

extension Sandbox {
    /// Runs the tool with the words on its standard input, in a pipe; again where a host has not answered in time.
    fileprivate func piped(_ input: Input, _ words: [String]) async throws -> CommandResult {
        let script = "printf '\(input.rawValue)' | exec \"$@\""
        return try await SystemTime().wait(for: "the hosts to answer", limit: .seconds(300), every: .seconds(1)) {
            let result = try await run("sh", ["-c", script, "sh", Product.bcmcluster] + words)
            return result.ending == .exited(4) ? nil : result
        }
    }

    /// Requires that the command is refused whatever stands on its standard input, and names `--yes`; that a dry run of it
    /// does not ask; and that the state is the same afterwards.
    fileprivate func expectRefused<State: Equatable>(
        _ words: [String], _ state: () async throws -> State, at location: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try await state()
        for input in Input.allCases {
            let result = try await piped(input, words)
            #expect(result.ending == .exited(2), "\(words) \(input): \(result.errors)", sourceLocation: location)
            #expect(
                result.errors.contains("deletes data: not a terminal"), "\(result.errors)", sourceLocation: location)
            #expect(result.errors.contains("pass --yes"), "\(result.errors)", sourceLocation: location)
            #expect(!result.errors.contains("[y/N]"), "\(result.errors)", sourceLocation: location)
        }
        let dry = try await piped(.no, words + ["--dry-run"])
        #expect(dry.succeeded && !dry.errors.contains("[y/N]"), "\(words): \(dry.errors)", sourceLocation: location)
        let after = try await state()
        #expect(after == before, "\(words)", sourceLocation: location)
    }
}

extension DayTwo {
    /// Commands that delete data: refused off a terminal without `--yes`, and asked on one.
    @Suite struct Confirmations {
        @Test(
            "Off a terminal nothing is deleted without --yes, whatever a pipe says; on one, run asks and names what goes"
        )
        func refusals() async throws {
            try await Sandbox.use("CO") { sandbox in
                let name = sandbox.cluster
                try await sandbox.upWithImage(members: 2)
                try await sandbox.mustRun("snapshot", "create", "-c", name, "before")
                let file = try sandbox.unit("web", count: 2, instance: "disk = \"64MiB\"")
                try await sandbox.mustRun("run", "-c", name, file)
                let text = try String(contentsOfFile: file, encoding: .utf8)
                let fewer = try sandbox.write(text.replacing("count = 2", with: "count = 1"), to: "fewer.toml")
                let smaller = try sandbox.write(text.replacing("64MiB", with: "32MiB"), to: "smaller.toml")
                let table: [[String]] = [
                    ["rm", "web"], ["run", fewer], ["run", smaller, "--replace", "web"],
                    ["snapshot", "restore", "before"], ["snapshot", "delete", "before"],
                    ["member", "remove", "\(name)-01"], ["member", "remove", "\(name)-01", "--force"],
                ]
                for words in table {
                    try await sandbox.expectRefused(words + ["-c", name]) { try await state(sandbox) }
                }
                let store = try sandbox.unit("store", "[[volume]]\nname = \"data\"\npath = \"/srv/data\"")
                try await sandbox.mustRun("run", "-c", name, store)
                try await sandbox.expectRefused(["rm", "store", "--volumes", "-c", name]) { try await state(sandbox) }
                try await sandbox.mustRun("rm", "store", "--volumes", "-c", name, "--yes")
                // What deletes nothing needs no yes.
                try await sandbox.mustRun("run", "-c", name, file)
                try await sandbox.mustRun("repair", "-c", name)
                try await onATerminal(sandbox, fewer)
                try await repair(sandbox)
                #expect(
                    try await sandbox.piped(.no, ["destroy", "-c", name]).succeeded, "as scripts have always called it")
                #expect(try sandbox.runtimeContents() == [])
            }
        }

        /// What is there: instances with their first processes, volumes, members, snapshots and the cluster's state.
        private func state(_ sandbox: Sandbox) async throws -> [String] {
            let name = sandbox.cluster
            return [
                try await sandbox.client("list", "--format", "csv", "--columns", "nsLp"),
                try await sandbox.client("storage", "volume", "list", "default", "type=custom", "--format", "csv"),
                try await sandbox.online().sorted().joined(separator: " "),
                try String(contentsOfFile: sandbox.files().state, encoding: .utf8),
                try FileManager.default.contentsOfDirectory(atPath: sandbox.files().snapshots).joined(separator: " "),
                try FileManager.default.contentsOfDirectory(atPath: "/var/lib/bcmcluster/machines")
                    .filter { $0.hasPrefix("\(name)-") }.sorted().joined(separator: " "),
            ]
        }

        private func onATerminal(_ sandbox: Sandbox, _ fewer: String) async throws {
            let before = try await state(sandbox)
            let screen = try await TmuxScreen(sandbox, columns: 150, rows: 40)
            do {
                // What the shell prints of the number tells a new screen from the command line and from the former screen.
                func run(_ round: Int) async throws {
                    let words = "\(Product.bcmcluster) run -c \(sandbox.cluster) \(fewer)"
                    try await screen.type("clear; echo round $((\(round)+0)); \(words); echo status $?")
                    _ = try await screen.wait(for: "round \(round)")
                }
                try await run(1)
                let question = try await screen.wait(for: "Continue? [y/N]")
                #expect(question.contains("the instance web-2 and its root disk: count is 1"), "\(question)")
                #expect(!question.contains("the instance web-1"))
                try await screen.type("n")
                #expect(try await screen.wait(for: "status 1").contains("nothing was changed"))
                try await run(2)
                _ = try await screen.wait(for: "Continue? [y/N]")
                try await screen.press("C-c")
                _ = try await screen.wait(for: "status 130")
                #expect(try await state(sandbox) == before)
                try await run(3)
                _ = try await screen.wait(for: "Continue? [y/N]")
                try await screen.type("y")
                _ = try await screen.wait(for: "status 0")
            } catch {
                await screen.close()
                throw error
            }
            await screen.close()
            #expect(try await sandbox.ps("web").map(\.name) == ["web-1"])
        }

        /// A member whose machine is gone comes back without what was on it.
        private func repair(_ sandbox: Sandbox) async throws {
            try await sandbox.loseMachine("\(sandbox.cluster)-01")
            let state = try sandbox.files().state
            try await sandbox.expectRefused(["repair", "-c", sandbox.cluster]) {
                try FileManager.default.contentsOfDirectory(atPath: "/var/lib/bcmcluster/machines")
                    .filter { $0.hasPrefix("\(sandbox.cluster)-") }.sorted()
                    + [String(contentsOfFile: state, encoding: .utf8)]
            }
        }
    }
}

extension Hosts {
    /// The same for VMs, and for hosts that are given up.
    @Suite struct Confirmations {
        @Test("A VM is not deleted, and a host with members not given up, without --yes off a terminal")
        func refusals() async throws {
            try await TestHost.useMultipass("VC", 1) { sandbox, _, hosts in
                try await sandbox.mustRun("vm", "launch", "h0/box")
                try await sandbox.expectRefused(["vm", "delete", "h0/box"]) {
                    try await hosts[0].multipass(sandbox, "list", "--format", "csv")
                }
                let store = HostStore(runtime: sandbox.runtime, files: LocalFiles(), time: SystemTime())
                try writeState(sandbox, on: hosts[0])
                try await sandbox.expectRefused(["host", "remove", "h0", "--force"]) { try store.all().map(\.name) }
                try await sandbox.mustRun("host", "remove", "h0", "--force", "--yes")
                #expect(try store.all().isEmpty)
                try FileManager.default.removeItem(atPath: sandbox.files().path)
            }
        }

        /// The state of a cluster with its only member on the host.
        private func writeState(_ sandbox: Sandbox, on host: TestHost) throws {
            let name = try ClusterName(sandbox.cluster)
            var state = ClusterState(
                name: name, identifier: "0123abcd", created: 1_000,
                settings: ClusterSettings(provider: .multipass, storage: .dir))
            let address = try #require(IPv4(host.address))
            state.spread = [.init(host: try HostName("h0"), address: address, number: 0)]
            state.members = [.init(name: MemberName(name, 0), host: try HostName("h0"))]
            try LocalFiles().makeFolder(sandbox.files().path, mode: 0o700)
            try LocalFiles().write(StateStore.encode(state), to: sandbox.files().state, mode: 0o600)
        }
    }
}
