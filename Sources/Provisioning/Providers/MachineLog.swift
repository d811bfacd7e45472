/// A log that a machine or its daemon writes.
package struct MachineLog: Sendable, Equatable {
    /// What a log tells of.
    package enum Topic: Sendable {
        /// How the machine was set up, and what its programs printed.
        case machine
        /// What the engine's daemon did.
        case daemon
    }

    /// A short name, such as `lxd`.
    package var name: String
    /// Where it stands, for the provider's log runner.
    package var path: String
    package var topic: Topic

    package init(name: String, path: String, topic: Topic) {
        self.name = name
        self.path = path
        self.topic = topic
    }
}
