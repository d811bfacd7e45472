/// The network on which the cluster's hosts reach each other, which need not be the one behind the default route.
extension NamespaceHost {
    /// Lets clients of that network in, too: what comes there for the API is forwarded to a member.
    func allowTrafficFromHosts(_ state: ClusterState) async throws {
        guard let overlay = NamespaceOverlay(state, on: name) else { return }
        let kernel = KernelSettings(root)
        if try await kernel.forwardsEverywhere() { return }
        let own = Subnet(overlay.own, prefix: 32)
        let device = try await IP(root).routes().first { $0.isDirect && $0.subnet == own }?.device
        guard let device, try await device != IP(root).uplink(), try await !kernel.forwards(device) else { return }
        try await open(device)
    }
}
