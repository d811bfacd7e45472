/// The configuration folder of the user's own client.
package struct ClientConfiguration: Sendable {
    package let folder: String

    /// The folder that the environment names, or where the client keeps it otherwise.
    ///
    /// A client from a snap keeps it in `~/snap/lxd/common/config`, another in `~/.config/lxc` (facts: "Client").
    package init(_ engine: Engine, program: String?, environment: (String) -> String?) {
        let home = environment("HOME") ?? "/root"
        if let named = environment(engine.configurationVariable) {
            folder = named
        } else if program?.hasPrefix("/snap/") == true {
            folder = "\(home)/\(engine.snapConfiguration)"
        } else {
            folder = "\(environment("XDG_CONFIG_HOME") ?? "\(home)/.config")/\(engine.client)"
        }
    }

    /// The mode that the client itself gives the folder.
    static let folderMode: UInt32 = 0o750

    /// The lock of runs that change what is in the folder.
    var lock: String { "\(folder)/bcmcluster.lock" }

    /// Where the certificates are that the client pinned.
    package var certificates: String { "\(folder)/servercerts" }

    /// Where the client's own certificate is, which is public; the key stands beside it.
    package var ownCertificate: String { "\(folder)/client.crt" }

    /// Where the certificate is that the client pinned for a remote.
    func pinned(_ remote: String) -> String { "\(certificates)/\(remote).crt" }

    /// The certificate that the client pinned for a remote.
    func certificate(of remote: String, _ files: any Files) throws -> String? { try files.read(pinned(remote)) }
}
