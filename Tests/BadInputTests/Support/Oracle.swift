import Provisioning

/// What makes sense, said once more and in other words than the program's.
enum Oracle {
    static func isName(_ text: String) -> Bool { matches(text, /[A-Za-z]([A-Za-z0-9-]{0,38}[A-Za-z0-9])?/) }

    static func isValue(_ value: String, of setting: Setting) -> Bool {
        switch setting {
        case .provider: ["multipass", "namespace"].contains(value)
        case .engine: ["lxd", "incus"].contains(value)
        case .storage: ["dir", "zfs"].contains(value)
        case .cpus: matches(value, /[0-9]{1,12}/)
        case .memory, .disk: matches(value, /[0-9]+(\.[0-9]+)?([KMGTkmgt]?([iI]?[bB])?)/)
        case .image, .channel, .network: matches(value, /[!-~]+/) && !value.hasPrefix("-")
        }
    }

    /// What is wrong with what a dry run wrote down; `nil` where it keeps to the cluster's own places.
    static func complaint(about action: RecordedAction, in folder: ClusterFolder) -> String? {
        switch action {
        case .write(let path, _, _), .makeFolder(let path, _), .remove(let path), .removeEmptyFolder(let path):
            let isOurs =
                path == folder.path || path.hasPrefix("\(folder.path)/") || path.hasPrefix("/conf/servercerts/")
            let isShared = path == ClusterFolder.clusters(in: folder.runtime) || path == "/conf/servercerts"
            return (isOurs || isShared) && !climbs(path) ? nil : "touches \(path)"
        case .command(let command): return complaint(about: command)
        }
    }

    private static func complaint(about command: Command) -> String? {
        let words = command.arguments
        if command.program == "multipass", let verb = words.first, verb == "launch",
            words.dropFirst().first?.hasPrefix("-") ?? true
        {
            return "launches \(words)"
        }
        guard ["rm", "install", "ln", "rmdir"].contains(command.program), command.effect == .changes else { return nil }
        let paths = words.filter { $0.hasPrefix("/") && $0 != "/dev/stdin" }
        let strays = paths.filter {
            climbs($0) || !($0 == "/var/lib/bcmcluster" || $0.hasPrefix("/var/lib/bcmcluster/"))
        }
        return strays.isEmpty ? nil : "\(command.program) \(words)"
    }

    private static func climbs(_ path: String) -> Bool {
        path.split(separator: "/").contains { $0 == ".." || $0 == "." }
    }

    private static func matches(_ text: String, _ pattern: some RegexComponent) -> Bool {
        text.unicodeScalars.allSatisfy(\.isASCII) && text.wholeMatch(of: pattern) != nil
    }
}
