/// Control groups of the kernel, version 1 or 2, below a folder of this tool's own, and what they may use.
package struct ControlGroups: Sendable {
    private let runner: any CommandRunner

    /// The groups of the machine that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// The processes in the groups below `bcmcluster/NAME`, in every hierarchy: also those whose namespace was lost.
    package func processes(_ name: String, about: Set<Subject> = []) async throws -> Set<String> {
        let command = Command(
            "find",
            Self.places([name], ending: "/(.*/)?cgroup[.]procs") + ["-type", "f", "-exec", "cat", "{}", "+"],
            about: about)
        // A group that goes away while it is looked for is no trouble.
        return Set(try await runner.run(command).output.split(separator: "\n").map(String.init))
    }

    /// Removes every group `bcmcluster/NAME` of those names, with those below, in every hierarchy; true when none is left.
    ///
    /// A group whose last process has just ended can be busy for a moment: then it is to be asked again.
    package func remove(_ names: [String]) async throws -> Bool {
        let command = Command(
            "find", Self.places(names, ending: "(/.*)?") + ["-depth", "-type", "d", "-delete"], effect: .changes)
        return try await runner.run(command).succeeded
    }

    /// What `find` is told to look for: paths from the root of a hierarchy on.
    ///
    /// That is `/sys/fs/cgroup` itself with version 2, and a folder in it with version 1. Whatever has such a path further
    /// down, as in a container, is another's.
    private static func places(_ names: [String], ending end: String) -> [String] {
        let names = names.map { $0.replacing(".", with: "[.]") }.joined(separator: "|")
        let pattern = "/sys/fs/cgroup(/[^/]+)?/bcmcluster/(\(names))\(end)"
        return ["/sys/fs/cgroup", "-regextype", "posix-extended", "-regex", pattern]
    }

    /// What a machine's group may use.
    package struct GroupLimits: Sendable, Equatable {
        package var processors: Int
        /// In bytes.
        package var memory: Int
    }

    private static let mount = "/sys/fs/cgroup"
    /// In microseconds, as the kernel has it unless told otherwise.
    private static let period = 100_000
    /// The kernel rounds to pages, which have 64 KiB at most.
    private static let page = 65_536

    /// The hierarchies that limit processors and memory, with their files: version 2 has one, version 1 two.
    private enum Hierarchies {
        case unified
        case split(cpu: String?, memory: String?)

        /// The files of the group of that name, with what is to stand in them.
        func files(_ name: String, _ limits: GroupLimits) -> [(path: String, text: String)] {
            let quota = limits.processors * period
            switch self {
            case .unified:
                let group = "\(mount)/bcmcluster/\(name)"
                return [("\(group)/cpu.max", "\(quota) \(period)"), ("\(group)/memory.max", "\(limits.memory)")]
            case .split(let cpu, let memory):
                return [
                    cpu.map { ("\($0)/bcmcluster/\(name)/cpu.cfs_quota_us", "\(quota)") },
                    memory.map { ("\($0)/bcmcluster/\(name)/memory.limit_in_bytes", "\(limits.memory)") },
                ].compactMap { $0 }
            }
        }

        /// The file that says what the group uses.
        func use(_ name: String) -> String? {
            switch self {
            case .unified: "\(mount)/bcmcluster/\(name)/memory.stat"
            case .split(_, let memory): memory.map { "\($0)/bcmcluster/\(name)/memory.stat" }
            }
        }
    }

    private func hierarchies() async throws -> Hierarchies {
        let names = ["cgroup.controllers", "cpu.cfs_quota_us", "memory.limit_in_bytes"]
        let isOne = names.flatMap { ["-o", "-name", $0] }.dropFirst()
        let found = try await runner.run(
            Command("find", [Self.mount, "-maxdepth", "2", "("] + isOne + [")", "-printf", "%P\\n"])
        ).output.split(separator: "\n").sorted()
        if found.contains("cgroup.controllers") { return .unified }
        func root(of file: String) -> String? {
            found.first { $0.hasSuffix("/\(file)") }.map { "\(Self.mount)/\($0.dropLast(file.count + 1))" }
        }
        return .split(cpu: root(of: names[1]), memory: root(of: names[2]))
    }

    /// Whether processors and memory can be limited.
    package func canLimit() async throws -> (processors: Bool, memory: Bool) {
        switch try await hierarchies() {
        case .split(let cpu, let memory): return (cpu != nil, memory != nil)
        case .unified:
            let words = try await runner.run(Command("cat", ["\(Self.mount)/cgroup.controllers"])).output
                .split { $0.isWhitespace }
            return (words.contains("cpu"), words.contains("memory"))
        }
    }

    /// Makes the groups `bcmcluster/NAME`, if they are not there, and limits what is in them.
    package func limit(_ name: String, to limits: GroupLimits) async throws {
        let hierarchies = try await hierarchies()
        let files = hierarchies.files(name, limits)
        if files.isEmpty { return }
        let groups = Set(files.map { String($0.path[..<($0.path.lastIndex(of: "/") ?? $0.path.endIndex)]) }).sorted()
        try await runner.output(of: Command("mkdir", ["--parents"] + groups, effect: .changes))
        if case .unified = hierarchies {
            // Where that is refused there are no files to limit by.
            let above = [Self.mount, "\(Self.mount)/bcmcluster"].map { "\($0)/cgroup.subtree_control" }
            let enabled = try await runner.run(
                Command("tee", above, input: "+cpu +memory\n", effect: .changes))
            guard enabled.succeeded else { return }
        }
        for file in files {
            try await runner.output(of: Command("tee", [file.path], input: "\(file.text)\n", effect: .changes))
        }
    }

    /// Those of the groups that are there, and have other limits than these.
    package func differing(from limits: [String: GroupLimits]) async throws -> Set<String> {
        if limits.isEmpty { return [] }
        let hierarchies = try await hierarchies()
        let wanted = limits.sorted { $0.key < $1.key }.map { ($0.key, hierarchies.files($0.key, $0.value)) }
        let paths = wanted.flatMap { $0.1.map(\.path) }
        if paths.isEmpty { return [] }
        // Files that are not there are passed over.
        let lines = try await runner.run(Command("grep", ["-s", "-H", "", "--"] + paths)).output.split(separator: "\n")
        let found = Dictionary(
            lines.compactMap { line in
                line.firstIndex(of: ":").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
            }
        ) { first, _ in first }
        return Set(
            wanted.filter { $0.1.contains { file in found[file.path].map { !Self.isSame($0, file.text) } ?? false } }
                .map(\.0))
    }

    private static func isSame(_ found: String, _ wanted: String) -> Bool {
        if found == wanted { return true }
        guard let found = Int(found), let wanted = Int(wanted) else { return false }
        return found <= wanted && found > wanted - page && wanted > page
    }

    /// How much memory the processes of the group have that cannot be taken from them, in bytes; `nil` if unknown.
    package func memory(of name: String) async throws -> Int? {
        guard let path = try await hierarchies().use(name) else { return nil }
        let lines = try await runner.run(Command("grep", ["-s", "-E", "^(anon|total_rss) ", "--", path])).output
        return lines.split { $0.isWhitespace }.last.flatMap { Int($0) }
    }

    /// Removes what is left of the groups of containers that are dead; liblxc names them so.
    package func removeContainers(_ names: [String], touches: Set<Subject> = []) async throws {
        if names.isEmpty { return }
        let groups = names.flatMap { ["*/lxc.payload.\($0)", "*/lxc.monitor.\($0)"] }
        let paths = groups.flatMap { ["-path", $0, "-o", "-path", "\($0)/*", "-o"] }.dropLast()
        // A group that is not empty is not one of theirs, and cannot be removed.
        _ = try await runner.run(
            Command(
                "find", ["/sys/fs/cgroup", "-depth", "-type", "d", "("] + paths + [")", "-delete"], effect: .changes,
                touches: touches))
    }

    /// Removes the folder above all machines' groups where no machine is left.
    package func removeRoot() async throws {
        _ = try await runner.run(
            Command(
                "find", ["/sys/fs/cgroup", "-maxdepth", "2", "-depth", "-type", "d", "-name", "bcmcluster", "-delete"],
                effect: .changes))
    }
}
