/// cloud-init in a machine: whether it is done, and what it is doing.
package struct CloudInit: Sendable {
    /// What `cloud-init status` says.
    package enum Status: Sendable, Equatable {
        case running, done
        case failed(String)

        /// Reads `status: done` and the like; a machine that boots says nothing yet.
        init(_ output: String) {
            let line = output.split(separator: "\n").last { $0.hasPrefix("status:") }
            switch line?.dropFirst(7).trimmed {
            case "done", "disabled": self = .done
            case "error": self = .failed(output.trimmed)
            case let word? where word.hasPrefix("degraded"): self = .done
            default: self = .running
            }
        }
    }

    /// How text begins that cloud-init takes for user-data.
    private static let beginnings = [
        "#cloud-config", "#!", "#include", "#cloud-boothook", "#part-handler", "#upstart-job", "## template:",
        "Content-Type:", "MIME-Version:",
    ]

    /// Throws `Failure.badInput` where the text is not user-data: instances would be given whatever file was named.
    package static func check(userData text: String, from place: String) throws {
        if beginnings.contains(where: text.hasPrefix) { return }
        throw Failure(
            .badInput, "\(place) is not cloud-init user-data",
            hint: "begin it with #cloud-config, or with #! for a script")
    }

    /// The network configuration of a container with that many interfaces: images ask for an address on the first alone.
    package static func network(interfaces: Int) -> String {
        let cards = (0..<interfaces).map { number in
            "  eth\(number):\n    dhcp4: true\n"
                + (number == 0 ? "" : "    dhcp4-overrides: {use-routes: false, use-dns: false}\n")
        }
        return "version: 2\nethernets:\n" + cards.joined()
    }

    /// A cloud-config that gives the image's user those public keys.
    static func configuration(authorizing keys: [String]) -> String {
        let items = keys.map { key in
            "- \"\(key.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"\n"
        }
        return "#cloud-config\nssh_authorized_keys:\n" + items.joined()
    }

    /// Whether a cloud-config has keys of its own for the image's user, which others do not add to.
    static func authorizesKeys(_ text: String) -> Bool {
        text.split(whereSeparator: \.isNewline).contains { $0.hasPrefix("ssh_authorized_keys") }
    }

    private let runner: any CommandRunner

    /// The cloud-init of the machine that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// Whether it is done; a question that takes a second of a processor.
    package func status(_ effect: Command.Effect) async throws -> Status {
        let command = Command("cloud-init", ["status", "--long"], effect: effect, assumed: "status: done\n")
        // Statuses 1 and 2 tell of errors, which the text tells better.
        return Status(try await runner.run(command).output)
    }

    /// What it is doing, in plain words, by its log; `nil` where that does not say.
    package func activity() async -> String? {
        let log = LogFile(LimitedRunner(runner, most: .seconds(5)), "/var/log/cloud-init.log")
        return (try? await log.end(.lines(100))).flatMap { $0 }.flatMap(Self.activity)
    }

    /// What the last line means that says where it is: `… start: modules-final/config-scripts_user: running …`.
    ///
    /// Older versions write hyphens in a module's name, newer ones underscores.
    static func activity(_ log: String) -> String? {
        let lines = log.matches(
            of: /(start|finish): (init-local|init-network|modules-config|modules-final)(?:\/config-([a-z_-]+))?/)
        guard let last = lines.last else { return nil }
        let module = last.output.1 == "start" ? last.output.3?.replacing("-", with: "_") : nil
        switch (last.output.2, module) {
        case (_, "package_update_upgrade_install"): return "installing packages"
        // The commands of the user-data, which install LXD.
        case (_, "scripts_user"): return "installing \(Engine.current.title)"
        case ("modules-config", _): return "setting up the system"
        case ("modules-final", _): return "finishing"
        default: return "booting"
        }
    }
}
