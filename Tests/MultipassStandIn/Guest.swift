import Provisioning

/// What an Ubuntu guest would say where a namespace of this host cannot: cloud-init, snap, the wish for a restart.
struct Guest {
    let name: String
    let store: StateStore
    let faults: Faults

    /// An answer: exit code, standard output, standard error.
    typealias Answer = (code: Int32, output: String, errors: String)

    /// The answer to the command; `nil` where it is to be run.
    func answer(_ command: [String]) async throws -> Answer? {
        switch command[0] {
        case "cloud-init": try await cloudInit(command)
        case "snap": (0, command.dropFirst().first == "list" ? Self.snaps : "", "")
        case "ls" where command.last == "/var/run/reboot-required": try reboot()
        default: nil
        }
    }

    private func cloudInit(_ command: [String]) async throws -> Answer {
        let polls = faults.of(name, \.cloudInitPolls) ?? 0
        let isRunning = polls > 0 ? try await store.change { $0.count("cloud-init \(name)") } <= polls : false
        let status = isRunning ? "running" : faults.of(name, \.cloudInit) ?? "done"
        let isLong = command.contains("--long") || command.contains("-l")
        return (status == "error" ? 1 : 0, "status: \(status)\n" + (isLong ? Self.details(status) : ""), "")
    }

    private static func details(_ status: String) -> String {
        let errors =
            status == "error"
            ? "errors:\n\t- ('scripts_user', RuntimeError('Runparts: 1 failures (runcmd) in 1 attempted commands'))\n"
            : "errors: []\n"
        return """
            extended_status: \(status)
            boot_status_code: enabled-by-generator
            last_update: Thu, 01 Jan 1970 00:02:12 +0000
            detail: DataSourceNoCloud [seed=/dev/sr0]
            \(errors)recoverable_errors: {}

            """
    }

    private func reboot() throws -> Answer {
        let path = "/var/run/reboot-required"
        if try store.read().instances[name]?.wantsReboot == true { return (0, "\(path)\n", "") }
        return (2, "", "ls: cannot access '\(path)': No such file or directory")
    }

    private static let snaps = """
        Name  Version        Rev    Tracking     Publisher   Notes
        lxd   5.21.3-75def3c 32662  5.21/stable  canonical✓  held,in-cohort

        """
}
