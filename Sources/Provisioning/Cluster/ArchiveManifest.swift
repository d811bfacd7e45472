#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A program that compresses the parts of an archive.
package enum ArchiveCompression: String, Sendable, Codable, CaseIterable {
    // The faster first.
    case zstd, xz

    /// What the names of compressed files end with.
    var suffix: String { self == .zstd ? "zst" : "xz" }
}

/// What stands first in the archive of a cluster's snapshot, and says what the rest is: `manifest.json`.
package struct ArchiveManifest: Sendable, Equatable, Codable {
    /// The version of the form that this program writes and reads.
    package static let currentFormat = 1

    /// One member's machine.
    package struct Part: Sendable, Equatable, Codable {
        package var member: MemberName
        /// The name of its file in the archive.
        package var file: String
        /// The bytes that it takes in the archive.
        package var size: Int
        /// The bytes that it takes once it is unpacked.
        package var unpackedSize: Int
        /// The SHA-256 of the file in the archive.
        package var sha256: String

        package init(_ member: MemberName, _ compression: ArchiveCompression, unpackedSize: Int) {
            self.member = member
            file = "\(member).tar.\(compression.suffix)"
            size = 0
            self.unpackedSize = unpackedSize
            sha256 = String(repeating: "0", count: 64)
        }
    }

    /// The version of the form.
    package var format: Int
    /// The version of this program that made it.
    package var program: String
    package var engine: Engine
    /// The version of the engine that the cluster ran at most.
    package var engineVersion: String
    /// The processors' architecture, as `uname -m` calls it.
    package var architecture: String
    package var snapshot: SnapshotName
    /// When the snapshot was taken, by RFC 3339.
    package var takenAt: String
    package var compression: ArchiveCompression
    /// The cluster as it was then.
    package var state: ClusterState
    /// One for each member, in the order in which they stand in the archive.
    package var parts: [Part]

    package init(
        _ saved: SavedCluster, _ snapshot: SnapshotName, engineVersion: String, architecture: String,
        compression: ArchiveCompression, parts: [Part]
    ) {
        format = Self.currentFormat
        program = Tool.version
        engine = saved.state.engine
        self.engineVersion = engineVersion
        self.architecture = architecture
        self.snapshot = snapshot
        takenAt = RFC3339.text(saved.taken)
        self.compression = compression
        state = saved.state
        (state.remote, state.isDeleting, state.restoring, state.importing, state.file) = (nil, nil, nil, nil, nil)
        self.parts = parts
    }

    /// Reads the text of a manifest; throws `Failure.damaged` where it is none, or contradicts itself.
    package init(_ text: String, of archive: String) throws {
        struct Format: Decodable { var format: Int }
        let data = Data(text.utf8)
        guard let format = try? JSONDecoder().decode(Format.self, from: data).format else {
            throw Self.damaged(archive)
        }
        guard format == Self.currentFormat else {
            throw Failure(
                .damaged,
                "\(archive) has format \(format), and this program reads format \(Self.currentFormat)",
                hint: "use the bcmcluster that wrote it, or a later one")
        }
        guard let manifest = try? JSONDecoder().decode(ArchiveManifest.self, from: data), manifest.isConsistent else {
            throw Self.damaged(archive)
        }
        self = manifest
    }

    static func damaged(_ archive: String) -> Failure {
        Failure(
            .damaged, "\(archive) is not a complete archive of a snapshot",
            hint: "export it again with bcmcluster snapshot export")
    }

    private var isConsistent: Bool {
        state.version == ClusterState.currentVersion && state.engine == engine
            && state.isConsistent(in: ClusterFolder(runtime: "", cluster: state.name))
            && parts.map(\.member) == state.members.map(\.name)
            && parts.allSatisfy { part in
                part.file == Part(part.member, compression, unpackedSize: 0).file
                    && Bounds.bytes.contains(part.size) && Bounds.bytes.contains(part.unpackedSize)
                    && part.sha256.utf8.count == 64
                    && part.sha256.utf8.allSatisfy { 48...57 ~= $0 || 97...102 ~= $0 }
            }
    }

    /// The state of the cluster that is made of it: another one, of that name, with all that marks it as another's.
    package func state(
        named name: ClusterName, identifier: String, created: Int, from archive: String
    ) -> ClusterState {
        var new = ClusterState(
            name: name, identifier: identifier, created: created, settings: state.settings, engine: engine)
        new.subnet = state.subnet
        new.successor = state.successor.map { MemberName(name, $0.index) }
        new.clients = state.clients
        new.images = state.images
        new.hasBridge = state.hasBridge
        new.importing = archive
        new.members = state.members.map { member in
            var renamed = member
            renamed.name = MemberName(name, member.name.index)
            for setting in Setting.sizes { renamed.sizes?[setting]?.file = member.sizes?[setting]?.value }
            return renamed
        }
        return new
    }
}
