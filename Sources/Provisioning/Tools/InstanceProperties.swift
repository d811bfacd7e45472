/// What an instance can be given again: `PUT /1.0/instances/NAME`.
package struct InstanceProperties: Sendable, Equatable, Codable {
    /// The machine's architecture.
    package var architecture: String?
    /// Configuration by key, LXD's own notes included.
    package var config: [String: String]
    package var devices: [String: ClusterInstance.Device]
    /// Whether it goes with its stop.
    package var ephemeral: Bool?
    package var profiles: [String]?
    /// Whether its state was kept at its stop.
    package var stateful: Bool?
    /// What the user says of it.
    package var description: String?
}

extension InstanceProperties {
    /// What the keys begin with that bcmcluster marks instances by.
    static let ownPrefix = "user.bcm."

    /// Whether the value of a key of an instance's configuration may be secret: what is meant for programs inside it.
    private static func maybeSecret(_ key: String) -> Bool {
        if key.hasPrefix(ownPrefix) { return false }
        return ["environment.", "cloud-init.", "user.", "raw.", "image.\(ImageMetadata.process)"]
            .contains(where: key.hasPrefix)
    }

    /// How it is shown: with placeholders for what may be secret.
    func shownInput() throws -> ShownInput {
        var (shown, placeholders) = (self, [String: String]())
        for (key, value) in config where Self.maybeSecret(key) {
            let name = ["user-data", "vendor-data"].first(where: key.hasSuffix) ?? "value"
            shown.config[key] = ShownInput.placeholder(for: value, called: name)
            placeholders[value] = shown.config[key]
        }
        return ShownInput(try JSONText.yaml(shown), placeholders: placeholders)
    }
}
