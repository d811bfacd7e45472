import Testing

@testable import Provisioning

@Suite struct HostSurveyTests {
    private static let meminfo = "MemTotal:       4000 kB\nMemFree:        1 kB\nMemAvailable:   1000 kB\n"
    private static let df =
        "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 2000 500 1500 25% /\n"
    private static let route = "ip -json -4 route get 192.0.2.1"
    private static let links = "find /var/lib/bcmcluster/machines -mindepth 1 -maxdepth 1 -type l -printf '%P %l\\n'"

    @Test func aHostThatIsReachedThroughItsOwnLoopbackSaysHowItReachesOthers() async throws {
        for connection in ["127.0.0.1 51000 127.0.0.1 22", "::1 51000 ::1 22"] {
            let runner = ScriptedRunner([
                "id -u": [.prints("0\n")], "nproc": [.ends(1)], "cat /proc/meminfo": [.ends(1)],
                "df -Pk /var/lib": [.ends(1)], "test -e /dev/kvm": [.ends(1)], Self.links: [.ends(1)],
                "multipass list --no-ipv4 --format json": [.ends(127)],
                "printenv SSH_CONNECTION": [.prints(connection)],
                Self.route: [.prints(#"[{"dst":"192.0.2.1","prefsrc":"198.51.100.3"}]"#)],
            ])
            #expect(try await HostInspector(runner, limit: .seconds(5)).observation().address == IPv4("198.51.100.3"))
        }
    }

    @Test func whatItDoesNotSayIsLeftOut() async throws {
        let runner = ScriptedRunner([
            "id -u": [.prints("1000\n")], "nproc": [.ends(127, "")], "cat /proc/meminfo": [.prints("x")],
            "df -Pk /var/lib": [.prints("")], "test -e /dev/kvm": [.ends(1)],
            "sudo -n -- \(Self.links)": [.ends(1, "a password is required")],
            "multipass list --no-ipv4 --format json": [.ends(2, "no")], "printenv SSH_CONNECTION": [.ends(1)],
            Self.route: [.ends(2, "unreachable")],
        ])
        #expect(try await HostInspector(runner, limit: .seconds(5)).observation() == HostStatus())
    }
}
