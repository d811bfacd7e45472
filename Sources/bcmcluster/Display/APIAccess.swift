import Provisioning

/// How other programs reach a cluster's API.
struct APIAccess: Encodable {
    var schemaVersion = JSONForm.version
    var cluster: String
    var url: String
    /// The name that the certificate is made out to.
    var serverName: String
    /// The paths of files.
    var certificate: String
    var clientCertificate: String
    var clientKey: String
    /// A command that lists the instances.
    var curl: [String]

    /// Throws `Failure.missing` where something is not there that opens the API.
    init(_ reach: ClusterReach) throws {
        cluster = reach.cluster
        serverName = reach.serverName
        guard let url = reach.members.first?.url else {
            throw Failure(
                .unreachable, "no reachable address of \(reach.cluster) is known",
                hint: "see bcmcluster status -c \(reach.cluster)")
        }
        self.url = url
        let again = "create it with bcmcluster up -c \(reach.cluster)"
        guard let certificate = reach.certificate else {
            throw Failure(.missing, "cluster certificate not found", hint: again)
        }
        guard let clientCertificate = reach.clientCertificate, let clientKey = reach.clientKey else {
            throw Failure(
                .missing, "your \(Engine.current.client) client has no certificate that \(reach.cluster) trusts",
                hint: again)
        }
        self.certificate = certificate
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
        // The certificate is made out to the first member's name, whatever address leads there.
        let place = url.dropFirst("https://".count)
        let port = place.split(separator: ":").last ?? "\(Engine.current.port)"
        curl = [
            "curl", "--cacert", certificate, "--cert", clientCertificate, "--key", clientKey, "--connect-to",
            "\(serverName):\(port):\(place)", "https://\(serverName):\(port)/1.0/instances?recursion=1",
        ]
    }

    /// As the user reads it; the last line can be pasted.
    var text: String {
        let rows = [
            ["URL", url], ["SERVER NAME", serverName], ["CERTIFICATE", certificate],
            ["CLIENT CERTIFICATE", clientCertificate], ["CLIENT KEY", clientKey],
        ]
        let line = curl.map(Shell.quoted).joined(separator: " ")
        return (TextTable.lines(rows, width: .max) + ["", line]).map { $0 + "\n" }.joined()
    }
}
