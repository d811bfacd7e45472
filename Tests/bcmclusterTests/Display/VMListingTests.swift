import Schemas
import Testing

@testable import Provisioning
@testable import bcmcluster

@Suite struct VMListingTests {
    private func observation(silent: Bool = true) throws -> VMStatus {
        let rack = try Host(name: HostName("rack1"), destination: "root@192.0.2.7")
        let member = Multipass.Instance(
            name: "DEV-00", state: "Running", ipv4: ["10.1.2.3", "10.64.0.1"], release: "Ubuntu 24.04 LTS")
        let box = Multipass.Instance(name: "box", state: "Stopped", ipv4: ["N/A"], release: "Not Available")
        let down = try Host(name: HostName("rack2"), destination: "rack2")
        var state = ClusterState(
            name: try ClusterName("DEV"), identifier: "0123abcd", created: 0,
            settings: ClusterSettings(provider: .multipass, storage: .dir))
        state.members = [.init(name: MemberName(state.name, 0))]
        let files = TextFiles(texts: ["/r/clusters/DEV/cluster.json": try StateStore.encode(state)])
        let answers: [VMStatus.Answer] = [(try .local, .success([box, member])), (rack, .success([box]))]
        let failure: [VMStatus.Answer] = [(down, .failure(Failure(.unreachable, "no answer within 5s")))]
        return VMStatus(answers + (silent ? failure : []), try Membership(runtime: "/r", files: files))
    }

    @Test func theTable() throws {
        let listing = VMListing(try observation())
        #expect(
            listing.text(width: .max) == """
                HOST   NAME    STATE    IPV4      IMAGE             CLUSTER
                local  DEV-00  Running  10.1.2.3  Ubuntu 24.04 LTS  DEV
                local  box     Stopped  -         -                 -
                rack1  box     Stopped  -         -                 -

                """)
        #expect(listing.text(width: 30).split(separator: "\n").allSatisfy { $0.count <= 30 })
        #expect(listing.vms[0].ipv4 == ["10.1.2.3", "10.64.0.1"] && listing.vms[1].ipv4.isEmpty)
        #expect(listing.unreachable.map(\.message) == ["no answer within 5s"])
    }

    @Test func theData() throws {
        for silent in [true, false] {
            #expect(try Schema("vm-list").complaints(about: VMListing(try observation(silent: silent))) == [])
        }
    }

    @Test func oneInDetail() throws {
        let vm = try #require(try observation().vms.first)
        var info = Multipass.Info(state: "Running", ipv4: ["10.1.2.3", "10.64.0.1"], mounts: ["/m": "/home/p"])
        #expect(try Schema("vm-info").complaints(about: VMDetails(vm, info)) == [])
        (info.release, info.processors, info.snapshots) = ("Ubuntu 24.04.3 LTS", 2, 1)
        (info.memory, info.disk) = (
            StorageUse(used: 1 << 29, total: 1 << 32), StorageUse(used: 1 << 30, total: 5 << 30)
        )
        #expect(try Schema("vm-info").complaints(about: VMDetails(vm, info)) == [])
        #expect(
            VMDetails(vm, info).text(width: .max) == """
                HOST       local
                NAME       DEV-00
                STATE      Running
                IPV4       10.1.2.3, 10.64.0.1
                IMAGE      Ubuntu 24.04 LTS
                RELEASE    Ubuntu 24.04.3 LTS
                CPUS       2
                MEMORY     512M of 4G used
                DISK       1G of 5G used
                SNAPSHOTS  1
                MOUNTS     /home/p at /m
                CLUSTER    DEV

                """)
    }
}
