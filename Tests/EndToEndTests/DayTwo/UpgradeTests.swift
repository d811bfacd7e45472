import Foundation
import Provisioning
import Testing

extension DayTwo {
    /// The engine on all members is replaced while two instances are asked ten times a second whether they are there.
    ///
    /// `BCM_TEST_OLD_ENGINE` names the daemon's program that members start with, such as that of Incus 6.0 in a system that
    /// has 7.0. Without it, the program is replaced by the same version, as by a package that was built again: what differs
    /// then is that no member waits for the others.
    @Suite struct Upgrades {
        @Test(
            "A program that was replaced: refused while a member is off, resumed after a kill, instances answer throughout"
        )
        func oneAfterTheOther() async throws {
            try await Sandbox.use("UG") { sandbox in
                let installed = try await InstalledEngine(in: sandbox)
                let sandbox = sandbox.adding(installed.variables)
                let name = sandbox.cluster
                let up = try await installed.inside(sandbox, [Product.bcmcluster, "up", "-c", name, "-m", "2"])
                try #require(up.succeeded, "\(up.errors)")
                try await sandbox.importImage()
                try await sandbox.mustRun("run", "-c", name, sandbox.unit("web", count: 2))
                try await refusals(sandbox)
                let before = try await version(sandbox)

                try installed.replace()
                let probes = try await Self.probes(of: sandbox)
                try await killAfterTheFirst(sandbox)
                let upgraded = try await sandbox.mustRun("upgrade", "-c", name)
                #expect(upgraded.errors.contains("cluster \(name) runs \(Product.engine.title) "), "\(upgraded.errors)")
                try await Task.sleep(for: .seconds(1))
                for probe in probes {
                    let silence = try probe.end()
                    print(
                        "upgrade \(before) to \(try await version(sandbox)): \(probe.instance) was silent for \(silence) at most"
                    )
                    #expect(silence < .seconds(30))
                }
                #expect(try await version(sandbox) == installed.version)
                #expect(try await sandbox.online() == Set((0...2).map { "\(name)-0\($0)" }))
                let status = try await sandbox.bcmcluster("status", "-c", name)
                #expect(status.output.hasPrefix("✓ \(name) is healthy"), "\(status.output)")
                let again = try await sandbox.mustRun("upgrade", "-c", name)
                #expect(
                    again.errors.contains("unchanged") && again.errors.contains("apt-get install"), "\(again.errors)")
                try await sandbox.client("launch", "tiny", "after", "--quiet")
                try await sandbox.destroy(leavingNothingOf: HostTraces(sandbox.state()))
            }
        }

        private func version(_ sandbox: Sandbox) async throws -> String {
            struct Server: Decodable {
                struct Environment: Decodable { var server_version: String }
                var environment: Environment
            }
            let text = try await sandbox.client("query", "\(sandbox.cluster)-00:/1.0")
            return try JSONDecoder().decode(Server.self, from: Data(text.utf8)).environment.server_version
        }

        /// Nothing to do, no channel, and a member that is dead.
        private func refusals(_ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            let nothing = try await sandbox.mustRun("upgrade", "-c", name)
            #expect(nothing.errors.contains("unchanged"), "\(nothing.errors)")
            let channel = try await sandbox.bcmcluster("upgrade", "-c", name, "--channel", "6/stable")
            #expect(
                channel.ending == .exited(2) && channel.errors.contains("--channel is not possible"),
                "\(channel.errors)")
            try #require(try Daemon("\(name)-02")).kill()
            let refused = try await sandbox.bcmcluster("upgrade", "-c", name)
            #expect(refused.ending == .exited(1), "\(refused.errors)")
            #expect(refused.errors.contains("cannot upgrade \(name): \(name)-02 is not online"), "\(refused.errors)")
            try await sandbox.mustRun("repair", "-c", name)
        }

        /// Ends a run once a daemon runs the new program; what is left is said, and done by the next run.
        private func killAfterTheFirst(_ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            let plan = try await DryRun(sandbox, "upgrade", "-c", name)
            #expect(plan.steps.count { $0.title == "upgrade the engine" && !$0.done } == 3)
            let run = try Spawned(sandbox, ["upgrade", "-c", name])
            _ = try await SystemTime().wait(for: "the first daemon", limit: .seconds(180), every: .milliseconds(20)) {
                for index in 0...2 {
                    guard let daemon = try Daemon("\(name)-0\(index)") else { continue }
                    let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(daemon.number)/exe")
                    if let link, !link.hasSuffix("(deleted)") { return true }
                }
                return nil
            }
            run.send(SIGKILL)
            _ = try await run.wait()
            let half = try await DryRun(sandbox, "upgrade", "-c", name)
            #expect(half.steps.count { $0.title == "upgrade the engine" && !$0.done } == 2)
        }

        private static func probes(of sandbox: Sandbox) async throws -> [Probe] {
            struct Instance: Decodable {
                struct State: Decodable {
                    struct Network: Decodable {
                        struct Address: Decodable {
                            var family: String
                            var address: String
                        }
                        var addresses: [Address]
                    }
                    var network: [String: Network]?
                }
                var name: String
                var location: String
                var state: State?
            }
            let all = try await SystemTime().wait(for: "addresses", limit: .seconds(120), every: .milliseconds(200)) {
                let text = try await sandbox.client("list", "\(sandbox.cluster)-00:", "--format", "json")
                let found = try JSONDecoder().decode([Instance].self, from: Data(text.utf8)).compactMap { instance in
                    instance.state?.network?["eth0"]?.addresses.first { $0.family == "inet" }.map {
                        (instance, $0.address)
                    }
                }
                return found.count == 2 ? found : nil
            }
            #expect(Set(all.map(\.0.location)).count == 2, "both instances are on one member")
            return try all.map { try Probe($0.0.name, on: $0.0.location, at: $0.1, in: sandbox) }
        }
    }
}

