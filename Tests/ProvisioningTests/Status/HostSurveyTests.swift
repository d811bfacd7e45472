import Testing

@testable import Provisioning

@Suite struct HostSurveyTests {
    private static let meminfo = "MemTotal:       4000 kB\nMemFree:        1 kB\nMemAvailable:   1000 kB\n"
    private static let df =
        "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 2000 500 1500 25% /\n"
    private static let links = "find /var/lib/bcmcluster/machines -mindepth 1 -maxdepth 1 -type l -printf '%P %l\\n'"

    @Test func aHostSaysWhatItHas() async throws {
        let runner = ScriptedRunner([
            "id -u": [.prints("0\n")], "nproc": [.prints("8\n")], "cat /proc/meminfo": [.prints(Self.meminfo)],
            "df -Pk /var/lib": [.prints(Self.df)], "test -e /dev/kvm": [.works],
            Self.links: [.prints("A-00.owner 1\nA-01.owner 1\n")], "multipass list --format json": [.ends(127, "")],
        ])
        let sight = try await HostSurvey(runner, limit: .seconds(5)).sight()
        #expect(sight.processors == 8 && sight.isRoot && sight.hasVirtualisation && sight.machines == 2)
        #expect(sight.memory == StorageUse(used: 3000 * 1024, total: 4000 * 1024))
        #expect(sight.disk == StorageUse(used: 500 * 1024, total: 2000 * 1024))
        #expect(runner.commands.allSatisfy { $0.effect == .reads && $0.limit <= .seconds(5) })
    }

    @Test func whatItDoesNotSayIsLeftOut() async throws {
        let runner = ScriptedRunner([
            "id -u": [.prints("1000\n")], "nproc": [.ends(127, "")], "cat /proc/meminfo": [.prints("x")],
            "df -Pk /var/lib": [.prints("")], "test -e /dev/kvm": [.ends(1)],
            "sudo -n -- \(Self.links)": [.ends(1, "a password is required")],
            "multipass list --format json": [.ends(2, "no")],
        ])
        #expect(try await HostSurvey(runner, limit: .seconds(5)).sight() == HostSight())
    }

    @Test func oneThatDoesNotLetUsInIsOutOfReach() async throws {
        let failure = Failure(.unreachable, "no")
        let runner = ScriptedRunner(["id -u": [.failure(failure)]])
        await #expect(throws: failure) { try await HostSurvey(runner, limit: .seconds(5)).sight() }
    }
}
