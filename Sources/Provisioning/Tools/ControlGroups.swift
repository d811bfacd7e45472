/// Control groups of the kernel, version 1 or 2, below a folder of this tool's own.
public struct ControlGroups: Sendable {
    private let runner: any CommandRunner

    /// The groups of the machine that the runner reaches.
    public init(_ runner: any CommandRunner) { self.runner = runner }

    /// Removes every group below `bcmcluster/NAME` in every hierarchy; true when none is left.
    ///
    /// A group whose last process has just ended can be busy for a moment: then it is to be asked again.
    public func remove(_ name: String) async throws -> Bool {
        let own = "*/bcmcluster/\(name)"
        let command = Command(
            "find", ["/sys/fs/cgroup", "-depth", "-type", "d", "(", "-path", own, "-o", "-path", own + "/*", ")", "-delete"],
            effect: .changes)
        return try await runner.run(command).succeeded
    }

    /// Removes the folder above all machines' groups where no machine is left.
    public func removeRoot() async throws {
        _ = try await runner.run(
            Command(
                "find", ["/sys/fs/cgroup", "-maxdepth", "2", "-depth", "-type", "d", "-name", "bcmcluster", "-delete"],
                effect: .changes))
    }
}
