import Foundation
import Provisioning
import Testing

extension Hosts {
    /// Commands on a real host, by a real `sshd`.
    @Suite struct SSH {
        private func withHost(_ body: (TestHost.Net, TestHost, SSHConnection, SSHRunner) async throws -> Void)
            async throws
        {
            try await Sandbox.use("HS") { sandbox in
                try await TestHost.use(1, in: sandbox) { net, hosts in
                    let connection = try connection(net, hosts[0])
                    let runner = SSHRunner(connection, by: LocalRunner(), random: SystemRandom())
                    do { try await body(net, hosts[0], connection, runner) } catch {
                        await connection.close()
                        throw error
                    }
                    await connection.close()
                }
            }
        }

        private func connection(_ net: TestHost.Net, _ host: TestHost, options: [String] = []) throws -> SSHConnection {
            let entry = try Host(name: HostName(host.name), destination: "root@\(host.address)", identity: net.key)
            return SSHConnection(
                entry, by: PersonsSSH(known: net.known), time: SystemTime(), folder: "\(net.sandbox.folder)/.ssh")
        }

        @Test("A thousand arguments arrive exactly as they are, with status and input")
        func exact() async throws {
            try await withHost { _, host, _, runner in
                var dice = SystemRandomNumberGenerator()
                let alphabet = Array(" '\"\\$`!#&|;<>()[]{}*?~=%^@,.:/-_+\n\t\r abcXYZ019äé漢字🙂\u{1}\u{7f}")
                let words =
                    ["", "-n", "--", "$(reboot)", "'", "\\", "!!", "\n", "a\nb\n"]
                    + (0..<991).map { _ in
                        String(
                            (0..<Int.random(in: 0...20, using: &dice)).map { _ in
                                alphabet.randomElement(using: &dice) ?? "a"
                            })
                    }
                for start in stride(from: 0, to: words.count, by: 100) {
                    let part = Array(words[start..<min(start + 100, words.count)])
                    let printed = try await runner.output(of: Command("printf", ["%s\\0"] + part))
                    #expect(
                        printed.split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
                            == part)
                }
                #expect(try await runner.output(of: Command("hostname", [])).trimmed == host.name)
                for status: Int32 in [0, 1, 7, 127, 254, 255] {
                    let result = try await runner.run(Command("sh", ["-c", "echo out; echo err >&2; exit \(status)"]))
                    #expect(result == CommandResult(.exited(status), output: "out\n", errors: "err\n"))
                }
                let input = String(repeating: "line äé\n", count: 400_000)
                let counted = try await runner.output(of: Command("wc", ["-c"], input: input))
                #expect(Int(counted.trimmed) == input.utf8.count)
                let variables = Command(
                    "sh", ["-c", "echo \"$A\"; command -v sysctl"], environment: ["A": "it's 'so'"])
                #expect(try await runner.output(of: variables) == "it's 'so'\n/usr/sbin/sysctl\n")
            }
        }

        @Test("What runs there ends with its limit, and with the run; thirty at once share one connection")
        func ends() async throws {
            try await withHost { _, host, _, runner in
                _ = try await runner.run(Command("true", []))
                let before = try await host.processes().count
                let late = try await #require(throws: Failure.self) {
                    try await runner.run(
                        Command("sh", ["-c", "sleep 600 & sleep 600"], limit: .seconds(1), effect: .changes))
                }
                #expect(late.code == .timedOut && late.message == "sh on h0 took longer than its limit of 1s")
                let task = Task { try await runner.run(Command("sleep", ["600"], effect: .changes)) }
                try await Task.sleep(for: .milliseconds(700))
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                let left = try await SystemTime().wait(for: "their end", limit: .seconds(10), every: .milliseconds(100))
                {
                    try await host.processes().count <= before ? true : nil
                }
                #expect(left)
                let answers = try await withThrowingTaskGroup(of: String.self) { group in
                    for number in 0..<30 {
                        group.addTask {
                            try await runner.output(of: Command("sh", ["-c", "sleep 0.2; echo \(number)"]))
                        }
                    }
                    return try await group.reduce(into: Set<String>()) { $0.insert($1.trimmed) }
                }
                #expect(answers.count == 30)
            }
        }

        @Test(
            "A host whose key changed, one that refuses ours, one that is cut off: OpenSSH's own words, and no second try"
        )
        func unreachable() async throws {
            try await withHost { net, host, connection, runner in
                _ = try await runner.run(Command("true", []))
                try await host.setReachable(false)
                let lost = try await #require(throws: Failure.self) {
                    try await runner.run(Command("sh", ["-c", "sleep 60"], limit: .seconds(60)))
                }
                #expect(lost.code == .unreachable && lost.exitStatus == 4, "\(lost)")
                try await host.setReachable(true)
                await connection.close()

                // Somebody else's key stands under its address.
                try "\(host.address) ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJZbMnxEFw1GWE1RVXs2R0tT0GZbCKvOSmXHxbKQWqkR\n"
                    .write(toFile: net.known, atomically: true, encoding: .utf8)
                let changed = try await #require(throws: Failure.self) {
                    try await SSHRunner(
                        try self.connection(net, host), by: PersonsSSH(known: net.known), random: SystemRandom()
                    )
                    .run(Command("true", []))
                }
                #expect(changed.code == .unreachable)
                #expect(changed.output?.contains("REMOTE HOST IDENTIFICATION HAS CHANGED") ?? false, "\(changed)")
            }
        }
    }
}

/// The user's `ssh`, whose list of known hosts is the test's.
struct PersonsSSH: CommandRunner {
    let known: String

    func run(_ command: Command) async throws -> CommandResult {
        var own = command
        if command.program == "ssh" {
            own.arguments =
                ["-F", "/dev/null", "-o", "UserKnownHostsFile=\(known)", "-o", "StrictHostKeyChecking=yes"]
                + command.arguments
        }
        return try await LocalRunner().run(own)
    }
}
