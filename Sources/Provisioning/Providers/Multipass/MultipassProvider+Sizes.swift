/// The sizes of VMs, which multipass changes while they are off.
extension MultipassProvider {
    package func sizes(of member: MemberName, in state: ClusterState) async throws -> [Setting: String] {
        var sizes: [Setting: String] = [:]
        for setting in Setting.sizes {
            sizes[setting] = try await multipass.setting(setting.rawValue, of: member.text)
        }
        return sizes
    }

    /// Multipass tells amounts with one digit behind the point, such as `1.5GiB`.
    package func isSame(_ told: String, _ wanted: String, _ setting: Setting) -> Bool {
        guard let told = ByteSize(told, in: .binary)?.bytes, let wanted = ByteSize(wanted, in: .binary)?.bytes,
            setting != .cpus
        else { return setting.isSame(told, wanted) }
        let unit = [1 << 30, 1 << 20, 1 << 10].first { $0 <= wanted } ?? 1
        return abs(told - wanted) * 20 <= unit
    }

    /// The disk last: it cannot be made smaller again.
    package func resizeStopped(
        _ member: MemberName, to sizes: [Setting: String], of state: ClusterState
    ) async throws {
        for setting in Setting.sizes {
            guard let value = sizes[setting] else { continue }
            try await multipass.set(setting.rawValue, of: member.text, to: value)
        }
    }
}
