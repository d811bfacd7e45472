extension Multipass {
    /// A machine's setting, such as `memory`; amounts are rounded, such as `4.0GiB`.
    func setting(_ key: String, of machine: String) async throws -> String {
        let command = Command(Self.program, ["get", "local.\(machine).\(key)"], limit: Self.timeout)
        return try await runner.output(of: command).trimmed
    }

    /// Changes a setting of a machine that is off; nothing where it has that value.
    ///
    /// Multipass refuses what is on, and a smaller disk (source of 1.13 to 1.16, `instance_settings_handler.cpp`).
    func set(_ key: String, of machine: String, to value: String) async throws {
        try await change(["set", "local.\(machine).\(key)=\(value)"], machine, Self.settingLimit)
    }

    /// How long a change may take: growing a disk copies nothing.
    private static let settingLimit: Duration = .seconds(300)
}
