/// The last lines of a log that says why something failed.
package struct LogEnd: Sendable, Equatable, Encodable {
    /// The member whose log it is.
    package var member: String
    /// The log's short name, such as `lxd`.
    package var name: String
    /// Where the log stands: in the VM, or on the host for members of the namespace provider.
    package var path: String
    package var lines: [String]

    package init(member: String, name: String, path: String, lines: [String]) {
        self.member = member
        self.name = name
        self.path = path
        self.lines = lines
    }
}
