import FoundationEssentials

/// The record of one cluster on disk: read whole, written whole, fsynced before anything is made that it names.
public actor RecordStore {
    private let files: any Files
    /// Where the record stands.
    public let folder: ClusterFolder
    /// The record as it was last read or written.
    public private(set) var record: ClusterRecord

    /// A store that will write `record` there; nothing is written yet.
    public init(_ record: ClusterRecord, folder: ClusterFolder, files: any Files) {
        self.record = record
        self.folder = folder
        self.files = files
    }

    /// Changes the record and writes it, if the change is one.
    public func update(_ change: @Sendable (inout ClusterRecord) -> Void) throws {
        var changed = record
        change(&changed)
        if changed != record { try write(changed) }
    }

    /// Writes the record as it is.
    public func write() throws { try write(record) }

    /// Whether what is on the disk is what we have.
    public func isWritten() throws -> Bool { try Self.read(folder, files) == record }

    private func write(_ record: ClusterRecord) throws {
        try files.makeFolder(folder.path, mode: ClusterFolder.folderMode)
        try files.write(Self.encode(record), to: folder.record, mode: ClusterFolder.fileMode)
        self.record = record
    }

    /// The way out of a damaged record, where nobody knows a better one.
    public static let repairByHand = "repair it by hand, or move it away and remove the machines yourself"

    /// The record's text.
    public static func encode(_ record: ClusterRecord) throws -> String { try JSONText.text(record) }

    /// Reads a record; `nil` where there is none, `Failure.damaged` where it is not one.
    public static func read(_ folder: ClusterFolder, _ files: any Files) throws -> ClusterRecord? {
        try folder.check(files)
        guard let text = try files.read(folder.record) else { return nil }
        let way = repairByHand
        struct Version: Decodable { var version: Int }
        do {
            let data = Data(text.utf8)
            let version = try JSONDecoder().decode(Version.self, from: data).version
            guard version == ClusterRecord.currentVersion else {
                throw Failure(
                    .damaged,
                    "\(folder.record) has form \(version), and this program reads form \(ClusterRecord.currentVersion)",
                    remedy: "use the bcmcluster that made it")
            }
            let record = try JSONDecoder().decode(ClusterRecord.self, from: data)
            guard record.isSound(in: folder) else {
                throw Failure(.damaged, "the record \(folder.record) contradicts itself", remedy: way)
            }
            return record
        } catch let failure as Failure where failure.code == .damaged && failure.message.contains(folder.record) {
            throw failure
        } catch {
            throw Failure(.damaged, "the record \(folder.record) is damaged, and was left as it is", remedy: way)
        }
    }
}

extension ClusterRecord {
    /// Whether its parts belong together: everything named in it is this cluster's and nothing stands twice.
    func isSound(in folder: ClusterFolder) -> Bool {
        name == folder.cluster
            && identifier.utf8.count == 8 && identifier.utf8.allSatisfy { 48...57 ~= $0 || 97...102 ~= $0 }
            && Bounds.times.contains(created) && !members.isEmpty
            && members.allSatisfy { $0.name.cluster == name && (0...MemberName.mostFurther).contains($0.name.index) }
            && Set(members.map(\.name)).count == members.count
            && Setting.allCases.allSatisfy { setting in
                settings.value(of: setting).map { (try? setting.check($0, from: "")) != nil } ?? true
            }
            && [remote?.name, remote?.renamedFrom].allSatisfy { remote in
                remote.map { MemberName($0, of: name) != nil } ?? true
            }
            && (successor.map { member($0) != nil } ?? true)
            && members.allSatisfy { hosts.contains($0.host ?? .local) }
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
