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
