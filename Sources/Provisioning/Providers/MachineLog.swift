/// A log that a machine or its daemon writes.
public struct MachineLog: Sendable, Equatable {
    /// What a log tells of.
    public enum Topic: Sendable {
        /// How the machine was set up, and what its programs printed.
        case machine
        /// What the engine's daemon did.
        case daemon
    }

    /// A short name, such as `lxd`.
    public var name: String
    /// Where it stands, for the provider's log runner.
    public var path: String
    /// What it tells of.
    public var topic: Topic

    /// Makes a value.
    public init(name: String, path: String, topic: Topic) {
        self.name = name
        self.path = path
        self.topic = topic
    }
}
