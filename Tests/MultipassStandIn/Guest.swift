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
        case "tail" where command.last?.hasPrefix("/var/log/cloud-init") == true: try log(command)
        case "snap": (0, command.dropFirst().first == "list" ? Self.snaps : "", "")
        case "ls" where command.last == "/var/run/reboot-required": try reboot()
        case "cat" where command.last == "/etc/bcmcluster": try mark()
        default: nil
        }
    }

    /// What cloud-init has written there by the user-data.
    private func mark() throws -> Answer {
        let lines = (try store.read().instances[name]?.userData ?? "").split(separator: "\n").map(\.trimmed)
        guard let place = lines.firstIndex(where: { $0.hasSuffix("path: /etc/bcmcluster") }),
            let content = lines[place...].dropFirst().first, content.hasPrefix("content: ")
        else { return (1, "", "cat: /etc/bcmcluster: No such file or directory") }
        return (0, String(content.dropFirst(9)), "")
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

    /// The end of one of cloud-init's logs: packages in the first half of the time, the user-data's commands in the second.
    private func log(_ command: [String]) throws -> Answer {
        let polls = faults.of(name, \.cloudInitPolls) ?? 0
        let poll = try store.read().counts["cloud-init \(name)"] ?? 0
        let isOutput = command.last == "/var/log/cloud-init-output.log"
        var lines = isOutput ? [CloudInitLog.banner] : CloudInitLog.starts(["package_update_upgrade_install"])
        if poll * 2 > polls { lines += isOutput ? CloudInitLog.installed : CloudInitLog.starts(["scripts_user"]) }
        if poll > polls || polls == 0 {
            let isBroken = faults.of(name, \.cloudInit) == "error"
            if isOutput { lines.append(isBroken ? CloudInitLog.failure : CloudInitLog.end) }
            if !isOutput { lines.append(CloudInitLog.finish) }
        }
        let most = command.firstIndex(of: "-n").flatMap { Int(command[$0 + 1]) } ?? 10
        return (0, lines.suffix(most).map { $0 + "\n" }.joined(), "")
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
