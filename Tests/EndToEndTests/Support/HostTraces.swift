import Foundation
import Provisioning
import Testing

/// What a cluster has left on the host, wherever it could: to be compared before and after.
struct HostTraces {
    let cluster: String
    let identifier: String
    /// The file-system numbers of the machines' network namespaces while they were there.
    private let namespaces: Set<UInt64>

    /// Takes note of a cluster that is up.
    init(_ state: ClusterState) throws {
        cluster = state.name.text
        identifier = state.identifier
        namespaces = Set(state.members.compactMap { Self.inode("/run/netns/bcm-\($0.name)") })
        try #require(namespaces.count == state.members.count, "every machine has a network namespace")
    }

    /// Everything that is left a few seconds after a removal: the dead are not reaped at once; empty when it was clean.
    func leftInTheEnd() async throws -> [String] {
        for _ in 0..<50 {
            if try await left().isEmpty { return [] }
            try await Task.sleep(for: .milliseconds(100))
        }
        return try await left()
    }

    /// Everything that there is, each with what it is.
    func left() async throws -> [String] {
        let lookups: [(String, [String])] = [
            ("process", processes()),
            ("mount", try lines("/proc/self/mounts").filter(isOurs)),
            ("control group", try await output("find", "/sys/fs/cgroup", "-type", "d").filter(isOurs)),
            ("namespace", try await output("ip", "netns", "list").filter(isOurs)),
            ("interface", try await output("ip", "-oneline", "link").filter(isOurs)),
            ("nftables table", try await output("nft", "list", "tables").filter(isOurs)),
            (
                "file",
                try await output(
                    "find", "/var/lib", "/run", "/etc", "/tmp", "-path", "*bcmcluster*", "-printf", "%p %l\\n"
                ).filter(isOurs)
            ),
        ]
        return lookups.flatMap { kind, found in found.map { "\(kind): \($0)" } }
    }

    /// The cluster's processes: those in its namespaces, its control groups, or with its name in their arguments.
    private func processes() -> [String] {
        let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).filter { Int($0) != nil }
        // The kernel gives the numbers of namespaces that are gone to others.
        let ours = namespaces.subtracting(namespacesOfOthers())
        return numbers.compactMap { number in
            let arguments = (try? String(contentsOfFile: "/proc/\(number)/cmdline", encoding: .utf8)) ?? ""
            let groups = (try? String(contentsOfFile: "/proc/\(number)/cgroup", encoding: .utf8)) ?? ""
            let isInside = Self.inode("/proc/\(number)/ns/net").map(ours.contains) ?? false
            if groups.contains("/bcmcluster/") && !groups.contains("/bcmcluster/\(cluster)-") { return nil }
            let isNamed = arguments.contains("/machines/\(cluster)-") || groups.contains("/bcmcluster/\(cluster)-")
            return isInside || isNamed ? "\(number) \(arguments.replacing("\0", with: " "))" : nil
        }
    }

    /// The numbers of the namespaces that other clusters have now.
    private func namespacesOfOthers() -> Set<UInt64> {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/run/netns")) ?? []
        return Set(names.filter { !$0.hasPrefix("bcm-\(cluster)-") }.compactMap { Self.inode("/run/netns/\($0)") })
    }

    /// Files of the test's own sandbox are the test's to remove, and what lets packets through is the last cluster's.
    private func isOurs(_ line: String) -> Bool {
        let isShared = ["/tmp/bcmcluster-test-\(cluster)/", "/bcmcluster/forwarding/"].contains { line.contains($0) }
        return !isShared && (line.contains(identifier) || line.contains("\(cluster)-"))
    }

    private func lines(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private func output(_ program: String, _ arguments: String...) async throws -> [String] {
        let result = try await LocalRunner().run(Command(program, arguments))
        return result.output.split(separator: "\n").map(String.init)
    }

    private static func inode(_ path: String) -> UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }
}

extension Sandbox {
    /// Takes the cluster down, and expects that nothing of it is left on the host.
    func destroy(leavingNothingOf traces: HostTraces, at location: SourceLocation = #_sourceLocation) async throws {
        try await mustRun("destroy", "-c", cluster, "--yes", "--json", at: location)
        let left = try await traces.leftInTheEnd()
        #expect(left == [], sourceLocation: location)
    }
}
