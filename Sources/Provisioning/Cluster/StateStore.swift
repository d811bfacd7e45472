#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The state of one cluster on disk: read whole, written whole, fsynced before anything is made that it names.
package actor StateStore {
    private let files: any Files
    /// Where the state stands.
    package let folder: ClusterFolder
    /// The state as it was last read or written.
    package private(set) var state: ClusterState

    /// A store that will write `state` there; nothing is written yet.
    package init(_ state: ClusterState, folder: ClusterFolder, files: any Files) {
        self.state = state
        self.folder = folder
        self.files = files
    }

    /// Changes the state and writes it, if the change is one.
    package func update(_ change: @Sendable (inout ClusterState) -> Void) throws {
        var changed = state
        change(&changed)
        if changed != state { try write(changed) }
    }

    /// Changes the state also where it cannot be written: for what makes room, and needs it known for the rest of the run.
    ///
    /// Returns why it was not written.
    func updateRegardless(_ change: @Sendable (inout ClusterState) -> Void) -> Failure? {
        do { try update(change) } catch {
            change(&state)
            return Failure(error)
        }
        return nil
    }

    /// Writes the state as it is.
    package func write() throws { try write(state) }

    /// Whether what is on the disk is what we have.
    package func isWritten() throws -> Bool { try Self.read(folder, files) == state }

    private func write(_ state: ClusterState) throws {
        try files.makeFolder(folder.path, mode: ClusterFolder.folderMode)
        try files.write(Self.encode(state), to: folder.state, mode: ClusterFolder.fileMode)
        self.state = state
    }

    /// The way out of a damaged state, if unknown a better one.
    package static let repairByHand = "fix it by hand, or move it away and remove the machines yourself"

    /// The state's text.
    package static func encode(_ state: ClusterState) throws -> String { try JSONText.text(state) }

    /// Reads a state; `nil` where there is none, `Failure.damagedState` where it is not one.
    package static func read(_ folder: ClusterFolder, _ files: any Files) throws -> ClusterState? {
        try folder.check(files)
        guard let text = try files.read(folder.state) else { return nil }
        let way = repairByHand
        struct Version: Decodable { var version: Int }
        do {
            let data = Data(text.utf8)
            let version = try JSONDecoder().decode(Version.self, from: data).version
            guard (1...ClusterState.currentVersion).contains(version) else {
                throw Failure(
                    .damaged,
                    "\(folder.state) has version \(version), and this program reads versions up to \(ClusterState.currentVersion)",
                    hint: "use the bcmcluster that wrote it")
            }
            let state = try ClusterState.decoded(from: data)
            guard state.isConsistent(in: folder) else {
                throw Failure(.damagedState, "the state \(folder.state) is inconsistent", hint: way)
            }
            return state
        } catch let failure as Failure
            where [.damaged, .damagedState].contains(failure.code) && failure.message.contains(folder.state)
        {
            throw failure
        } catch {
            throw Failure(.damagedState, "the state \(folder.state) is damaged, and was not changed", hint: way)
        }
    }
}

extension ClusterState {
    /// Whether its parts belong together: everything named in it is this cluster's and nothing stands twice.
    func isConsistent(in folder: ClusterFolder) -> Bool {
        name == folder.cluster
            && identifier.utf8.count == 8 && identifier.utf8.allSatisfy { 48...57 ~= $0 || 97...102 ~= $0 }
            && Bounds.times.contains(created) && !members.isEmpty
            && members.allSatisfy { $0.name.cluster == name && (0...MemberName.mostFurther).contains($0.name.index) }
            && Set(members.map(\.name)).count == members.count
            && Setting.allCases.allSatisfy { setting in
                value(of: setting).map { (try? setting.check($0, from: "")) != nil } ?? true
            }
            && [remote?.name, remote?.renamedFrom].allSatisfy { remote in
                remote.map { MemberName($0, of: name) != nil } ?? true
            }
            && (successor.map { member($0) != nil } ?? true)
            && members.allSatisfy { hosts.contains($0.host ?? .local) && $0.sizes?.isSound ?? true }
            && Set(hosts).count == hosts.count && !hosts.isEmpty
            && (spread.map { Set($0.map(\.number)).count == $0.count } ?? true)
            && hasSoundNetwork
    }

    /// Whether subnet, addresses and port are such that rules and routes can be made of them.
    private var hasSoundNetwork: Bool {
        let addresses = members.compactMap(\.address)
        let hosts = (spread ?? []).map(\.address)
        return port.map { 1024...65_535 ~= $0 } ?? true
            && subnet?.canHoldMachines ?? true
            && addresses.allSatisfy { subnet?.isForMachines($0) ?? true } && Set(addresses).count == addresses.count
            // The bridge of a host has an address by the host's number, below the members'.
            && (spread ?? []).allSatisfy { entry in
                0...MemberName.mostFurther ~= entry.number
                    && subnet.map { !addresses.contains($0.address(1 + entry.number)) } ?? true
            }
            && (addresses + hosts).allSatisfy(\.isUnicast)
    }
}
