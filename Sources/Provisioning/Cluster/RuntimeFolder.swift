/// The runtime directory: what stands in it decides what this tool runs, some of it as root.
package struct RuntimeFolder: Sendable {
    private let path: String
    private let files: any Files
    private let trusted: Set<UInt32>
    private let user: UInt32

    /// The folder for that user; under sudo, root trusts the files of the user who called it too: `SUDO_UID`.
    package init(
        _ path: String, _ files: any Files, user: UInt32 = SystemCalls.effectiveUser,
        environment: (String) -> String? = SystemCalls.environment
    ) {
        self.path = path
        self.files = files
        self.user = user
        let caller = user == 0 ? environment("SUDO_UID").flatMap { UInt32($0) } : nil
        trusted = Set([user, 0] + [caller].compactMap { $0 })
    }

    /// Throws `Failure.damaged` where somebody else could have written what is read from the folder, as ssh refuses keys.
    package func check() throws {
        let templates = ClusterFolder.templates(in: path)
        for place in [path, ClusterFolder.clusters(in: path), templates, ClusterFolder.hosts(in: path)] {
            try check(place)
        }
        for name in try files.names(in: templates) { try check("\(templates)/\(name)") }
    }

    /// Throws `Failure.missing` where what stands at the path is no folder, or can be none: a file, or a link that leads
    /// nowhere.
    ///
    /// A folder that is not there yet is fine.
    package func checkIsFolder() throws {
        var place = path
        while try files.kind(of: place) == nil, let slash = place.lastIndex(of: "/") {
            place = String(place[..<slash])
            if place.isEmpty { return }
        }
        // Links followed; who may not look into it is told so.
        guard try files.kind(of: "\(place)/.") == .folder else {
            throw Failure(
                .missing, "\(path) cannot be the runtime directory: \(place) is not a folder",
                hint: "move it away, or set BCM_RUNTIME_DIR to another folder")
        }
        if place == path { _ = try files.names(in: path) }
    }

    private func check(_ place: String) throws {
        guard let access = try files.access(to: place) else { return }
        // Who owns a link decides where it leads.
        let owners = [access.owner, try files.owner(of: place) ?? access.owner]
        if let stranger = owners.first(where: { !trusted.contains($0) }) {
            throw Failure(
                .damaged, "cannot trust \(place): it belongs to another user (UID \(stranger))",
                hint: "chown -R \(user) \(Shell.quoted(path)), or set BCM_RUNTIME_DIR to a folder of your own")
        }
        guard access.mode & 0o022 == 0 else {
            throw Failure(
                .damaged, "cannot trust \(place): other users can write to it",
                hint: "chmod go-w \(Shell.quoted(place))")
        }
    }
}
