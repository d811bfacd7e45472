import Provisioning

/// The `lxc` on the user's own machine.
final class SimulatedClient {
    struct Remote: Equatable {
        var address: String
        var isOurs: Bool
    }

    var remotes: [String: Remote] = [
        "local": Remote(address: "unix://", isOurs: false),
        "images": Remote(address: "https://images.lxd.canonical.com", isOurs: false),
    ]
    var defaultRemote = "local"

    /// What is the user's own.
    var persons: [String: Remote] { remotes.filter { !$0.value.isOurs } }
}

extension World {
    /// What `lxc remote …` sets going.
    func remote(_ words: [String]) -> Operation {
        Operation(.milliseconds(50)) {
            switch (words.first, words.count) {
            case ("list", 3): CommandResult(output: self.remotes())
            case ("get-default", 1): CommandResult(output: self.client.defaultRemote + "\n")
            case ("switch", 2): self.makeDefault(words[1])
            case ("remove", 2): self.remove(words[1])
            case ("add", 3), ("generate-certificate", 1): self.makeKeys()
            case ("add", 4) where words[3] == "--accept-certificate": self.add(words[1], address: words[2])
            default: self.unknownRemote(words)
            }
        }
    }

    private func unknownRemote(_ words: [String]) -> CommandResult {
        violated("a remote command that nobody knows: \(words)")
        return .failed(1, "Error: unknown command")
    }

    private func remotes() -> String {
        let rows = client.remotes.sorted { $0.key < $1.key }.map { "\"\($0)\":\(release.remote($1.address))" }
        return "{\(rows.joined(separator: ","))}"
    }

    private func makeDefault(_ name: String) -> CommandResult {
        guard client.remotes[name] != nil else { return .failed(1, "Error: Remote \(name) doesn't exist") }
        client.defaultRemote = name
        return CommandResult()
    }

    private func remove(_ name: String) -> CommandResult {
        guard let remote = client.remotes[name] else { return .failed(1, "Error: Remote \(name) doesn't exist") }
        guard client.defaultRemote != name else { return .failed(1, "Error: Can't remove the default remote") }
        if !remote.isOurs { violated("the person's remote \(name) was removed") }
        client.remotes[name] = nil
        disk["\(Person.certificates)/\(name).crt"] = nil
        return CommandResult()
    }

    /// The client makes its keys before it finds out that nobody listens there.
    private func makeKeys() -> CommandResult {
        if disk[Person.certificate] == nil {
            disk[Person.certificate] = "-----BEGIN\n\(dice.text("PERSON", 8))\n-----END\n"
        }
        return .failed(1, "Error: Get \"https://127.0.0.1:1\": connection refused")
    }

    private func add(_ name: String, address: String) -> CommandResult {
        guard client.remotes[name] == nil else { return .failed(1, "Error: Remote \(name) exists as <its address>") }
        let servers = machines.values.filter { serves($0.daemon) && "https://\($0.address):8443" == address }
        guard let cluster = servers.first?.daemon.cluster else { return .failed(1, "Error: connection refused") }
        disk["\(Person.certificates)/\(name).crt"] = cluster.certificate + "\n"
        guard let own = disk[Person.certificate], cluster.trusted.contains(own), hasQuorum(cluster) else {
            return .failed(1, "Error: not authorized")
        }
        client.remotes[name] = SimulatedClient.Remote(address: address, isOurs: true)
        return CommandResult()
    }
}
