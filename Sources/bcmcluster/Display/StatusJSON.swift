import Provisioning

/// A cluster's status as data: docs/reference/schema/status.json says its form.
struct StatusJSON: Encodable {
    struct Member: Encodable {
        var name: String
        /// The host that it is on, where the cluster is spread over hosts.
        var host: String?
        /// Whether the state names it; a member that only the engine knows is not.
        var managed: Bool
        var machine: String
        /// The engine's daemon.
        var daemon: String
        var online: Bool
        var roles: [String]
        var address: String?
        var version: String?
        var instances: Int?
        var storage: StorageUse?
        var since: Timestamp?
    }

    struct Trouble: Encodable {
        var code: String
        var message: String
        var member: String?
        var hint: String
    }

    var schemaVersion = JSONForm.version
    var cluster: String
    var provider: String
    /// The engine's name.
    var engine: String
    var state: ClusterHealth
    var healthy: Bool
    var message: String
    var hint: String?
    var members: [Member]
    var findings: [Trouble]

    init(_ status: ClusterStatus) {
        cluster = status.cluster.text
        provider = status.provider.rawValue
        engine = Engine.current.name
        state = status.health
        healthy = status.isHealthy
        message = status.headline
        hint = status.hint
        members = status.members.map { member in
            Member(
                name: member.name, host: member.host?.text, managed: member.isInState,
                machine: StateWord.machine(member.machineLabel), daemon: StateWord.daemon(member.lxdLabel),
                online: member.isOnline, roles: member.roles, address: member.address?.description,
                version: member.version, instances: member.instances, storage: member.storage,
                since: member.since.map(Timestamp.init))
        }
        findings = status.findings.map { finding in
            Trouble(
                code: finding.code, message: finding.sentence, member: finding.member?.text,
                hint: status.hint(of: finding))
        }
    }
}
