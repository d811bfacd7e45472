import Testing

@testable import Provisioning

/// The daemon in a VM is that of the package which is installed there.
@Suite struct MultipassDaemonTests {
    private let base = Self.runner(stat: "8 /snap/bin/lxd\n")

    /// A multipass whose one VM runs, in which `stat` prints that.
    private static func runner(stat: String) -> AnythingRunner {
        AnythingRunner { command in
            if command.arguments.first == "list" {
                return #"{"list":[{"ipv4":[],"name":"DEV-00","release":"","state":"Running"}]}"#
            }
            return command.arguments.contains("stat") ? stat : ""
        }
    }

    private func provider(_ base: any CommandRunner) -> MultipassProvider {
        MultipassProvider(
            base: base, engine: .lxd, templates: TemplateLibrary(runtime: "/r", files: InMemoryFiles()),
            time: VirtualTime())
    }

    @Test func snapsUnitIsNeverRestarted() async throws {
        let state = try Bench.state(1)
        try await provider(base).restartDaemon(of: try .dev(0), in: state)
        try await provider(base).stopDaemon(of: try .dev(0), in: state)
        let verbs = base.commands.filter { $0.effect == .changes && $0.arguments.contains("systemctl") }.map {
            $0.arguments.drop { $0 != "systemctl" }.dropFirst().joined(separator: " ")
        }
        #expect(
            verbs == [
                "start --no-block snap.lxd.daemon.unix.socket snap.lxd.daemon.service",
                "stop --job-mode=ignore-dependencies snap.lxd.daemon.unix.socket", "stop snap.lxd.daemon.service",
            ])
    }

    @Test func withoutLXDThereIsNothingToRestart() async throws {
        let state = try Bench.state(1)
        let failure = await #expect(throws: Failure.self) {
            try await provider(Self.runner(stat: "")).restartDaemon(of: try .dev(0), in: state)
        }
        #expect(failure?.code == .conflict)
    }
}
