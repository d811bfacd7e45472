import CBuild

/// What the program knows of its own build.
enum BuildCommit {
    /// The commit that it was built from, with `-dirty` where files differed from it; `nil` where the build was not told.
    static var text: String? {
        let text = String(cString: bcm_commit())
        return text.isEmpty ? nil : text
    }
}
