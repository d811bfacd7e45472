/// How members and their hosts are reached by SSH: `bcmcluster ssh-config`, `bcmcluster env show --format ansible`.
package struct ListSSHAccess: Operation {
    /// A name that OpenSSH gets, with what it is to do with it.
    package struct Entry: Sendable, Equatable {
        /// A member, or a host.
        package var name: String
        /// Whether it is a member.
        package var isMember: Bool
        package var hostName: String
        package var user: String
        package var port: Int
        /// The files of private keys, where not those of the user's are meant.
        package var identities: [String] = []
        /// Further options of OpenSSH, in their order.
        package var options: [Option] = []
    }

    /// An option of OpenSSH.
    package struct Option: Sendable, Equatable {
        package var name: String
        package var value: String
    }

    /// What is known of a member.
    package struct Place: Sendable, Equatable {
        package var member: String
        package var host: String
        /// Where other members reach it, as far as that is known.
        package var address: String?
    }

    package struct Report: Sendable {
        package var entries: [Entry]
        /// The members, by number.
        package var places: [Place]
        /// Of members without an entry, and why.
        package var notes: [String]
    }

    private let cluster: ClusterName

    package init(of cluster: ClusterName) { self.cluster = cluster }

    package func run(in app: AppContext) async throws -> Report {
        let state = try app.existing(cluster)
        let provider = try await app.usableProvider(for: state)
        let members = state.members.map(\.name).sorted()
        var report = Report(entries: [], places: [], notes: [])
        let running =
            (try? await provider.machines(of: state).filter { $0.value.state == .running }.keys.sorted()) ?? []
        let addresses = await provider.addresses(of: running, in: state)
        for member in members {
            let address = addresses[member] ?? state.member(member)?.address
            report.places.append(
                Place(member: member.text, host: state.host(of: member).text, address: address?.description))
            let (entry, note) = try await access(to: member, state, provider, app)
            if let entry { report.entries.append(entry) }
            if let note { report.notes.append(note) }
        }
        for host in state.hosts where !host.isLocal && !provider.traits.membersAreHosts {
            do { report.entries.append(try await entry(for: host, named: host.text, isMember: false, app)) } catch let
                failure as Failure
            { report.notes.append(failure.message) }
        }
        return report
    }

    private func access(
        to member: MemberName, _ state: ClusterState, _ provider: any MachineProvider, _ app: AppContext
    ) async throws -> (entry: Entry?, note: String?) {
        let host = state.host(of: member)
        let place = host.isLocal ? "this machine" : host.text
        let shell = "bcmcluster shell -c \(cluster) \(member)"
        if provider.traits.membersAreHosts {
            if host.isLocal { return (nil, "\(member) is \(place): use \(shell)") }
            return (try await entry(for: host, named: member.text, isMember: true, app), nil)
        }
        guard let servers = provider.part(on: host).sshServers else {
            return (nil, "\(member) on \(place) runs no SSH server: use \(shell)")
        }
        guard host.isLocal else {
            return (nil, "the key to \(member) is on \(place): use \(shell)")
        }
        do {
            return (Entry(member, try await servers.sshAccess(to: member, in: state)), nil)
        } catch let failure as Failure {
            return (nil, "\(member): \(failure.message)")
        }
    }

    /// What OpenSSH does with the host: an alias of the user's configuration is not known where that is not read.
    private func entry(
        for name: HostName, named alias: String, isMember: Bool, _ app: AppContext
    ) async throws -> Entry {
        let host = try app.host(name)
        let settings = try await SSHSettings(host.wordsForSSH, by: app.runner)
        var entry = Entry(
            name: alias, isMember: isMember, hostName: settings["hostname"] ?? host.address,
            user: settings["user"] ?? host.user ?? "root", port: settings["port"].flatMap(Int.init) ?? host.port ?? 22,
            identities: host.identity.map { [$0] } ?? settings.identities)
        if host.identity != nil { entry.options.append(Option(name: "IdentitiesOnly", value: "yes")) }
        let kept = [
            ("UserKnownHostsFile", nil), ("StrictHostKeyChecking", nil), ("HostKeyAlias", nil),
            ("ProxyJump", "none"), ("ProxyCommand", "none"), ("CertificateFile", "none"),
            ("IdentityAgent", "SSH_AUTH_SOCK"),
        ]
        for (option, unset) in kept {
            guard let value = settings[option.lowercased()], value != unset else { continue }
            entry.options.append(Option(name: option, value: value))
        }
        return entry
    }
}

/// Which member has which roles, as the cluster says now: for `bcmcluster env show --format ansible`.
package struct ListRoles: Operation {
    private let cluster: ClusterName

    package init(of cluster: ClusterName) { self.cluster = cluster }

    /// The members by role, in plain words such as `leader`; of a cluster that does not answer there are none.
    package func run(in app: AppContext) async throws -> [String: [String]] {
        let context = try app.context(toLookAt: try app.existing(cluster))
        var roles: [String: [String]] = [:]
        for member in try await ClusterInspector(context, .roles).status().members where member.isInState {
            let own = Set(member.roles + (member.isVoter ? ["voter"] : []))
            for role in own { roles[role, default: []].append(member.name) }
        }
        return roles
    }
}

extension ListSSHAccess.Entry {
    /// A machine whose keys the provider's own channel has brought: OpenSSH takes no others.
    fileprivate init(_ member: MemberName, _ access: SSHAccess) {
        self.init(
            name: member.text, isMember: true, hostName: access.address, user: access.user, port: 22,
            identities: [access.identity], options: [.init(name: "IdentitiesOnly", value: "yes")])
        guard let key = access.hostKeys.first else { return }
        options += [
            .init(name: "StrictHostKeyChecking", value: "yes"), .init(name: "UserKnownHostsFile", value: "/dev/null"),
            .init(name: "GlobalKnownHostsFile", value: "/dev/null"),
            .init(name: "KnownHostsCommand", value: "/bin/echo %H \(key)"),
        ]
    }
}
