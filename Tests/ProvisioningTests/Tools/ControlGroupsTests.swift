import Testing

@testable import Provisioning

/// Limits of control groups, by each version of the kernel's.
@Suite struct ControlGroupsTests {
    private let runner = ScriptedRunner()
    private let limits = ControlGroups.GroupLimits(processors: 2, memory: 1 << 30)
    private static let look =
        "find /sys/fs/cgroup -maxdepth 2 '(' -name cgroup.controllers -o -name cpu.cfs_quota_us "
        + "-o -name memory.limit_in_bytes ')' -printf '%P\\n'"
    private static let group = "/sys/fs/cgroup/bcmcluster/DEV-00.0123abcd"

    private func use(_ found: String) { runner.on(Self.look, .prints(found)) }
    private func tee(_ path: String) -> String? { runner.last("tee \(path)")?.input }

    @Test func version2() async throws {
        use("cgroup.controllers\nsystem.slice/cgroup.controllers\n")
        let enabling = "tee /sys/fs/cgroup/cgroup.subtree_control /sys/fs/cgroup/bcmcluster/cgroup.subtree_control"
        for line in [
            "mkdir --parents \(Self.group)", enabling, "tee \(Self.group)/cpu.max", "tee \(Self.group)/memory.max",
        ] {
            runner.on(line, .works)
        }
        try await ControlGroups(runner).limit("DEV-00.0123abcd", to: limits)
        #expect(runner.last(enabling)?.input == "+cpu +memory\n")
        #expect(tee("\(Self.group)/cpu.max") == "200000 100000\n")
        #expect(tee("\(Self.group)/memory.max") == "1073741824\n")
    }

    @Test func version1WithItsControllersTogether() async throws {
        use("cpu,cpuacct/cpu.cfs_quota_us\nmemory/memory.limit_in_bytes\nunified/cgroup.controllers\n")
        let (cpu, memory) = (
            "/sys/fs/cgroup/cpu,cpuacct/bcmcluster/DEV-00.0123abcd", "/sys/fs/cgroup/memory/bcmcluster/DEV-00.0123abcd"
        )
        for line in [
            "mkdir --parents \(cpu) \(memory)", "tee \(cpu)/cpu.cfs_quota_us", "tee \(memory)/memory.limit_in_bytes",
        ] {
            runner.on(line, .works)
        }
        try await ControlGroups(runner).limit("DEV-00.0123abcd", to: limits)
        #expect(tee("\(cpu)/cpu.cfs_quota_us") == "200000\n")
        #expect(tee("\(memory)/memory.limit_in_bytes") == "1073741824\n")
        #expect(try await ControlGroups(runner).canLimit() == (true, true))
    }

    @Test func aKernelWithoutThemIsAskedForNothing() async throws {
        use("")
        try await ControlGroups(runner).limit("DEV-00.0123abcd", to: limits)
        #expect(runner.lines == [Self.look])
        #expect(try await ControlGroups(runner).canLimit() == (false, false))
    }

    @Test(
        "A group differs by what stands in its files, however the kernel rounds; one that is not there does not",
        arguments: [
            ("200000 100000", "1073741824", false), ("200000 100000", "1073737728", false),
            ("max 100000", "1073741824", true),
            ("200000 100000", "max", true), ("200000 100000", "2147483648", true),
        ])
    func differing(_ cpu: String, _ memory: String, _ differs: Bool) async throws {
        use("cgroup.controllers\n")
        let other = Self.group.replacing("DEV-00", with: "DEV-01")
        let files = [Self.group, other].flatMap { ["\($0)/cpu.max", "\($0)/memory.max"] }.joined(separator: " ")
        runner.on(
            "grep -s -H '' -- \(files)", .prints("\(Self.group)/cpu.max:\(cpu)\n\(Self.group)/memory.max:\(memory)\n"))
        let found = try await ControlGroups(runner).differing(
            from: ["DEV-00.0123abcd": limits, "DEV-01.0123abcd": limits])
        #expect(found == (differs ? ["DEV-00.0123abcd"] : []))
    }

    @Test(arguments: [("anon 4096\n", 4096), ("total_rss 8192\n", 8192), ("", nil)] as [(String, Int?)])
    func whatCannotBeTakenFromItsProcesses(_ text: String, _ bytes: Int?) async throws {
        use("cgroup.controllers\n")
        runner.on("grep -s -E '^(anon|total_rss) ' -- \(Self.group)/memory.stat", .prints(text))
        #expect(try await ControlGroups(runner).memory(of: "DEV-00.0123abcd") == bytes)
    }
}
