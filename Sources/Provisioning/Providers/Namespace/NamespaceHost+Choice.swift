/// What is chosen for a cluster before anything is made: what nobody on the host uses.
extension NamespaceHost {
    /// A subnet that nothing on the host uses: the one that was asked for, or the first that is free.
    func chooseSubnet(for record: ClusterRecord) async throws -> Subnet {
        let claims = try await RootFiles(root).links(below: NamespaceLayout.subnets, depth: 1)
        let holder = record.subnet.map { claims[NamespaceLayout.note($0)] }
        if let own = record.subnet, holder == record.identifier || holder == .some(nil) && record.spread == nil {
            return own
        }
        let claimed = claims.keys.compactMap { Subnet($0.replacing("_", with: "/")) }
        if let wanted = record.settings.network {
            guard let subnet = Subnet(wanted), 16...24 ~= subnet.prefix else {
                throw Failure(
                    .badInput, "--network: \(Shell.quoted(wanted)) is not a subnet for the namespace provider",
                    remedy: "give one such as 10.77.0.0/22, with a prefix from 16 to 24")
            }
            guard !claimed.contains(where: subnet.overlaps) else {
                throw Failure(
                    .conflict, "another cluster has the subnet \(subnet)" + (name.isLocal ? " on this host" : ""),
                    remedy: "give another with --network, or none")
            }
            return subnet
        }
        let used = try await IP(root).usedSubnets().filter { $0.prefix > 0 } + claimed
        let candidates = (64..<248).map { Subnet(IPv4(bits: 10 << 24 | UInt32($0) << 16), prefix: 22) }
        // What another host has chosen, or a higher one, so that all hosts come to agree.
        let lowest = record.subnet?.base.bits ?? 0
        let free = candidates.first { candidate in
            candidate.base.bits >= lowest && !used.contains(where: candidate.overlaps)
        }
        guard let free else {
            throw Failure(
                .conflict, "every subnet from 10.64.0.0/22 to 10.247.0.0/22 is in use on this host",
                remedy: "give a free one with --network")
        }
        return free
    }

    /// A port on which nobody on the host listens, by which clients elsewhere reach the cluster; one that is in use stays.
    func choosePort(for record: ClusterRecord) async throws -> Int {
        let isOurs = try await RootFiles(root).links(below: NamespaceLayout.subnets, depth: 1).values
            .contains(record.identifier)
        if let port = record.port, isOurs { return port }
        let used = try await Sockets(root).listening()
        // Above what services have by custom, below what the kernel gives to whoever calls.
        let start = record.port ?? 20_000 + (Int(record.identifier.suffix(4), radix: 16) ?? 0) % 10_000
        guard let port = (start..<max(start, 32_000)).first(where: { !used.contains($0) }) else {
            throw Failure(.conflict, "every port from \(start) to 31999 is in use on \(name)")
        }
        return port
    }
}
