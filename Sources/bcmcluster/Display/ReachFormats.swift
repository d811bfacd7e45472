import Provisioning

extension ClusterReach {
    /// The variables, in their order; those that are not known are not among them.
    var variables: [(name: String, value: String)] {
        let addresses = members.map(\.url)
        let values: [(String, String?)] = [
            ("BCM_CLUSTER_NAME", cluster), (Engine.current.remoteVariable, remote),
            ("BCM_LXD_ADDRESS", addresses.first),
            ("BCM_LXD_ADDRESSES", addresses.isEmpty ? nil : addresses.joined(separator: " ")),
            ("BCM_LXD_SERVER_NAME", serverName), ("BCM_LXD_CERTIFICATE", certificate),
            ("BCM_LXD_CLIENT_CERTIFICATE", clientCertificate), ("BCM_LXD_CLIENT_KEY", clientKey),
        ]
        return values.compactMap { name, value in value.map { (name, $0) } }
    }

    /// Lines for a shell's `eval`.
    var shellLines: String { variables.map { "export \($0.name)=\(Shell.quoted($0.value))\n" }.joined() }

    /// Lines for programs that read `.env` files: as they are where no quotes are needed, which some keep as part of the
    /// value; else in single quotes, in which all take everything as it stands; a quote in a value takes double ones.
    var dotenvLines: String { variables.map { "\($0.name)=\(Self.dotenv($0.value))\n" }.joined() }

    static func dotenv(_ value: String) -> String {
        if !value.isEmpty, Shell.quoted(value) == value { return value }
        if !value.contains("'"), !value.contains("\n") { return "'\(value)'" }
        let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("$", with: "\\$").replacing("\n", with: "\\n")
        return "\"\(escaped)\""
    }

    /// The configuration of the engine's Terraform provider.
    ///
    /// The provider reads the client's certificate and key, and the cluster's pinned certificate, in the client's folder
    /// (documentation of terraform-lxd/lxd 2 and lxc/incus 1: `config_dir`, `remote`).
    var terraform: String {
        let engine = Engine.current
        let name = remote ?? cluster
        let folder = clientKey.map { key in String(key[..<(key.lastIndex(of: "/") ?? key.endIndex)]) }
        var lines = [
            "terraform {", "  required_providers {", "    \(engine.name) = {",
            "      source = \(HCL.text(engine.terraformSource))", "    }", "  }", "}", "",
            "provider \(HCL.text(engine.name)) {",
        ]
        let settings = [("config_dir", folder)] + (engine.terraformNamesDefault ? [("default_remote", name)] : [])
        lines += HCL.assignments(settings.compactMap { key, value in value.map { (key, HCL.text($0)) } }, indent: 2)
        let own = [("name", HCL.text(name))] + (members.first.map { [("address", HCL.text($0.url))] } ?? [])
        lines += ["", "  remote {"]
        lines += HCL.assignments(own + (engine.terraformNamesDefault ? [] : [("default", "true")]), indent: 4)
        lines += ["  }", "}", "", "locals {", "  bcmcluster = {"]
        lines += HCL.assignments(
            [
                ("cluster", HCL.text(cluster)), ("remote", HCL.text(name)), ("server_name", HCL.text(serverName)),
                ("addresses", "[\(members.map { HCL.text($0.url) }.joined(separator: ", "))]"),
            ]
                + [
                    ("certificate", certificate), ("client_certificate", clientCertificate), ("client_key", clientKey),
                ].compactMap { key, value in value.map { (key, HCL.text($0)) } }, indent: 4)
        return (lines + ["  }", "}"]).map { $0 + "\n" }.joined()
    }
}

/// HashiCorp's configuration language, as far as it is written here.
enum HCL {
    /// A string, in which nothing is a template (HCL native syntax, "Template Expressions").
    static func text(_ value: String) -> String {
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 32 || scalar.value == 127:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text.replacing("${", with: "$${").replacing("%{", with: "%%{") + "\""
    }

    /// Assignments with their signs below each other, as `terraform fmt` has them.
    static func assignments(_ pairs: [(name: String, value: String)], indent: Int) -> [String] {
        let width = pairs.map(\.name.count).max() ?? 0
        return pairs.map { name, value in
            String(repeating: " ", count: indent) + name.padded(to: width) + " = \(value)"
        }
    }
}

