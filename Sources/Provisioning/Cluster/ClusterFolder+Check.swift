extension ClusterFolder {
    /// Throws `Failure.damaged` where something else than folders of our own stands in the cluster's place.
    ///
    /// A link in there would lead what is written and removed out of the runtime directory.
    func check(_ files: any Files) throws {
        for place in [path, logs, endpoints, snapshots] { try Self.check(place, files) }
        for name in try files.names(in: endpoints) {
            for place in ["\(endpoints)/\(name)"] + Engine.all.map({ "\(endpoints)/\(name)/\($0.name)" }) {
                try Self.check(place, files)
            }
        }
    }

    private static func check(_ place: String, _ files: any Files) throws {
        switch try files.kind(of: place) {
        case nil: return
        case .folder: break
        case .link:
            throw Failure(
                .damaged, "\(place) is a symbolic link, which bcmcluster does not follow",
                hint: "replace it with a folder, or remove the link")
        case .file, .other:
            throw Failure(
                .damaged, "\(place) is not a folder", hint: "move it away, or remove it")
        }
        if let owner = try files.owner(of: place), owner != SystemCalls.effectiveUser {
            throw Failure(
                .damaged, "\(place) belongs to another user (UID \(owner))",
                hint: "run this as that user, or make it yours with chown")
        }
    }
}
