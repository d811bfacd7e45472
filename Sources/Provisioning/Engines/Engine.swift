/// A cluster engine: LXD, or Incus, which grew out of it.
///
/// What differs between engines is in values of this type alone.
package struct Engine: Sendable, Equatable {
    /// The name in the cluster's state, and of the folder of an endpoint's engine files.
    package let name: String
    /// The name in texts.
    package let title: String
    package let client: String
    /// The program, with its leading arguments, that sets a server up.
    package let administration: [String]
    /// The daemon's program: a name where it is in everybody's PATH, else its path.
    package let daemon: String
    /// The variable that names the daemon's folder.
    package let folderVariable: String
    /// The variable that names the client's configuration folder.
    package let configurationVariable: String
    /// The variable that names the client's default remote.
    package let remoteVariable: String
    /// The client's words that trust a certificate on standard input.
    let trustArguments: [String]
    /// The client's words that make its own key pair, and exit with 0 or 1 once it is there.
    let keyArguments: [String]
    /// The port of the members' API.
    package let port: Int
    /// The bridge that every member gets.
    package let bridge: String
    /// The nftables table of its firewall rules.
    let table: String
    /// The words with which the comments of its firewall rules begin.
    let ruleWords: [String]
    /// The client's configuration folder below `HOME`, where the client is a snap.
    let snapConfiguration: String
    /// The Debian packages of the daemon and of the client.
    let debianPackages: [String]
    /// How a user gets these on a system whose archives lack them; `nil` where nothing is known to help.
    let packageHint: String?
    /// The snap of the daemon; `nil` where there is none.
    let snap: String?
    /// The snap's channel unless the user chooses another (facts: "Versions"); `nil` where there is no snap.
    let defaultChannel: String?
    /// The name of the template that sets a VM up.
    let userDataFile: String
    /// The packages that a host may have it from, the preferred first.
    let packages: [EnginePackage]
    package let documentation: String
    /// The address of its Terraform provider in the public registry.
    package let terraformSource: String
    /// Whether that provider names its default remote beside the remotes, rather than in one of them.
    package let terraformNamesDefault: Bool
    /// How a user installs the client: Linux, macOS.
    package let clientInstallation: (linux: String, macOS: String)
    /// The oldest version that forms clusters as this tool makes them.
    package let oldest: Int

    /// Engines are told apart by name.
    package static func == (one: Engine, other: Engine) -> Bool { one.name == other.name }

    /// What a cluster gets whose state names none.
    package static let standard = lxd
    /// The engines that there are, in the order in which one is chosen where the user has not.
    package static let all = [lxd, incus]

    /// The engine of that name.
    package static func named(_ name: String) -> Engine? { all.first { $0.name == name } }

    /// The engine of the cluster that the present task works on: for texts to users, where no context is at hand.
    @TaskLocal package static var current = standard
}

extension Engine: Codable {
    /// Reads the name of one of the known engines.
    package init(from decoder: any Decoder) throws {
        let name = try decoder.singleValueContainer().decode(String.self)
        guard let engine = Self.named(name) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: name))
        }
        self = engine
    }

    /// Writes the name.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}

extension KeyedDecodingContainer {
    /// States of version 0.1.0 name no engine.
    func decode(_ type: Engine.Type, forKey key: Key) throws -> Engine {
        try decodeIfPresent(type, forKey: key) ?? .standard
    }
}
