import Provisioning

/// The ways to members and hosts by SSH, as a configuration of OpenSSH and as data.
struct SSHListing: Encodable {
    /// A name that OpenSSH gets.
    struct Host: Encodable {
        var name: String
        /// Whether it is a member, and not a host of members.
        var member: Bool
        var hostName: String
        var user: String
        var port: Int
        /// Paths of private keys; none where those of the user's are meant.
        var identityFiles: [String]
        /// Further options by name.
        var options: [String: String]
    }

    var schemaVersion = JSONForm.version
    var cluster: String
    var hosts: [Host]
    /// Of members that are not among them, and why.
    var notes: [String]
    /// As OpenSSH reads it.
    let text: String

    private enum CodingKeys: String, CodingKey { case schemaVersion, cluster, hosts, notes }

    init(_ cluster: ClusterName, _ report: ListSSHAccess.Report) {
        self.cluster = cluster.text
        notes = report.notes
        hosts = report.entries.map { entry in
            Host(
                name: entry.name, member: entry.isMember, hostName: entry.hostName, user: entry.user, port: entry.port,
                identityFiles: entry.identities,
                options: Dictionary(entry.options.map { ($0.name, $0.value) }) { first, _ in first })
        }
        let blocks = report.entries.map { entry in
            let lines =
                ["HostName \(entry.hostName)", "User \(entry.user)", "Port \(entry.port)"]
                + entry.identities.map { "IdentityFile \(Self.quoted($0.replacing("%", with: "%%")))" }
                + entry.options.map { "\($0.name) \($0.value)" }
            return "Host \(entry.name)\n" + lines.map { "    \($0)\n" }.joined()
        }
        let remarks = report.notes.map { "# \($0.onOneLine)\n" }.joined()
        text = "# Cluster \(cluster)\n" + remarks + blocks.joined()
    }

    /// A path with blanks in quotes; a quote cannot stand in one.
    private static func quoted(_ path: String) -> String { path.contains(" ") ? "\"\(path)\"" : path }
}
