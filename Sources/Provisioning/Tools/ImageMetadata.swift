/// What LXD wants to know of an image beside its root file system: `metadata.yaml`.
struct ImageMetadata: Encodable {
    /// LXD's word for the processors that it is for.
    var architecture: String
    /// When it was made, in seconds since 1970.
    var created: Int
    /// What is said of it.
    var properties: [String: String]

    enum CodingKeys: String, CodingKey {
        case architecture, properties
        case created = "creation_date"
    }

    /// The property that tells users what an image was made from; the state, not this, says whether it was made here.
    static let source = "bcm.source"
    /// The property that says what an image without an init system runs.
    static let process = "bcm.process"

    /// The file, in JSON, which YAML takes in.
    func text() throws -> String { try JSONText.text(self) }
}
