import Provisioning

/// Where a cluster's API is and what opens it.
struct ClusterReach: Encodable {
    /// A member and its API.
    struct Member: Encodable {
        var name: String
        var url: String
    }

    var schemaVersion = JSONForm.version
    var cluster: String
    /// The remote of the user's client; `nil` where there is none yet.
    var remote: String?
    /// The members whose addresses are known.
    var members: [Member]
    /// The name that the cluster's certificate is made out to.
    var serverName: String
    /// The paths of files that are there.
    var certificate: String?
    var clientCertificate: String?
    var clientKey: String?

    /// Lines for a shell's `eval`; what is not known has no line.
    var shellLines: String {
        let addresses = members.map(\.url)
        let values: [(String, String?)] = [
            ("BCM_CLUSTER_NAME", cluster), (Engine.current.remoteVariable, remote),
            ("BCM_LXD_ADDRESS", addresses.first),
            ("BCM_LXD_ADDRESSES", addresses.isEmpty ? nil : addresses.joined(separator: " ")),
            ("BCM_LXD_SERVER_NAME", serverName), ("BCM_LXD_CERTIFICATE", certificate),
            ("BCM_LXD_CLIENT_CERTIFICATE", clientCertificate), ("BCM_LXD_CLIENT_KEY", clientKey),
        ]
        return values.compactMap { name, value in value.map { "export \(name)=\(Shell.quoted($0))\n" } }.joined()
    }
}

extension ClusterReach {
    init(_ cluster: ClusterName, _ report: LocateAPI.Report) {
        self.cluster = cluster.text
        remote = report.remote
        members = report.members.map { Member(name: $0.name, url: $0.url) }
        serverName = report.serverName
        certificate = report.certificate
        clientCertificate = report.clientCertificate
        clientKey = report.clientKey
    }
}
