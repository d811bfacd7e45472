import Provisioning
import Testing

@Suite struct HostRoomTests {
    private static let answer = """
        Filesystem     1024-blocks     Used Available Capacity Mounted on
        /dev/vda         263113792 17825792  81788928      18% /

        """

    /// A folder that is not there yet is made where the one above it is.
    @Test func diskIsAskedForWhereThePathWouldBe() async throws {
        let runner = ScriptedRunner(["df -Pk /home": [.prints(Self.answer)], "df -Pk /": [.prints("nonsense")]])
        let room = HostRoom(runner, InMemoryFiles(["/home/p/x": ""]))
        runner.on("df -Pk /home/p", .prints(Self.answer))
        #expect(try await room.freeDisk(at: "/home/p/.bcm/clusters") == 81_788_928 * 1024)
        #expect(try await room.freeDisk(at: "/home") == 81_788_928 * 1024)
        #expect(try await room.freeDisk(at: "/var/lib") == nil)
    }

    @Test func memoryIsWhatTheKernelSays() async throws {
        let linux = InMemoryFiles(["/proc/meminfo": "MemTotal:  24682880 kB\nMemAvailable:   23437312 kB\n"])
        #expect(try await HostRoom(ScriptedRunner(), linux).freeMemory() == 23_437_312 * 1024)
        let mac = ScriptedRunner(["sysctl -n hw.memsize": [.prints("17179869184\n")]])
        #expect(try await HostRoom(mac, InMemoryFiles()).freeMemory() == 16 << 30)
    }
}
