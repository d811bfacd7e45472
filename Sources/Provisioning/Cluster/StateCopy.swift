#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a host with machines of a cluster keeps about it: where its state is, and a copy of that, for when it is lost.
package struct StateCopy: Sendable, Equatable, Codable {
    /// Where the state of a cluster is kept.
    package struct Origin: Sendable, Equatable, Codable {
        /// The machine on which it is, by an identifier of its own.
        package var machine: String
        /// The path of `cluster.json` there.
        package var path: String

        package init(machine: String, path: String) {
            self.machine = machine
            self.path = path
        }

        /// As one line, without the blanks that a host's list of links ends a name with.
        var text: String { "\(machine):\(path)" }

        /// Reads a line; `nil` where it is none.
        init?(_ text: String) {
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[1].hasPrefix("/") else { return nil }
            self.init(machine: parts[0], path: parts[1])
        }
    }

    /// The folder of everything that this tool keeps on a host, root's.
    static let hostFolder = "/var/lib/bcmcluster"

    package var origin: Origin
    package var state: ClusterState

    /// A copy without what changes while no machine is made, and without what is the user's: the remote and the clients.
    package init(of state: ClusterState, origin: Origin) {
        self.origin = origin
        self.state = state
        self.state.remote = nil
        self.state.clients = nil
        self.state.images = nil
        self.state.isDeleting = nil
        self.state.restoring = nil
        self.state.importing = nil
    }

    /// As one line.
    var text: String { get throws { try JSONText.text(self, isCompact: true) } }

    /// The copies in those lines; one that is damaged, or that contradicts itself, is left out.
    static func all(in text: String) -> [StateCopy] {
        text.split(separator: "\n").compactMap { line in
            guard let copy = try? JSONDecoder().decode(StateCopy.self, from: Data(line.utf8)),
                copy.state.version == ClusterState.currentVersion,
                copy.state.isConsistent(in: ClusterFolder(runtime: "", cluster: copy.state.name))
            else { return nil }
            return copy
        }
    }
}
