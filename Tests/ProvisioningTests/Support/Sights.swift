@testable import Provisioning

extension ClusterObservation {
    /// Members of DEV that run and answer, each a voter; with changes.
    static func dev(
        _ count: Int, roles: [String] = ["database"],
        _ change: (inout ClusterObservation) throws -> Void = { _ in }
    ) throws -> ClusterObservation {
        var state = try Bench.state(count)
        state.remote = ClusterState.Remote(name: "DEV-00")
        let view = (0..<count).map { index in
            ClusterMember(
                name: "DEV-0\(index)", url: "https://10.64.0.1\(index):8443", database: true, status: "Online",
                message: "", roles: roles)
        }
        var members: [MemberStatus] = []
        for (index, entry) in view.enumerated() {
            var member = MemberStatus(name: entry.name, isInState: true, machine: .running, daemon: .answers)
            member.entry = entry
            member.isClustered = true
            member.version = "5.0.2"
            member.address = IPv4("10.64.0.1\(index)")
            members.append(member)
        }
        var observation = ClusterObservation(state: state, members: members, view: view)
        observation.remote = .present(address: "https://10.64.0.10:8443", isTrusted: true)
        try change(&observation)
        return observation
    }
}
