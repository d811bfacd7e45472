import Foundation
import Provisioning
import Testing

/// What more and more members on one host need of its kernel.
///
/// The limits are those of the machine that the tests run on, and are set low: this suite runs alone.
@Suite(.serialized) struct ManyMembers {
    /// Each limit that is tried, with a value that the first of the two clusters does not need to be raised from, but for it.
    private static let low = [
        "net.ipv4.neigh.default.gc_thresh2": 200, "net.ipv4.neigh.default.gc_thresh3": 500,
        "fs.inotify.max_user_instances": 66,
    ]

    /// By the needs that `MemberNeeds` states, for clusters of so many members.
    private static func needed(_ clusters: Int...) -> [String: Int] {
        let (members, neighbours) = (clusters.reduce(0, +), clusters.map { $0 * $0 + $0 }.reduce(0, +))
        return [
            "net.ipv4.neigh.default.gc_thresh2": neighbours + 256,
            "net.ipv4.neigh.default.gc_thresh3": neighbours + 512,
            "fs.inotify.max_user_instances": members * 2 + 64,
        ]
    }

    @Test(
        "Limits are raised for as many members as there are, also after a reboot, and put back by the last cluster",
        arguments: [[0, 1], [1, 0]])
    func raisedAndPutBack(_ order: [Int]) async throws {
        try await LowLimits.use(Self.low) { host in
            let names = [host.sandbox.cluster, host.sandbox.cluster + "B"]
            let doctor = try await host.mustRun("doctor", "-m", "1", "--json").output
            #expect(doctor.contains("net.ipv4.neigh.default.gc_thresh3 from 500 to 518"))
            let plan = try await host.mustRun("up", "-c", names[0], "-m", "1", "--dry-run").output
            #expect(plan.contains("net.ipv4.neigh.default.gc_thresh3=518"))
            #expect(try await host.values() == Self.low)

            try await host.mustRun("up", "-c", names[0], "-m", "1")
            #expect(try await host.values() == Self.needed(2))
            try await host.mustRun("up", "-c", names[1], "-m", "2")
            #expect(try await host.values() == Self.needed(2, 3))
            try await host.mustRun("member", "add", "-c", names[0])
            #expect(try await host.values() == Self.needed(3, 3))

            // As after a reboot, and as behind the cluster's back.
            try await host.mustRun("stop", "-c", names[0])
            try await host.set(Self.low)
            try await host.mustRun("start", "-c", names[0])
            #expect(try await host.values() == Self.needed(3, 3))
            try await host.set(Self.low)
            let status = try await host.run("status", "-c", names[1], "--json").output
            #expect(status.contains(#""limits-too-low""#))
            try await host.mustRun("repair", "-c", names[1], "--yes")
            #expect(try await host.values() == Self.needed(3, 3))

            try await host.mustRun("destroy", "-c", names[order[0]], "--yes")
            #expect(
                try await host.values() == Self.needed(3, 3), "the other still needs them, and they are never lowered")
            try await host.mustRun("destroy", "-c", names[order[1]], "--yes")
            #expect(try await host.values() == Self.low)
            #expect(try host.files().isEmpty)
        }
    }

    @Test("A limit that cannot be raised is said before anything is made")
    func readOnly() async throws {
        try await LowLimits.use(Self.low) { host in
            try await host.makeReadOnly()
            let result = try await host.run("up", "-c", host.sandbox.cluster, "-m", "1")
            #expect(result.ending == .exited(3))
            #expect(result.errors.contains("net.ipv4.neigh.default.gc_thresh3=518 (is 500)"))
            #expect(result.errors.contains("hint: run sysctl -w"))
            #expect(try host.files().isEmpty && host.sandbox.runtimeContents().isEmpty)
        }
    }
}

/// This machine with low limits, and a folder of the provider's own: which other clusters there are is not to matter.
private struct LowLimits {
    let sandbox: Sandbox
    private let keys: [String]
    /// The number of a process whose mounts are the test's own.
    private let holder: Int32

    static func use(_ low: [String: Int], _ body: (LowLimits) async throws -> Void) async throws {
        try await Sandbox.use("MM") { sandbox in
            let folder = "\(sandbox.folder)/machines"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            let number = "\(sandbox.folder)/holder"
            let script =
                "mkdir -p /var/lib/bcmcluster && mount --bind \(folder) /var/lib/bcmcluster && echo $$ >\(number) && exec sleep 1800 </dev/null >/dev/null 2>&1"
            try await sandbox.must(
                "setsid", ["--fork", "unshare", "--mount", "--propagation", "private", "sh", "-c", script])
            let holder = try await SystemTime().wait(
                for: "the mounts", limit: .seconds(60), every: .milliseconds(20)
            ) { (try? String(contentsOfFile: number, encoding: .utf8)).flatMap { Int32($0.trimmed) } }
            let host = LowLimits(sandbox: sandbox, keys: low.keys.sorted(), holder: holder)
            let former = try await host.values()
            let outcome: Result<Void, any Error>
            do {
                try await host.set(low)
                outcome = .success(try await body(host))
            } catch { outcome = .failure(error) }
            let clusters = (try? FileManager.default.contentsOfDirectory(atPath: "\(sandbox.runtime)/clusters")) ?? []
            for cluster in clusters { _ = try? await host.run("destroy", "-c", cluster, "--yes") }
            try await host.set(former)
            kill(holder, SIGKILL)
            // It may be others' by now, and then is not empty.
            _ = try? await sandbox.run("rmdir", ["--ignore-fail-on-non-empty", "/var/lib/bcmcluster"])
            try outcome.get()
        }
    }

    private var mounts: [String] { ["--mount=/proc/\(holder)/ns/mnt", "--"] }

    @discardableResult
    func run(_ words: String...) async throws -> CommandResult {
        try await sandbox.run("nsenter", mounts + [Product.bcmcluster] + words)
    }

    @discardableResult
    func mustRun(_ words: String..., at location: SourceLocation = #_sourceLocation) async throws -> CommandResult {
        let result = try await sandbox.run("nsenter", mounts + [Product.bcmcluster] + words)
        try #require(
            result.succeeded, "bcmcluster \(words) ended with \(result.ending): \(result.errors)",
            sourceLocation: location)
        return result
    }

    func values() async throws -> [String: Int] {
        let texts = try await sandbox.run("sysctl", ["-n"] + keys).output.split(separator: "\n")
        return Dictionary(uniqueKeysWithValues: zip(keys, texts.compactMap { Int($0) }))
    }

    func set(_ values: [String: Int]) async throws {
        try await sandbox.must("sysctl", ["-q", "-w"] + values.map { "\($0.key)=\($0.value)" })
    }

    /// What the provider has in its folder.
    func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(sandbox.folder)/machines")
    }

    /// Lets the kernel's settings be read alone, as in a container.
    func makeReadOnly() async throws {
        let script = "mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys"
        try await sandbox.must("nsenter", mounts + ["sh", "-c", script])
    }
}
