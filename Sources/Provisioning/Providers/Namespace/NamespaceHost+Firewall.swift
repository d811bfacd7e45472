/// What the host's own firewalls have to accept: the machines' outgoing traffic, and what their hosts send each other.
///
/// Where the kernel shows bridged frames to iptables (`bridge-nf-call-iptables`), as with Docker, what one machine sends
/// to the next passes them too.
extension NamespaceHost {
    /// The rules that accept the cluster's traffic on this host, and no other.
    func acceptRules(_ state: ClusterState) -> [AcceptRule] {
        let bridge = NamespaceLayout(state).bridge
        var rules = [
            AcceptRule(.forward, "out", from: bridge), AcceptRule(.forward, "replies", to: bridge, isReply: true),
            AcceptRule(.output, "host", to: bridge), AcceptRule(.input, "host", from: bridge, isReply: true),
        ]
        guard let overlay = NamespaceOverlay(state, on: name) else { return rules }
        let tunnel = AcceptRule.Port(kind: "udp", number: NamespaceOverlay.port)
        for peer in overlay.peers {
            rules.append(AcceptRule(.input, "from \(peer)", source: peer, port: tunnel))
            rules.append(AcceptRule(.output, "to \(peer)", destination: peer, port: tunnel))
        }
        if let forward = portForward(state) {
            let port = AcceptRule.Port(kind: "tcp", number: forward.memberPort)
            rules.append(
                AcceptRule(.forward, "API of \(forward.member)", to: bridge, destination: forward.member, port: port))
        }
        return rules
    }

    /// The check of the host's firewalls; `nil` where they accept everything.
    func firewallCheck(_ state: ClusterState?) async throws -> DoctorCheck? {
        let rules = try await Firewall(root).rules()
        let hooks = Set(state.map { acceptRules($0).map(\.hook) } ?? [.forward])
        if let locked = rules.locked(for: hooks).first {
            let bridge = state.map { NamespaceLayout($0).bridge } ?? "the cluster's bridge (bcmIDENTIFIER)"
            return DoctorCheck(
                "firewall", .warning,
                "\(locked.title) drops what it does not accept, and accepts no rules of other programs: members may reach neither each other nor the outside",
                locked.firewall == "firewalld"
                    ? "firewall-cmd --zone=trusted --add-interface=\(bridge)"
                    : "add a rule to it that accepts what \(bridge) forwards")
        }
        guard state == nil, let open = rules.openable.first else { return nil }
        return DoctorCheck(
            "firewall", .ok,
            "\(open.title) drops what it does not accept: up adds accept rules for the cluster's bridge")
    }
}
