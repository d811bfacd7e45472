/// Control groups of the kernel, version 1 or 2, below a folder of this tool's own.
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
