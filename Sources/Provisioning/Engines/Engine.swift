/// A cluster engine: LXD, or Incus, which grew out of it.
///
/// What differs between the two is in this type alone.
public struct Engine: Sendable, Equatable {
    /// What the user calls it.
    public let title: String
    /// The client program.
    public let client: String
    /// The program, with its leading arguments, that sets a server up.
    public let administration: [String]
    /// The daemon.
    public let daemon: String
    /// The variable that names the daemon's folder.
    public let folderVariable: String
    /// The variable that names the client's configuration folder.
    public let configurationVariable: String
    /// The client's words that trust a certificate on standard input.
    let trustWords: [String]
    /// The client's words that make its own key pair, and exit with 0 or 1 once it is there.
    let keyWords: [String]

    /// Canonical's LXD: the default.
    public static let lxd = Engine(
        title: "LXD", client: "lxc", administration: ["lxd"], daemon: "lxd", folderVariable: "LXD_DIR",
        configurationVariable: "LXD_CONF", trustWords: ["config", "trust", "add", "-"],
        // Made before the first connection to a server, also where nobody listens there (facts: "A client without any
        // token").
        keyWords: ["remote", "add", "bcmcluster-none", "https://127.0.0.1:1"])

    /// The community's Incus.
    public static let incus = Engine(
        title: "Incus", client: "incus", administration: ["incus", "admin"], daemon: "incusd",
        folderVariable: "INCUS_DIR", configurationVariable: "INCUS_CONF",
        trustWords: ["config", "trust", "add-certificate", "-"], keyWords: ["remote", "generate-certificate"])
}