/// An inventory of Ansible's, as YAML: the members by role and host, and the API.
struct AnsibleInventory {
    private let reach: ClusterReach
    private let access: ListSSHAccess.Report
    /// The members by role.
    private let roles: [String: [String]]

    init(_ reach: ClusterReach, _ access: ListSSHAccess.Report, roles: [String: [String]]) {
        self.reach = reach
        self.access = access
        self.roles = roles
    }

    /// The inventory; a member that SSH does not reach has its address and no connection that leads anywhere else.
    var text: String {
        var lines = ["# Cluster \(reach.cluster)"] + access.notes.map { "# \($0.onOneLine)" }
        lines += ["all:", "  children:"]
        let group = Self.group(reach.cluster)
        let members = access.places.map { (name: $0.member, values: values(of: $0)) }
        lines += Self.lines(group, members, values: [("bcm_cluster", reach.cluster)])
        for (role, word) in [("leader", "leader"), ("voter", "voters"), ("standby", "standby")] {
            let known = access.places.map(\.member).filter { roles[role]?.contains($0) ?? false }
            if !known.isEmpty { lines += Self.lines("\(group)_\(word)", known.map { ($0, []) }) }
        }
        for host in Set(access.places.map(\.host)).sorted() {
            let names = access.places.filter { $0.host == host }.map(\.member)
            lines += Self.lines("\(group)_on_\(Self.group(host))", names.map { ($0, []) })
        }
        let hosts = access.entries.filter { !$0.isMember }
        if !hosts.isEmpty { lines += Self.lines("\(group)_hosts", hosts.map { ($0.name, Self.connection($0)) }) }
        lines += Self.lines("\(group)_api", [("\(reach.cluster)-api", api)])
        return lines.map { $0 + "\n" }.joined()
    }

    private func values(of place: ListSSHAccess.Place) -> [(String, String)] {
        let entry = access.entries.first { $0.isMember && $0.name == place.member }
        let connection = entry.map(Self.connection) ?? place.address.map { [("ansible_host", $0)] } ?? []
        let url = reach.members.first { $0.name == place.member }?.url
        return connection + [("bcm_host", place.host)] + (url.map { [("bcm_url", $0)] } ?? [])
    }

    private static func connection(_ entry: ListSSHAccess.Entry) -> [(String, String)] {
        let options = entry.options.flatMap { ["-o", "\($0.name)=\($0.value)"] }
        return [
            ("ansible_host", entry.hostName), ("ansible_user", entry.user), ("ansible_port", "\(entry.port)"),
        ] + entry.identities.prefix(1).map { ("ansible_ssh_private_key_file", $0) }
            + (options.isEmpty
                ? [] : [("ansible_ssh_common_args", options.map(Shell.quoted).joined(separator: " "))])
    }

    /// What modules need that speak to the API: they run here.
    private var api: [(String, String)] {
        let values: [(String, String?)] = [
            ("ansible_connection", "local"), ("bcm_remote", reach.remote), ("bcm_url", reach.members.first?.url),
            ("bcm_server_name", reach.serverName), ("bcm_certificate", reach.certificate),
            ("bcm_client_certificate", reach.clientCertificate), ("bcm_client_key", reach.clientKey),
        ]
        return values.compactMap { key, value in value.map { (key, $0) } }
    }

    /// A name of a group: letters, digits and underscores, no digit first.
    static func group(_ name: String) -> String {
        let text = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        return text.first?.isNumber ?? true ? "_\(text)" : text
    }

    private static func lines(
        _ group: String, _ hosts: [(name: String, values: [(String, String)])], values: [(String, String)] = []
    ) -> [String] {
        var lines = ["    \(group):", "      hosts:"]
        for (name, own) in hosts {
            lines.append("        \(text(name)):" + (own.isEmpty ? " {}" : ""))
            lines += own.map { "          \($0): \(text($1))" }
        }
        if !values.isEmpty { lines += ["      vars:"] + values.map { "        \($0): \(text($1))" } }
        return lines
    }

    /// A string of YAML's, in double quotes; Jinja's braces are none there.
    private static func text(_ value: String) -> String {
        let text = ((try? JSONText.text(value, isCompact: true)) ?? "\"\"").trimmed
        return value.contains("{{") || value.contains("{%") ? "!unsafe \(text)" : text
    }
}
