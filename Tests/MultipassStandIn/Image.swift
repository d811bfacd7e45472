/// An image as `find` shows it.
struct Image: Codable, Equatable {
    var name: String
    var aliases: [String] = []
    var release: String
    var remote = ""
    var version = ""

    /// An image file, of which multipass knows nothing.
    static func file(_ url: String) -> Image { Image(name: url, release: "") }

    /// As `list` puts it.
    var listed: String { release.isEmpty ? "Not Available" : "Ubuntu \(release)" }

    /// The image that the user asked for; `nil` where there is none.
    ///
    /// Of files one alone is not there.
    static func find(_ wanted: String) -> Image? {
        if wanted.hasPrefix("file://") { return wanted.contains("no-such-image") ? nil : file(wanted) }
        return known.first { $0.name == wanted || $0.aliases.contains(wanted) }
    }

    /// Where the lists of images come from.
    static let servers = ["releases", "daily"].map {
        "https://cloud-images.ubuntu.com/\($0)/streams/v1/index.json"
    }

    /// The recorded ones.
    static let known =
        [
            Image(name: "22.04", aliases: ["jammy"], release: "22.04 LTS", version: "20261101"),
            Image(name: "24.04", aliases: ["lts", "noble"], release: "24.04 LTS", version: "20261110"),
            Image(
                name: "appliance:nextcloud", release: "Ubuntu Appliance: Nextcloud", remote: "appliance",
                version: "20200704"),
            Image(name: "daily:26.10", aliases: ["devel"], release: "26.10", remote: "daily", version: "20261117"),
            Image(name: "core", aliases: ["core16"], release: "Core 16", version: "20261121"),
        ]
        + ["18", "20", "22", "24", "26"].map { Image(name: "core\($0)", release: "Core \($0)", version: "20261121") }
}
