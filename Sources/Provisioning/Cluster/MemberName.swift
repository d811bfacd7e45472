/// The name of a member, of its machine and of its endpoint: the cluster's name, a hyphen, two digits or more.
package struct MemberName: Sendable, Hashable, Comparable, CodedAsText {
    /// The most members that a cluster can have beyond the first.
    package static let mostFurther = 999

    package let cluster: ClusterName
    /// The number; 0 is the first member.
    package let index: Int

    /// The member of that number.
    package init(_ cluster: ClusterName, _ index: Int) {
        self.cluster = cluster
        self.index = index
    }

    /// Reads a name such as `DEV-07`; `nil` where it is not one of the cluster's.
    package init?(_ text: String, of cluster: ClusterName) {
        let prefix = "\(cluster)-"
        guard text.hasPrefix(prefix), let index = Int(text.dropFirst(prefix.count)) else { return nil }
        self.init(cluster, index)
        guard self.text.utf8.elementsEqual(text.utf8), (0...Self.mostFurther).contains(index) else { return nil }
    }

    /// The name as text, `DEV-00`.
    package var text: String { "\(cluster)-\(index < 10 ? "0" : "")\(index)" }
    /// The name as text.
    package var description: String { text }
    /// Whether this is number 0, which begins the cluster, and which BCM calls the master.
    package var isNumberZero: Bool { index == 0 }

    package static func < (one: MemberName, other: MemberName) -> Bool {
        (one.cluster.text, one.index) < (other.cluster.text, other.index)
    }

    /// Reads a name from a file; throws `Failure.damaged` where it is none.
    package init(coded text: String) throws {
        guard let hyphen = text.lastIndex(of: "-"),
            let name = MemberName(text, of: try ClusterName(String(text[..<hyphen])))
        else { throw Failure(.damaged, "\(Shell.quoted(text.clipped)) is not the name of a member") }
        self = name
    }
}
