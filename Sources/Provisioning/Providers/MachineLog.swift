/// A log that a machine or its daemon writes.
public struct MachineLog: Sendable, Equatable {
    /// A short name, such as `lxd`.
    public var name: String
    /// Where it stands, for the provider's log runner.
    public var path: String

    /// Makes a value.
    public init(name: String, path: String) {
        self.name = name
        self.path = path
    }
}
