import Provisioning

/// Words of other tools, and of users in a hurry: some are understood, for others the right ones are suggested.
extension CommandTable {
    /// Words that are taken for a command's own, where one of these could stand.
    private static let synonyms = [
        "create": ["up", "launch", "add"], "delete": ["destroy", "remove"], "down": ["destroy"], "ls": ["list"],
        "remove": ["delete"], "rm": ["remove", "delete"],
    ]

    /// What is meant by other first words.
    private static let suggestions = [
        "get": "list, bcmcluster status or bcmcluster ps", "show": "status", "info": "status", "describe": "status",
        "health": "status", "init": "up", "launch": "up", "new": "up", "scale": "member add", "join": "member add",
        "node": "member", "nodes": "status", "members": "status", "apply": "run", "deploy": "run", "ssh": "shell",
        "console": "shell", "restore": "snapshot restore", "rollback": "snapshot restore", "backup": "snapshot create",
        "snapshots": "snapshot list", "hosts": "host list", "vms": "vm list", "units": "ps", "volumes": "volume list",
        "networks": "network list",
        "kill": "destroy", "purge": "destroy", "fix": "repair", "check": "doctor", "log": "logs", "restart": "stop",
    ]

    /// The word of a command that the typed one stands for behind those words; `nil` where it stands for none.
    static func word(_ typed: String, after words: [String]) -> String? {
        let possible = (commands + hidden).filter { $0.words.count > words.count && $0.words.starts(with: words) }
            .map { $0.words[words.count] }
        return possible.contains(typed) ? typed : synonyms[typed]?.first(where: possible.contains)
    }

    /// The failure of a word that no command has behind those words.
    static func unknown(_ typed: String, after words: [String]) -> Failure {
        if let first = words.first {
            let below = commands(below: words)
            let near = Suggestion.nearest(to: typed, in: Set(below.map { $0.words[words.count] }))
            return Failure(
                .badInput, "unknown command \(first) \(Shell.quoted(typed))",
                hint: near.map { "did you mean bcmcluster \(first) \($0)?" }
                    ?? "try: \(below.map { "bcmcluster \($0.title)" }.joined(separator: ", "))")
        }
        let known = Set(commands.map { $0.words[0] })
        let meant = suggestions[typed] ?? Suggestion.nearest(to: typed, in: known)
        return Failure(
            .badInput, "unknown command \(Shell.quoted(typed))",
            hint: meant.map { "did you mean bcmcluster \($0)?" } ?? "try bcmcluster help")
    }
}

extension CommandSpecification {
    /// The words that are taken for its last one.
    var synonyms: [String] {
        ["create", "delete", "down", "ls", "remove", "rm"].filter {
            $0 != words.last && CommandTable.word($0, after: words.dropLast()) == words.last
        }
    }
}

extension Flag {
    /// What other tools call them, without dashes.
    private static let synonyms: [String: [Flag]] = [
        "mem": [.memory], "ram": [.memory], "cpu": [.cpus], "vcpus": [.cpus], "cores": [.cpus], "processors": [.cpus],
        "name": [.cluster], "nodes": [.members, .count], "replicas": [.members, .count], "n": [.members],
        "assume-yes": [.yes], "auto-approve": [.yes], "force": [.yes], "f": [.force], "o": [.json], "output": [.json],
        "format": [.json], "silent": [.quiet], "debug": [.verbose], "plan": [.dryRun], "dryrun": [.dryRun],
        "check": [.dryRun], "follow": [.watch], "driver": [.provider, .storage], "tail": [.lines], "V": [.version],
        "version": [.version],
    ]

    /// The one of those flags that the word means, which may have dashes or none.
    static func meant(by word: String, among flags: [Flag]) -> Flag? {
        let name = String(word.drop { $0 == "-" }.prefix { $0 != "=" })
        if let exact = flags.first(where: { $0.rawValue == name }) { return exact }
        if let known = synonyms[name]?.first(where: flags.contains) { return known }
        let begun = flags.filter { name.count > 1 && $0.rawValue.hasPrefix(name) }
        if begun.count == 1 { return begun[0] }
        guard word.hasPrefix("--") else { return nil }
        let near = Suggestion.nearest(to: "--\(name)", in: Set(flags.map(\.long)))
        return flags.first { $0.long == near }
    }
}
