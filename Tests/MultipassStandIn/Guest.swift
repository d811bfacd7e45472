import Provisioning

/// What an Ubuntu guest would say where a namespace of this host cannot: cloud-init, snap, systemd, the wish for a restart.
struct Guest {
    let name: String
    let store: StateStore
    let machines: any Machines
    let faults: Faults
    /// Whether the command is run by `sudo`.
    let isRoot: Bool

    /// An answer: exit code, standard output, standard error.
    typealias Answer = (code: Int32, output: String, errors: String)

    /// The answer to the command; `nil` where it is to be run.
    func answer(_ command: [String]) async throws -> Answer? {
        if let answer = file(command) { return answer }
        switch command[0] {
        case "cloud-init": return try await cloudInit(command)
        case "tail" where command.last?.hasPrefix("/var/log/cloud-init") == true: return try log(command)
        case "snap": return try await snap(command)
        case "stat" where command.last == "/snap/bin/lxd" && (engine != .lxd || faults.of(name, \.noSnap) != true):
            return engine == .lxd ? (0, "8 /snap/bin/lxd\n", "") : (1, "", "")
        // What this host has installed is not in the guest.
        case "stat" where command.last == Engine.incus.daemon && engine != .incus: return (1, "", "")
        case "pgrep", "pkill": return try await units.processes(command)
        case "systemctl": return try await units.systemctl(Array(command.dropFirst()))
        case "lxc", "lxd":
            if !command.contains("--version") && faults.of(name, \.noSnap) != true { try await units.activate() }
            return nil
        case "incus" where !command.contains("--version"):
            try await units.activate()
            return nil
        case "ls" where command.last == "/var/run/reboot-required": return try reboot()
        case "cat" where ["/etc/bcmcluster", "/etc/bcmcluster-state"].contains(command.last):
            return try mark(command.last ?? "")
        // Without namespaces it would be answered by the host.
        case "ip" where machines is LightMachines && command.contains("address"): return await addresses()
        default: return nil
        }
    }

    private func addresses() async -> Answer {
        let links = await machines.addresses(name).map { #"{"ifname":"ens3","addr_info":[{"local":"\#($0)"}]}"# }
        return (0, "[\(links.joined(separator: ","))]\n", "")
    }

    /// The engine that the user-data has put there.
    private var engine: Engine { (try? store.read().instances[name]?.engine) ?? .lxd }
    private var units: Units { Units(name: name, engine: engine, store: store, machines: machines, faults: faults) }

    /// What a program says of a file that a test has put into the guest.
    private func file(_ command: [String]) -> Answer? {
        guard let path = command.last, let content = faults.of(name, \.files)?[path] else { return nil }
        let lines = content.split(separator: "\n", omittingEmptySubsequences: true).map { "\($0)\n" }
        let most = command.firstIndex(of: "-n").flatMap { Int(command[$0 + 1]) } ?? 10
        switch command[0] {
        case "cat": return (0, content, "")
        case "tail": return (0, lines.suffix(most).joined(), "")
        case "head": return (0, lines.prefix(most).joined(), "")
        case "ls": return (0, "\(path)\n", "")
        case "test" where ["-e", "-f", "-r", "-s"].contains(command[1]): return (0, "", "")
        default: return nil
        }
    }

    private func snap(_ command: [String]) async throws -> Answer {
        if faults.of(name, \.noSnap) == true {
            return isRoot
                ? (1, "", "sudo: snap: command not found") : (127, "", "bash: line 1: snap: command not found")
        }
        let words = command.dropFirst().filter { !$0.hasPrefix("-") }
        switch words.first {
        case "list" where words.count > 1 && (!words.contains("lxd") || engine != .lxd):
            return (1, "", "error: no matching snaps installed")
        case "list": return (0, snaps, "")
        case "start", "stop", "restart":
            if words.dropFirst().contains(where: { ["lxd", "lxd.daemon"].contains($0) }) {
                try await units.snap(words[1], isReload: command.contains("--reload"))
            }
            return (0, "", "")
        default: return (0, "", "")
        }
    }

    /// As `snap list` puts it: columns as wide as their widest entry.
    private var snaps: String {
        let rows = [
            ["Name", "Version", "Rev", "Tracking", "Publisher", "Notes"],
            [
                "lxd", faults.of(name, \.lxdVersion) ?? "5.21.3-75def3c", "32662",
                faults.of(name, \.lxdChannel) ?? "5.21/stable", "canonical✓", "held,in-cohort",
            ],
        ]
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { column in
                let isLast = column == row.count - 1
                return row[column] + String(repeating: " ", count: isLast ? 0 : widths[column] - row[column].count)
            }.joined(separator: "  ") + "\n"
        }.joined()
    }

    /// What cloud-init has written there by the user-data.
    private func mark(_ path: String) throws -> Answer {
        let lines = (try store.read().instances[name]?.userData ?? "").split(separator: "\n").map(\.trimmed)
        guard let place = lines.firstIndex(where: { $0.hasSuffix("path: \(path)") }),
            let content = lines[place...].dropFirst().first, content.hasPrefix("content: ")
        else { return (1, "", "cat: \(path): No such file or directory") }
        return (0, String(content.dropFirst(9)).replacing("\"", with: ""), "")
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
}
