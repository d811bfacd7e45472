/// Typed commands of util-linux: processes in namespaces of their own, as root.
package struct Namespaces: Sendable {
    private let runner: any CommandRunner

    /// The processes of the machine that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// Starts a program as the first process of namespaces of its own, in a network namespace that exists, and returns
    /// at once; the program outlives this command, and keeps no folder of the user's busy.
    ///
    /// What keeps it from starting is in the log, a file that exists or is made.
    package func start(_ program: [String], network: String, log: String, touches: Set<Subject>) async throws {
        let words =
            ["setsid", "--fork", "nsenter", "--wd=/", "--net=/run/netns/\(network)"]
            + ["unshare", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child"] + program
        // The fork is not waited for: its errors cannot come through a pipe of ours.
        try await runner.output(
            of: Command(
                "sh", ["-c", Self.logged, log] + words, effect: .changes, output: .discarded, touches: touches))
    }

    /// Appends what the command in the further arguments prints to the file that is the first; `sh` calls that `$0`.
    private static let logged = #"exec >>"$0" 2>&1 "$@""#

    /// Ends the first process that was started so, a script, and by that everything in its namespaces; further arguments do
    /// not matter.
    ///
    /// What has such a command line is found and ended by one command, among root's processes alone.
    package func end(_ program: [String], touches: Set<Subject>) async throws {
        let words = ["-KILL", "-u", "0", "-U", "0", "-f", "^/bin/sh \(Self.pattern(program))( |$)"]
        let command = Command("pkill", words, effect: .changes, touches: touches)
        let result = try await runner.run(command)
        guard result.succeeded || result.ending == .exited(1) else { throw Failure(command, result) }
    }

    /// The processes that wait for the end of a first process that was started so: they are there until everything in its
    /// namespaces has ended.
    package func waiting(for program: [String], about: Set<Subject>) async throws -> Set<String> {
        Set(
            try await HostProcesses(runner).matching(
                "^unshare .* \(Self.pattern(program))( |$)", in: .everywhere, about: about))
    }

    /// Whether a first process that was started so is there, or on its way.
    package func isStarted(_ program: [String], about: Set<Subject>) async throws -> Bool {
        try await !HostProcesses(runner).matching(
            "(^| )\(Self.pattern(program))( |$)", in: .everywhere, effect: .awaits, about: about
        )
        .isEmpty
    }

    private static func pattern(_ program: [String]) -> String {
        program.joined(separator: " ").replacing(".", with: "[.]")
    }

    /// Ends processes at once; those that are gone already are fine.
    package func kill(_ processes: [String], touches: Set<Subject> = []) async throws {
        if processes.isEmpty { return }
        let command = Command("kill", ["-KILL"] + processes, effect: .changes, touches: touches)
        let result = try await runner.run(command)
        guard result.succeeded || result.reports(SystemError.noSuchProcess) else { throw Failure(command, result) }
    }

    /// The arguments of `nsenter` that lead into all namespaces of a process.
    package static func portForward(to process: String) -> [String] {
        ["--target", process, "--mount", "--uts", "--ipc", "--net", "--pid", "--"]
    }
}
