/// How a user's client gets to the cluster that the present task works on: for commands in hints, which would go to
/// whatever remote is the default without it.
package struct ClusterClient: Sendable {
    package var engine: Engine
    /// The remote; `nil` where the client has none.
    package var remote: String?
    /// What runs the client without a remote, such as `bcmcluster exec -c DEV DEV-00 --`.
    package var inside: String

    package init(engine: Engine, remote: String?, inside: String) {
        self.engine = engine
        self.remote = remote
        self.inside = inside
    }

    /// That of the present task's cluster; `nil` where none is known.
    @TaskLocal package static var current: ClusterClient?

    /// What stands before an object of the cluster: `DEV-00:`, or nothing without a remote.
    package static var prefix: String { current?.remote.map { "\($0):" } ?? "" }

    /// A line to type, in which the object stands behind the words: `lxc cluster restore DEV-00:DEV-02`.
    package static func line(_ words: String, _ object: String = "") -> String {
        let client = current?.engine.client ?? Engine.current.client
        let text = "\(client) \(words) \(prefix)\(object)".trimmed
        return current.flatMap { $0.remote == nil ? "\($0.inside) \(text)" : nil } ?? text
    }
}
