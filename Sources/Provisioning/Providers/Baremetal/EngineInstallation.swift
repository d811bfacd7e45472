/// Puts the engine on a host where there is none, and removes what it has put there.
struct EngineInstallation: Sendable {
    private static let snap = "/usr/bin/snap"
    private static let apt = "/usr/bin/apt-get"

    let root: any CommandRunner
    let engine: Engine
    let time: any TimeSource
    let place: String
    let subject: Subject

    /// Throws `Failure.missing` if it is unknown how the engine would be installed, or known that it cannot be.
    func check() async throws {
        guard try await way().kind == .debian else { return }
        try await checkOffer(limit: .seconds(60))
    }

    /// How the engine would be installed; throws `Failure.missing` if unknown how.
    private func way() async throws -> EnginePackage {
        let installers: [(program: String, kind: EnginePackage.Kind)] = [(Self.snap, .snap), (Self.apt, .debian)]
        let ways = installers.compactMap { installer in
            package(installer.kind).map { (program: installer.program, package: $0) }
        }
        let found = try await RootFiles(root).inodes(of: ways.map(\.program))
        if let way = ways.first(where: { found[$0.program] != nil }) { return way.package }
        let names = ways.compactMap { $0.program.split(separator: "/").last }.joined(separator: " nor ")
        throw Failure(
            .missing,
            "\(engine.title) is not installed on \(place), and "
                + (ways.count > 1 ? "neither \(names) is available" : "\(names) is not available"),
            hint: "install \(engine.title) there from its distribution, then run the same command again")
    }

    private func package(_ kind: EnginePackage.Kind) -> EnginePackage? { engine.packages.first { $0.kind == kind } }

    /// Throws `Failure.missing` where the host's archives are known, and have not the engine's packages.
    private func checkOffer(limit: Duration) async throws {
        let daemon = engine.debianPackages[0]
        guard try await AptGet(root, limit: limit).isKnownNotToOffer(daemon) else { return }
        throw Failure(
            .missing, "\(engine.title) is not installed on \(place), and the archives of its apt have no \(daemon)",
            hint:
                "\(engine.packageHint.map { "\($0); " } ?? "")then apt-get update there, and run the same command again"
        )
    }

    /// Installs the engine where it is not, and ends an installation that was cut off; a note says first what is done.
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
        if kind.kind == .snap, let name = engine.snap, let channel = channel ?? engine.defaultChannel {
            let snap = Snap(root, time: time, limit: limit)
            try await snap.install(name, channel: channel, touches: [subject])
        } else {
            try await AptGet(root, limit: limit).install(engine.debianPackages, touches: [subject]) {
                try await checkOffer(limit: limit)
            }
        }
    }

    /// Removes what was installed, and the notes of it.
    func undo(_ notes: BaremetalNotes, limit: Duration) async throws {
        switch notes.kind {
        case .snap?:
            for name in notes.packages {
                try await Snap(root, time: time, limit: limit).remove(name, touches: [subject])
            }
        case .debian?: try await AptGet(root, limit: limit).purge(notes.packages, touches: [subject])
        default: return
        }
        try await RootFiles(root).remove(
            [BaremetalNotes.isComplete, BaremetalNotes.installation], touches: [subject])
    }

    /// What is about to be installed: of Debian's two packages one may be there already.
    private func missing(_ kind: EnginePackage, _ limit: Duration) async throws -> [String] {
        if kind.kind == .snap, let snap = engine.snap { return [snap] }
        let installed = try await AptGet(root, limit: limit).installed(of: engine.debianPackages)
        return engine.debianPackages.filter { !installed.contains($0) }
    }

    private func note(_ kind: EnginePackage, _ parts: [String]) async throws {
        let text = "\(kind.kind.rawValue):\(parts.joined(separator: ","))"
        _ = try await RootFiles(root).leaveNote(BaremetalNotes.installation, saying: text, touches: [subject])
    }
}
