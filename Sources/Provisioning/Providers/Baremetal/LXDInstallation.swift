/// Puts LXD on a host where there is none, and removes what it has put there.
struct LXDInstallation: Sendable {
    /// The snap's channel unless another was chosen (facts: "Versions").
    static let defaultChannel = "5.21/stable"
    private static let snap = "/usr/bin/snap"
    private static let apt = "/usr/bin/apt-get"
    private static let packages = ["lxd", "lxd-client"]

    let root: any CommandRunner
    let time: any TimeSource
    let place: String
    let subject: Subject

    /// How LXD would be installed; throws `Failure.missing` if unknown how.
    func way() async throws -> LXDPackage {
        let found = try await RootFiles(root).inodes(of: [Self.snap, Self.apt])
        if found[Self.snap] != nil { return .snap }
        if found[Self.apt] != nil { return .debian }
        throw Failure(
            .missing, "LXD is not installed on \(place), and neither snap nor apt-get is available",
            hint: "install LXD there from its distribution, then run the same command again")
    }

    /// Installs LXD where it is not, and ends an installation that was cut off; a note says first what is done.
    func complete(channel: String?, limit: Duration) async throws -> LXDPackage {
        let notes = try await BaremetalNotes(on: root)
        if let present = try await LXDPackage.installed(root), notes.installation.isEmpty || notes.isComplete {
            return present
        }
        var package = notes.kind
        if package == nil { package = try await way() }
        let kind = package ?? .debian
        if notes.installation.isEmpty { try await note(kind, try await missing(kind, limit)) }
        try await time.telling(of: "the installation of LXD on \(place)", limit: limit) {
            try await install(kind, channel: channel, limit: limit)
        }
        _ = try await RootFiles(root).leaveNote(BaremetalNotes.isComplete, saying: "yes", touches: [subject])
        return kind
    }

    private func install(_ kind: LXDPackage, channel: String?, limit: Duration) async throws {
        if kind == .snap {
            let snap = Snap(root, time: time, limit: limit)
            try await snap.install("lxd", channel: channel ?? Self.defaultChannel, touches: [subject])
        } else {
            try await AptGet(root, limit: limit).install(Self.packages, touches: [subject])
        }
    }

    /// Removes what was installed, and the notes of it.
    func undo(_ notes: BaremetalNotes, limit: Duration) async throws {
        switch notes.kind {
        case .snap?: try await Snap(root, time: time, limit: limit).remove("lxd", touches: [subject])
        case .debian?: try await AptGet(root, limit: limit).purge(notes.packages, touches: [subject])
        default: return
        }
        try await RootFiles(root).remove(
            [BaremetalNotes.isComplete, BaremetalNotes.installation], touches: [subject])
    }

    /// What is about to be installed: of Debian's two packages one may be there already.
    private func missing(_ kind: LXDPackage, _ limit: Duration) async throws -> [String] {
        if kind == .snap { return ["lxd"] }
        let installed = try await AptGet(root, limit: limit).installed(of: Self.packages)
        return Self.packages.filter { !installed.contains($0) }
    }

    private func note(_ kind: LXDPackage, _ parts: [String]) async throws {
        let text = "\(kind.name):\(parts.joined(separator: ","))"
        _ = try await RootFiles(root).leaveNote(BaremetalNotes.installation, saying: text, touches: [subject])
    }
}
