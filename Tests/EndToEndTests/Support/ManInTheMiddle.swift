import Foundation
import Provisioning
import Testing

/// A TLS server with a certificate of its own, which gets what this host sends to a member's port 8443.
struct ManInTheMiddle {
    private let sandbox: Sandbox
    private let process: Int32
    private var table: String { "middle\(sandbox.cluster)" }

    /// Steps between the host and that address, which need not be there yet.
    init(_ sandbox: Sandbox, in address: String) async throws {
        self.sandbox = sandbox
        let key = "\(sandbox.folder)/middle.key"
        let certificate = "\(sandbox.folder)/middle.crt"
        let port = 20_000 + Int.random(in: 0..<10_000)
        try await sandbox.must(
            "openssl",
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
                + [
                    "-subj", "/CN=middle", "-addext", "subjectAltName=IP:\(address)", "-keyout", key, "-out",
                    certificate,
                ])
        let server =
            "setsid openssl s_server -accept \(port) -www -cert \(certificate) -key \(key) >/dev/null 2>&1 & echo $!"
        process = try #require(Int32(try await sandbox.run("sh", ["-c", server]).output.trimmed))
        let rules =
            "table ip \(table) { chain output { type nat hook output priority -100; "
            + "ip daddr \(address) tcp dport 8443 dnat to 127.0.0.1:\(port); }; }"
        try await sandbox.must("nft", [rules])
    }

    /// Goes away.
    func leave() async {
        _ = try? await sandbox.run("nft", ["delete table ip \(table)"])
        kill(process, SIGKILL)
    }
}