/// Asks an instance from its member's network, ten times a second, and notes when it has answered.
private final class Probe {
    let instance: String
    private let file: String
    private let number: pid_t
    private let start = Date()

    init(_ instance: String, on member: String, at address: String, in sandbox: Sandbox) throws {
        self.instance = instance
        file = "\(sandbox.folder)/\(instance).answers"
        let script = """
            while :; do
              if busybox ping -c 1 -W 1 \(address) >/dev/null 2>&1; then date +%s.%N >>\(file); fi
              sleep 0.1
            done
            """
        let words = ["nsenter", "--net=/run/netns/bcm-\(member)", "sh", "-c", script]
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        defer { posix_spawnattr_destroy(&attributes) }
        let argv = words.map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var number: pid_t = 0
        try #require(posix_spawnp(&number, "nsenter", nil, &attributes, argv, environ) == 0)
        self.number = number
    }

    /// The longest time without an answer, from the beginning to now.
    func end() throws -> Duration {
        kill(-number, SIGKILL)
        var status: Int32 = 0
        waitpid(number, &status, 0)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let times =
            [start.timeIntervalSince1970] + text.split(separator: "\n").compactMap { Double($0) }
            + [Date().timeIntervalSince1970]
        try #require(times.count > 12)
        let longest = zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? 0
        return .milliseconds(Int(longest * 1000))
    }
}

/// A folder in which the engine's program can be replaced as a package manager does, for one cluster alone.
private struct InstalledEngine {
    private let folder: String
    private let old, new: String
    /// The version that is installed in the end.
    let version: String

    private static let daemon = Product.engine.daemon
    private static var name: String { String(daemon.split(separator: "/").last ?? "") }
    private static var isInPath: Bool { !daemon.contains("/") }

    init(in sandbox: Sandbox) async throws {
        folder = "\(sandbox.folder)/engine"
        new = try #require(SystemCalls.pathOfProgram(Self.daemon))
        old = ProcessInfo.processInfo.environment["BCM_TEST_OLD_ENGINE"] ?? new
        version =
            try await LocalRunner().output(of: Command(new, ["--version"])).split(separator: " ").first?.trimmed ?? ""
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        if !Self.isInPath {
            for part in try FileManager.default.contentsOfDirectory(atPath: Self.home) where part != Self.name {
                try FileManager.default.copyItem(atPath: "\(Self.home)/\(part)", toPath: "\(folder)/\(part)")
            }
        }
        try FileManager.default.copyItem(atPath: old, toPath: "\(folder)/\(Self.name)")
    }

    private static var home: String { daemon.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } }

    /// What lets a program that is looked for in PATH be found there.
    var variables: [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return Self.isInPath ? ["PATH": "\(folder):\(path)"] : [:]
    }

    /// Runs a command where the folder is in the place of the engine's own: machines that it makes see it there from then on.
    ///
    /// Network namespaces that are made are seen everywhere.
    func inside(_ sandbox: Sandbox, _ words: [String]) async throws -> CommandResult {
        if Self.isInPath { return try await sandbox.run(words[0], Array(words.dropFirst())) }
        let script = """
            mkdir -p /run/netns
            grep -q ' /run/netns ' /proc/self/mountinfo || mount --bind /run/netns /run/netns
            mount --make-shared /run/netns
            exec unshare --mount --propagation unchanged sh -c '
            set -e; home=$1; shift
            mount --make-private "$(findmnt --noheadings --output TARGET --target "$home" | tail -n 1)"
            mount --bind \(folder) "$home"; exec "$@"' sh "$@"
            """
        return try await sandbox.run("sh", ["-c", script, "sh", Self.home] + words)
    }

    /// Puts the new program in the place of the old one.
    func replace() throws {
        let path = "\(folder)/\(Self.name)"
        try FileManager.default.copyItem(atPath: new, toPath: "\(path).dpkg-new")
        try #require(rename("\(path).dpkg-new", path) == 0)
    }
}
