import Foundation
import Testing

/// The tool in the background, to be sent signals; its messages go to a file, and its results where that is said.
///
/// Not Foundation's `Process`, which waits for daemons that outlive the tool.
final class Spawned {
    let number: pid_t
    private let messages: String

    init(_ sandbox: Sandbox, _ arguments: [String], results: String = "/dev/null") throws {
        messages = "\(sandbox.folder)/messages-\(arguments.joined().replacing("/", with: "_"))"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, results, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, messages, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let variables = ProcessInfo.processInfo.environment.merging(sandbox.environment) { _, own in own }
        let argv = ([Product.bcmcluster] + arguments).map { strdup($0) } + [nil]
        let environment = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { (argv + environment).forEach { free($0) } }
        var number: pid_t = 0
        try #require(posix_spawn(&number, Product.bcmcluster, &actions, nil, argv, environment) == 0)
        self.number = number
    }

    func send(_ signal: Int32) { kill(number, signal) }

    /// Waits for the end, a minute at most where nothing else is said, and returns the status; for a signal that ended it, its number below zero.
    func wait(seconds: Int = 60) async throws -> Int32 {
        var status: Int32 = 0
        for _ in 0..<seconds * 100 {
            if waitpid(number, &status, WNOHANG) == number {
                return status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f)
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        kill(number, SIGKILL)
        waitpid(number, &status, 0)
        Issue.record("bcmcluster did not end within \(seconds) s")
        return -SIGKILL
    }

    /// What it said on standard error.
    var errors: String { (try? String(contentsOfFile: messages, encoding: .utf8)) ?? "" }
}
