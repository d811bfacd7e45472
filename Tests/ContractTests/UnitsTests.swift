import Provisioning
import Testing

@testable import MultipassStandIn

/// `systemctl` in a guest, as the LXD snap's scripts have it.
@Suite(.timeLimit(.minutes(10))) struct UnitsTests {
    private static let daemon = "snap.lxd.daemon"
    private static let socket = "snap.lxd.daemon.unix.socket"

    @Test func aStopShutsInstancesDownAndAReloadDoesNot() async throws {
        try await Sandbox.open { sandbox async throws in
            try await Self.runInstance(sandbox)
            let first = try await Self.process(sandbox)
            try await Self.systemctl(sandbox, "reload", Self.daemon)
            #expect(try await Self.isRunning(sandbox))
            #expect(try await Self.process(sandbox) == first, "the instance runs on")
            // LXD stops it, and starts it again when it comes back.
            try await Self.systemctl(sandbox, "restart", "\(Self.daemon).service")
            _ = try await SystemTime().wait(for: "the instance", limit: .seconds(120), every: .milliseconds(200)) {
                try await Self.isRunning(sandbox) ? true : nil
            }
            #expect(try await Self.process(sandbox) != first)
            try await Self.systemctl(sandbox, "stop", Self.daemon)
            #expect(try await !Self.hasInstance(sandbox))
        }
    }

    @Test("A daemon that is killed is started again, and a stop right after a reload leaves instances alone")
    func daemonAlone() async throws {
        try await Sandbox.open { sandbox async throws in
            try await Self.runInstance(sandbox)
            let first = try await Self.process(sandbox)
            try await Self.signal(sandbox, "KILL")
            #expect(try await Self.states(sandbox) == "active\nactive\n")
            _ = try await SystemTime().wait(for: "LXD", limit: .seconds(120), every: .milliseconds(200)) {
                try await Self.isRunning(sandbox) ? true : nil
            }
            #expect(try await Self.process(sandbox) == first, "the instance runs on")

            try await Self.systemctl(sandbox, "stop", Self.socket)
            try await Self.signal(sandbox, "STOP")
            try await Self.systemctl(sandbox, "reload", Self.daemon)
            try await Self.systemctl(sandbox, "stop", "--no-block", Self.daemon)
            try await Self.signal(sandbox, "KILL")
            try await Self.systemctl(sandbox, "stop", Self.daemon)
            #expect(try await Self.states(sandbox) == "inactive\ninactive\n")
            #expect(try await Self.hasInstance(sandbox))
            let call = ["exec", "t1", "-n", "--", "sudo", "systemctl", "reload", Self.daemon]
            let inactive = Complaint(1, "snap.lxd.daemon.service is not active, cannot reload.")
            #expect(try await sandbox.complaint(call) == inactive)

            try await Self.systemctl(sandbox, "start", Self.socket, Self.daemon)
            _ = try await SystemTime().wait(for: "LXD", limit: .seconds(120), every: .milliseconds(200)) {
                try await Self.isRunning(sandbox) ? true : nil
            }
            #expect(try await Self.process(sandbox) == first, "the instance runs on")
        }
    }

    @Test func theSocketStartsAStoppedDaemonAgain() async throws {
        try await Sandbox.open { sandbox async throws in
            try await sandbox.launch("t1")
            #expect(try await Self.states(sandbox) == "active\nactive\n")
            try await Self.systemctl(sandbox, "stop", Self.daemon)
            #expect(try await Self.states(sandbox) == "inactive\nactive\n")
            #expect(try await Self.lxc(sandbox, "query", "/1.0").succeeded)
            #expect(try await Self.states(sandbox) == "active\nactive\n")
            try await Self.systemctl(sandbox, "stop", Self.daemon, Self.socket)
            #expect(try await Self.states(sandbox) == "inactive\ninactive\n")
            #expect(try await !Self.lxc(sandbox, "query", "/1.0").succeeded)
            #expect(try await Self.states(sandbox) == "inactive\ninactive\n")
            try await Self.systemctl(sandbox, "start", Self.socket, Self.daemon)
            #expect(try await Self.lxc(sandbox, "query", "/1.0").succeeded)
            #expect(try await Self.states(sandbox) == "active\nactive\n")
        }
    }

    @Test func aLightMachineHasTheUnitsAlone() async throws {
        try await Sandbox.open(Faults(every: .init(stopSeconds: 1)), light: true) { sandbox async throws in
            try await sandbox.launch("t1")
            let took = try await ContinuousClock().measure { try await Self.systemctl(sandbox, "stop", Self.daemon) }
            #expect(took >= .seconds(1))
            let active = ["exec", "t1", "-n", "--", "systemctl", "is-active"]
            let stopped = try await sandbox.run(active + [Self.daemon])
            #expect(stopped.output == "inactive\n" && stopped.ending == .exited(3))
            #expect(try await sandbox.run(active + [Self.socket]) == CommandResult(output: "active\n"))
            #expect(try sandbox.remembered().instances["t1"]?.daemonIsStopped == true)
            _ = try await sandbox.run(["exec", "t1", "-n", "--", "sudo", "lxc", "--version"])
            #expect(try sandbox.remembered().instances["t1"]?.daemonIsStopped == true)
            _ = try await sandbox.run(["exec", "t1", "-n", "--", "sudo", "lxc", "list"])
            #expect(try sandbox.remembered().instances["t1"]?.daemonIsStopped == false)
            try sandbox.set(Faults(every: .init(noSnap: true)))
            let absent = "Failed to stop snap.lxd.daemon.service: Unit snap.lxd.daemon.service not found."
            let stop = ["exec", "t1", "-n", "--", "sudo", "systemctl", "stop", Self.daemon]
            #expect(try await sandbox.complaint(stop) == Complaint(5, absent))
        }
    }

    private static func lxc(_ sandbox: Sandbox, _ words: String...) async throws -> CommandResult {
        try await sandbox.run(["exec", "t1", "--no-map-working-directory", "--", "sudo", "lxc"] + words)
    }

    private static func systemctl(_ sandbox: Sandbox, _ words: String...) async throws {
        let call = ["exec", "t1", "--no-map-working-directory", "--", "sudo", "systemctl"] + words
        #expect(try await sandbox.run(call) == CommandResult())
    }

    /// Sends a signal to the daemon as one that knows the snap's does.
    private static func signal(_ sandbox: Sandbox, _ signal: String) async throws {
        let pattern = "^([^ ]*/)?lxd (.* )?--logfile[ =]/var/snap/lxd/common/lxd/logs/"
        let words = ["exec", "t1", "-n", "--", "sudo", "pkill", "-\(signal)", "-f", pattern]
        #expect(try await sandbox.run(words) == CommandResult())
    }

    private static func states(_ sandbox: Sandbox) async throws -> String {
        try await sandbox.run(["exec", "t1", "-n", "--", "systemctl", "is-active", daemon, socket]).output
    }

    private static func runInstance(_ sandbox: Sandbox) async throws {
        try await sandbox.launch("t1")
        let here = #filePath
        let package = here.split(separator: "/").dropLast(3).joined(separator: "/")
        let image = "\(sandbox.folder)/tiny.tar.gz"
        try await LocalRunner().output(of: Command("/\(package)/scripts/tiny-image", [image], effect: .changes))
        for words in [
            ["storage", "create", "default", "dir"],
            ["profile", "device", "add", "default", "root", "disk", "path=/", "pool=default"],
            ["image", "import", image, "--alias", "tiny"], ["launch", "tiny", "box", "--quiet"],
        ] {
            let call = ["exec", "t1", "--no-map-working-directory", "--", "sudo", "lxc"] + words
            let result = try await sandbox.run(call)
            try #require(result.succeeded, "\(words): \(result.errors)")
        }
    }

    private static func isRunning(_ sandbox: Sandbox) async throws -> Bool {
        try await lxc(sandbox, "list", "--format", "csv", "--columns", "s").output == "RUNNING\n"
    }

    /// The instance's first process, by its number on the host.
    private static func process(_ sandbox: Sandbox) async throws -> String {
        let state = try await lxc(sandbox, "query", "/1.0/instances/box/state").output
        return try #require(state.split(separator: "\n").first { $0.contains("\"pid\"") }.map { $0.trimmed })
    }

    /// Whether a monitor of an instance is among the guest's processes.
    private static func hasInstance(_ sandbox: Sandbox) async throws -> Bool {
        let words = ["pgrep", "--ns", "1", "--nslist", "pid", "-f", #"^\[lxc monitor\]"#]
        return try await sandbox.run(["exec", "t1", "-n", "--", "sudo"] + words).succeeded
    }
}
