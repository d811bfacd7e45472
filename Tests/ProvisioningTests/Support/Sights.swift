@testable import Provisioning

extension Sight {
    /// Members of DEV that run and answer, each a voter; with changes.
    static func dev(
        _ count: Int, roles: [String] = ["database"],
        _ change: (inout Sight) throws -> Void = { _ in }
    ) throws -> Sight {
        var record = try Bench.record(count)
        record.remote = ClusterRecord.Remote(name: "DEV-00")
        let view = (0..<count).map { index in
            ClusterMember(
                name: "DEV-0\(index)", url: "https://10.64.0.1\(index):8443", database: true, status: "Online",
                message: "", roles: roles)
        }
        var members: [MemberStatus] = []
        for (index, entry) in view.enumerated() {
            var member = MemberStatus(name: entry.name, isRecorded: true, machine: .running, daemon: .answers)
            member.entry = entry
            member.isClustered = true
            member.version = "5.0.2"
            member.address = IPv4("10.64.0.1\(index)")
            members.append(member)
        }
        var sight = Sight(record: record, members: members, view: view)
        sight.remote = .present(address: "https://10.64.0.10:8443", isTrusted: true)
        try change(&sight)
        return sight
    }
}
