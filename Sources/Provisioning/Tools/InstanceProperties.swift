/// What an instance can be given anew: `PUT /1.0/instances/NAME`.
public struct InstanceProperties: Sendable, Equatable, Codable {
    /// The machine's architecture.
    public var architecture: String?
    /// Configuration by key, LXD's own notes included.
    public var config: [String: String]
    /// Devices by name.
    public var devices: [String: ClusterInstance.Device]
    /// Whether it goes with its stop.
    public var ephemeral: Bool?
    /// Its profiles.
    public var profiles: [String]?
    /// Whether its state was kept at its stop.
    public var stateful: Bool?
    /// What a person says of it.
    public var description: String?
}
