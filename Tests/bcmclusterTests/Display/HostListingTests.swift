import Schemas
import Testing

@testable import Provisioning
@testable import bcmcluster

@Suite struct HostListingTests {
    private func listing() throws -> HostListing {
        var well = HostStatus()
        well.processors = 8
        well.memory = StorageUse(used: 1 << 30, total: 4 << 30)
        well.disk = StorageUse(used: 10 << 30, total: 110 << 30)
        well.machines = 3
        well.hasVirtualisation = true
        var rack = try Host(name: HostName("rack1"), destination: "root@192.0.2.7")
        rack.lastSeen = 1000
        let new = try Host(name: HostName("rack2"), destination: "rack2")
        return HostListing([
            HostListing.Row(host: try .local, observation: HostStatus()),
            HostListing.Row(host: rack, observation: well),
            HostListing.Row(host: rack, trouble: "no answer within 5s"),
            HostListing.Row(host: new, trouble: "host rack2 is unreachable: no route to host"),
        ])
    }

    @Test func theTable() throws {
        #expect(
            try listing().text(width: .max, now: 1000 + 7500) == """
                HOST   ADDRESS         STATE  CPU  MEMORY  DISK       MACHINES  LAST SEEN  DETAIL
                local  -               up     -    -       -          -         now        no KVM
                rack1  root@192.0.2.7  up     8    3G/4G   100G/110G  3         now        KVM
                rack1  root@192.0.2.7  down   -    -       -          -         2h05m ago  no answer within 5s
                rack2  rack2           down   -    -       -          -         never      host rack2 is unreachable: no route to host

                """)
        #expect(try listing().text(width: 40, now: 1000).split(separator: "\n").allSatisfy { $0.count <= 40 })
        #expect(try listing().exitStatus == 4)
    }

    @Test func theData() throws {
        #expect(try Schema("host-list").complaints(about: listing().data) == [])
    }
}
