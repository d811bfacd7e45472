import Testing

@testable import Provisioning

@Suite struct KernelCountersTests {
    /// Answers every `grep` with the lines of those files that it is asked for.
    private struct FilesOnly: CommandRunner {
        var files: [String: String]

        func run(_ command: Command) async throws -> CommandResult {
            let paths = command.arguments.drop { $0 != "--" }.dropFirst()
            let lines = paths.flatMap { path in
                (files[path] ?? "").split(separator: "\n").map { "\(path):\($0)\n" }
            }
            return CommandResult(.exited(2), output: lines.joined())
        }
    }

    private static let host = [
        "/proc/uptime": "1000.50 1900.00\n",
        "/proc/stat":
            "cpu  1000 20 300 5000 60 7 8 5 0 0\ncpu0 500 10 150 2500 30 3 4 2 0 0\ncpu1 500 10 150 2500 30 4 4 3 0 0\nintr 5 6\n",
        "/proc/meminfo": "MemTotal:        8000000 kB\nMemFree: 1 kB\nMemAvailable:    6000000 kB\n",
    ]
    private static let cable = [
        "/sys/class/net/vab.0/statistics/rx_bytes": "300\n", "/sys/class/net/vab.0/statistics/tx_bytes": "4000\n",
    ]
    private static let part = KernelCounters.Part(group: "DEV-00.ab", cable: "vab.0")

    private func usage(_ files: [String: String]) async throws -> MachineUsage? {
        let all = files.merging(Self.host) { $1 }.merging(Self.cable) { $1 }
        return try await KernelCounters(FilesOnly(files: all)).usage(of: ["DEV-00": Self.part])["DEV-00"]
    }

    @Test func groupsOfVersionOne() async throws {
        let group = "bcmcluster/DEV-00.ab"
        let found = try await usage([
            "/sys/fs/cgroup/cpuacct/\(group)/cpuacct.usage": "2500000000\n",
            "/sys/fs/cgroup/cpu/\(group)/cpu.cfs_quota_us": "400000\n",
            "/sys/fs/cgroup/cpu/\(group)/cpu.cfs_period_us": "100000\n",
            "/sys/fs/cgroup/memory/\(group)/memory.usage_in_bytes": "70000000\n",
            "/sys/fs/cgroup/memory/\(group)/memory.limit_in_bytes": "4294967296\n",
            "/sys/fs/cgroup/memory/\(group)/memory.stat": "inactive_file 1\ntotal_inactive_file 30000000\n",
        ])
        #expect(
            found
                == MachineUsage(
                    clock: 1000.5, processorTime: 2.5, processors: 4,
                    memory: StorageUse(used: 40_000_000, total: 4_294_967_296),
                    // What the host receives on the cable the machine has sent.
                    traffic: .init(received: 4000, sent: 300)))
    }

    @Test func groupsOfVersionTwoWithoutLimits() async throws {
        let group = "/sys/fs/cgroup/bcmcluster/DEV-00.ab"
        let found = try await usage([
            "\(group)/cpu.stat": "usage_usec 1500000\nuser_usec 1\n", "\(group)/cpu.max": "max 100000\n",
            "\(group)/memory.current": "70000000\n", "\(group)/memory.max": "max\n",
            "\(group)/memory.stat": "anon 5\ninactive_file 20000000\n",
        ])
        #expect(found?.processorTime == 1.5 && found?.processors == 2, "as many as the host has")
        #expect(found?.memory == StorageUse(used: 50_000_000, total: 8_192_000_000))
        let limited = try await usage(["\(group)/cpu.stat": "usage_usec 1\n", "\(group)/cpu.max": "150000 100000\n"])
        #expect(limited?.processors == 2, "a part of one counts as one")
    }

    @Test func ofAGroupThatIsGoneNothingIsKnown() async throws {
        #expect(try await usage([:]) == nil)
    }

    @Test func aWholeMachine() async throws {
        let files = Self.host.merging([
            "/proc/net/dev": """
            Inter-|   Receive  |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes
                lo: 9999 1 0 0 0 0 0 0 9999 1 0 0 0 0 0 0
              ens3: 1200 1 0 0 0 0 0 0 3400 1 0 0 0 0 0 0
            lxdbr0: 5 1 0 0 0 0 0 0 6 1 0 0 0 0 0 0

            """,
            "/proc/net/route": """
            Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask
            lxdbr0\t0000F80A\t00000000\t0001\t0\t0\t0\t00FFFFFF
            ens3\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000

            """,
        ]) { $1 }
        let found = try await KernelCounters(FilesOnly(files: files)).usageOfMachine()
        // 1000 + 20 + 300 + 7 + 8 + 5 hundredths.
        #expect(found.clock == 1000.5 && found.processorTime == 13.4 && found.processors == 2)
        #expect(found.memory == StorageUse(used: 2_048_000_000, total: 8_192_000_000))
        #expect(found.traffic == .init(received: 1200, sent: 3400), "of the interface to the outside")
    }

    @Test func whatIsNoNumberIsPassedOver() async throws {
        let group = "/sys/fs/cgroup/cpuacct/bcmcluster/DEV-00.ab"
        #expect(try await usage(["\(group)/cpuacct.usage": "many\n"]) == nil)
        await #expect(throws: Failure.self) {
            try await KernelCounters(FilesOnly(files: [:])).usageOfMachine()
        }
    }
}
