/// A cluster as a file: what `up -f` creates, or changes a cluster to.
///
/// A file is read whole or not at all; an error has its path, line and column.
package struct ClusterFile: Sendable, Equatable {
    /// What differs for one member, or for the members of one host.
    package struct Override: Sendable, Equatable {
        package enum Place: Sendable, Equatable {
            case index(Int)
            case host(HostName)
        }

        package var place: Place
        package var sizes: [Setting: SettingValue]
    }

    /// A storage pool beside the default one.
    package struct Pool: Sendable, Equatable {
        package var name: String
        package var driver: StorageDriver
        /// The size of the loop file on each member; `nil` leaves it to the engine.
        package var size: ByteSize?
    }

    /// An image that every member has.
    package struct Image: Sendable, Equatable {
        package var source: ImageSource
        package var alias: String
    }

    /// A unit, with the path of its file.
    package struct UnitEntry: Sendable, Equatable {
        package var path: String
        package var unit: Unit
    }

    /// The name by which it is looked for in a folder.
    package static let standardName = "bcmcluster.toml"
    /// The most bytes of one.
    package static let mostBytes = 1 << 18

    /// The least size of a btrfs pool, in bytes: mkfs.btrfs refuses less than 109 MiB.
    static let leastBtrfs = 128 << 20

    /// The path as the user gave it; `-` is standard input.
    package var path: String
    /// The path for a message.
    package var shownPath: String { path == "-" ? "standard input" : path }
    package var text: String
    package var name: ClusterName?
    /// The settings of the whole cluster.
    package var settings: [Setting: SettingValue] = [:]
    /// How many members there are in all; `nil` keeps those that there are.
    package var members: Int?
    package var hosts: [HostName]?
    /// The sizes of every member's machine.
    package var machine: [Setting: SettingValue] = [:]
    package var overrides: [Override] = []
    package var pools: [Pool] = []
    package var images: [Image] = []
    /// The units, in the order in which they are begun.
    package var units: [UnitEntry] = []

    /// The sizes of that member's machine, as far as the file has them; a number says more than a host.
    package func sizes(of member: MemberName, on host: HostName) -> [Setting: SettingValue] {
        func sizes(_ place: Override.Place) -> [Setting: SettingValue] {
            overrides.first { $0.place == place }?.sizes ?? [:]
        }
        return machine.merging(sizes(.host(host))) { $1 }.merging(sizes(.index(member.index))) { $1 }
    }

    /// What is asked of one of its units.
    func runOptions(of unit: Unit) -> UnitDiff.RunOptions {
        UnitDiff.RunOptions(isNeeded: UnitOrder.isNeeded(unit.name, by: units.map(\.unit)))
    }

    /// The sizes of all members of the state.
    package func sizes(of state: ClusterState) -> [MemberName: [Setting: SettingValue]] {
        Dictionary(
            uniqueKeysWithValues: state.members.map { ($0.name, sizes(of: $0.name, on: state.host(of: $0.name))) })
    }
}
