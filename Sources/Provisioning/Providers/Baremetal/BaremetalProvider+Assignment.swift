/// Whether a host can be a member at all, and where the others reach it.
extension BaremetalProvider {
    /// What members need of a host besides the engine, with the packages that it is in.
    private static let needed = [
        ("systemctl", "systemd"), ("ip", "iproute2"), ("pgrep", "procps"), ("find", "findutils"), ("umount", "mount"),
    ]

    /// Looks for the programs that are needed, for systemd, and for the engine or a way to install it.
    package func check() async throws {
        let missing = try await Which(root).missing(of: Self.needed.map(\.0))
        guard missing.isEmpty else {
            let packages = Self.needed.filter { missing.contains($0.0) }.map(\.1)
            throw Failure(
                .missing, "baremetal needs \(missing.joined(separator: ", ")) on \(place)",
                hint: "install there: \(packages.joined(separator: " "))")
        }
        // By this folder programs know whether systemd runs the machine (sd_booted(3)).
        let systemd = "/run/systemd/system"
        guard try await RootFiles(root).inodes(of: [systemd])[systemd] != nil else {
            throw Failure(
                .missing, "baremetal needs systemd, which does not run \(place)", hint: "use another host")
        }
        if try await engine.installedPackage(root) == nil { try await installation(nil).check() }
    }

    /// Gives the newMember the address at which the other hosts reach this one.
    ///
    /// Throws `Failure.conflict` where the host is another member, or has an engine that holds something.
    package func assign(_ state: ClusterState, newMembers: [MemberName]) async throws -> ClusterState {
        guard let newMember = newMembers.first else { return state }
        guard newMembers.count == 1, let index = state.members.firstIndex(where: { $0.name == newMember }) else {
            throw Failure(
                .badInput, "\(newMembers.map(\.text).joined(separator: ", ")) cannot all be \(place)",
                hint: "give one host per member")
        }
        try await checkUnoccupied(for: newMember, state)
        var assigned = state
        assigned.members[index].address = state.spread?.first { $0.host == host }?.address
        return assigned
    }
}
