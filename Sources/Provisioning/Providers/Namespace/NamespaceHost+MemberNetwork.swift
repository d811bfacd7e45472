/// The network on which the cluster's hosts reach each other, which need not be the one behind the default route.
extension NamespaceHost {
    /// Enables forwarding on that network's interface too: what arrives there for the API is forwarded to a member.
    func allowTrafficFromHosts(_ state: ClusterState) async throws {
        guard let device = try await deviceToHosts(state), try await device != IP(root).uplink(),
            try await !KernelSettings(root).forwards(device)
        else { return }
        try await open(device)
    }

    /// The interface that has the host's address on the network between hosts; `nil` where there is one host, or none has it.
    func deviceToHosts(_ state: ClusterState) async throws -> String? {
        guard let overlay = NamespaceOverlay(state, on: name) else { return nil }
        let own = Subnet(overlay.own, prefix: 32)
        return try await IP(root).routes().first { $0.isDirect && $0.subnet == own }?.device
    }
}
