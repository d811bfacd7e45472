/// The way into a VM that multipass itself takes.
extension MultipassProvider {
    /// The user of the images.
    private static let user = "ubuntu"
    /// The daemon's key, which root alone can read.
    private static let identity: String = {
        #if os(macOS)
            "/var/root/Library/Application Support/multipassd/ssh-keys/id_rsa"
        #else
            "/var/snap/multipass/common/data/multipassd/ssh-keys/id_rsa"
        #endif
    }()

    package func sshAccess(to member: MemberName, in state: ClusterState) async throws -> SSHAccess {
        let address = try await address(of: member, in: state)
        let command = Command("cat", ["/etc/ssh/ssh_host_ed25519_key.pub"], limit: .seconds(20))
        let text = try? await runner(in: member).output(of: command)
        let words = text?.split(separator: " ").prefix(2).map(\.trimmed) ?? []
        return SSHAccess(
            address: address, user: Self.user, identity: Self.identity,
            hostKeys: words.count == 2 ? [words.joined(separator: " ")] : [])
    }
}
