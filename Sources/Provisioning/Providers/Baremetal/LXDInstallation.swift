/// Puts LXD on a host where there is none, and removes what it has put there.
struct LXDInstallation: Sendable {
    private static let snap = "/usr/bin/snap"
    private static let apt = "/usr/bin/apt-get"

    let root: any CommandRunner
    let engine: Engine
    let time: any TimeSource
    let place: String
    let subject: Subject

    /// How LXD would be installed; throws `Failure.missing` if unknown how.
    func way() async throws -> EnginePackage {
        let found = try await RootFiles(root).inodes(of: [Self.snap, Self.apt])
        if found[Self.snap] != nil, let package = package(.snap) { return package }
        if found[Self.apt] != nil, let package = package(.debian) { return package }
        throw Failure(
            .missing, "\(engine.title) is not installed on \(place), and neither snap nor apt-get is available",
            hint: "install \(engine.title) there from its distribution, then run the same command again")
    }

    private func package(_ kind: EnginePackage.Kind) -> EnginePackage? { engine.packages.first { $0.kind == kind } }

    /// Installs LXD where it is not, and ends an installation that was cut off; a note says first what is done.
    func complete(channel: String?, limit: Duration) async throws -> EnginePackage {
        let notes = try await BaremetalNotes(on: root)
        if let present = try await engine.installedPackage(root), notes.installation.isEmpty || notes.isComplete {
            return present
        }
        let noted = notes.kind.flatMap(package)
        let kind = if let noted { noted } else { try await way() }
        if notes.installation.isEmpty { try await note(kind, try await missing(kind, limit)) }
        try await time.telling(of: "the installation of \(engine.title) on \(place)", limit: limit) {
            try await install(kind, channel: channel, limit: limit)
        }
        _ = try await RootFiles(root).leaveNote(BaremetalNotes.isComplete, saying: "yes", touches: [subject])
        return kind
    }

    private func install(_ kind: EnginePackage, channel: String?, limit: Duration) async throws {
        if kind.kind == .snap {
            let snap = Snap(root, time: time, limit: limit)
            try await snap.install(engine.snap, channel: channel ?? engine.defaultChannel, touches: [subject])
        } else {
            try await AptGet(root, limit: limit).install(engine.debianPackages, touches: [subject])
        }
    }

    /// Removes what was installed, and the notes of it.
    func undo(_ notes: BaremetalNotes, limit: Duration) async throws {
        switch notes.kind {
        case .snap?: try await Snap(root, time: time, limit: limit).remove(engine.snap, touches: [subject])
        case .debian?: try await AptGet(root, limit: limit).purge(notes.packages, touches: [subject])
        default: return
        }
        try await RootFiles(root).remove(
            [BaremetalNotes.isComplete, BaremetalNotes.installation], touches: [subject])
    }

    /// What is about to be installed: of Debian's two packages one may be there already.
    private func missing(_ kind: EnginePackage, _ limit: Duration) async throws -> [String] {
        if kind.kind == .snap { return [engine.snap] }
        let installed = try await AptGet(root, limit: limit).installed(of: engine.debianPackages)
        return engine.debianPackages.filter { !installed.contains($0) }
    }

    private func note(_ kind: EnginePackage, _ parts: [String]) async throws {
        let text = "\(kind.kind.rawValue):\(parts.joined(separator: ","))"
        _ = try await RootFiles(root).leaveNote(BaremetalNotes.installation, saying: text, touches: [subject])
    }
}
