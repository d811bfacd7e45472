import Provisioning

/// A cluster's status as data: docs/schema/status.json says its form.
struct StatusJSON: Encodable {
    struct Member: Encodable {
        var name: String
        /// The host that it is on, where the cluster is spread over hosts.
        var host: String?
        /// Whether the state names it; a member that only LXD knows is not recorded.
        var recorded: Bool
        var machine: String
        /// The engine's daemon, whichever the engine is; called so since version 0.1.0.
        var lxd: String
        var online: Bool
        var roles: [String]
        var address: String?
        var version: String?
        var instances: Int?
        var storage: StorageUse?
        var since: Int?
    }

    struct Trouble: Encodable {
        var code: String
        var sentence: String
        var member: String?
        var hint: String
    }

    var version = 1
    var cluster: String
    var provider: String
    /// The engine's name.
    var engine: String
    var healthy: Bool
    var sentence: String
    var hint: String?
    var members: [Member]
    var findings: [Trouble]

    init(_ status: ClusterStatus) {
        cluster = status.cluster.text
        provider = status.provider.rawValue
        engine = Engine.current.name
        healthy = status.isHealthy
        sentence = status.headline
        hint = status.hint
        members = status.members.map { member in
            Member(
                name: member.name, host: member.host?.text, recorded: member.isInState, machine: member.machineLabel,
                lxd: member.lxdLabel,
                online: member.isOnline, roles: member.roles, address: member.address?.description,
                version: member.version, instances: member.instances, storage: member.storage, since: member.since)
        }
        findings = status.findings.map { finding in
            Trouble(
                code: finding.code, sentence: finding.sentence, member: finding.member?.text,
                hint: status.hint(of: finding))
        }
    }
}
