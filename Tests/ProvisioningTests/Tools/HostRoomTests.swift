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
}
