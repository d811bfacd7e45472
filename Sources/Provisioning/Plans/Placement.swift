/// Which host each new member goes to: evenly, and among hosts that have equally many, where the most memory is free.
package enum Placement {
    package struct Room: Sendable, Equatable {
        package var host: HostName
        /// How many members of the cluster it has.
        package var members: Int
        /// Its free memory, in bytes; `nil` where it does not say.
        package var freeMemory: Int?

        package init(host: HostName, members: Int, freeMemory: Int?) {
            self.host = host
            self.members = members
            self.freeMemory = freeMemory
        }
    }

    /// What counts as a difference in memory; below it, the order in which hosts were given decides.
    private static let grain = 1 << 30

    /// The host of each newMember, in the order of their names; there is at least one host.
    package static func hosts(of newMembers: [MemberName], among rooms: [Room]) -> [MemberName: HostName] {
        var rooms = rooms
        var hosts: [MemberName: HostName] = [:]
        for newMember in newMembers.sorted() {
            let fewest = rooms.map(\.members).min() ?? 0
            let candidates = rooms.indices.filter { rooms[$0].members == fewest }
            let most = candidates.map { gibibytes(rooms[$0]) }.max() ?? 0
            guard let best = candidates.first(where: { gibibytes(rooms[$0]) == most }) else { return hosts }
            hosts[newMember] = rooms[best].host
            rooms[best].members += 1
        }
        return hosts
    }

    private static func gibibytes(_ room: Room) -> Int { (room.freeMemory ?? 0) / grain }
}
