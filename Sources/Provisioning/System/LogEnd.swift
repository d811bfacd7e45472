/// The last lines of a log that says why something failed.
public struct LogEnd: Sendable, Equatable, Encodable {
    /// The member whose log it is.
    public var member: String
    /// The log's short name, such as `lxd`.
    public var name: String
    /// Where the log stands: in the VM, or on the host for members of the namespace provider.
    public var path: String
    /// Its last lines.
    public var lines: [String]

    /// Makes a value.
    public init(member: String, name: String, path: String, lines: [String]) {
        self.member = member
        self.name = name
        self.path = path
        self.lines = lines
    }
}
