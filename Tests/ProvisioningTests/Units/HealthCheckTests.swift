import Testing

@testable import Provisioning

/// How instances are asked whether they are healthy, in the file, on the instance, and what becomes of the answers.
@Suite struct HealthCheckTests {
    // MARK: The file

    private func check(_ lines: String) throws -> HealthCheck? {
        try UnitFileText(more: "[health]\n\(lines)").unit().health
    }

    @Test func eachQuestion() throws {
        #expect(try check("tcp = 8080") == HealthCheck(.tcp(8080)))
        #expect(try check("exec = ['sh', '-c', 'a b']") == HealthCheck(.exec(["sh", "-c", "a b"])))
        #expect(try check("http = ':80'") == HealthCheck(.http(port: 80, path: "/")))
        var other = HealthCheck(.http(port: 8080, path: "/healthz?deep=1"))
        (other.interval, other.timeout, other.retries) = (60_000, 1_000, 5)
        #expect(
            try check("http = ':8080/healthz?deep=1'\ninterval = '1m'\ntimeout = '1s'\nretries = 5") == other)
        #expect(try UnitFileText(UnitFileText.shortest).unit().health == nil)
    }

    @Test(arguments: [
        ("", 5, 1, "health has neither exec, tcp nor http; add a line such as"),
        ("tcp = 1\nhttp = ':1'", 7, 8, "health.http and tcp are both given; leave one out"),
        ("tcp = 0", 6, 7, "health.tcp must be from 1 to 65535"),
        ("tcp = '80'", 6, 7, "health.tcp is a string, but must be an integer"),
        ("exec = []", 6, 8, "health.exec does not begin with the name of a program; write program and arguments"),
        ("exec = 'cat /x'", 6, 8, "health.exec is a string, but must be an array; write program and arguments"),
        ("exec = ['-x']", 6, 8, "health.exec does not begin with the name of a program"),
        ("exec = ['a', \"\\u0000\"]", 6, 8, "health.exec has a NUL in it"),
        ("http = 'example.com:80/'", 6, 8, "health.http is not a port with a path; write the port and a path, such"),
        ("http = ':80 /'", 6, 8, "health.http is not a port with a path"),
        ("http = ':65536/'", 6, 8, "health.http is not a port with a path"),
        ("tcp = 1\ninterval = '2'", 7, 12, "health.interval is not a time from 1s to 1h; write one such as"),
        ("tcp = 1\ninterval = '0s'", 7, 12, "health.interval is not a time from 1s to 1h"),
        ("tcp = 1\ntimeout = '61m'", 7, 11, "health.timeout is not a time from 1s to 1h"),
        ("tcp = 1\nretries = 0", 7, 11, "health.retries must be from 1 to 1000"),
        ("tpc = 1", 6, 1, "unknown key health.tpc; did you mean tcp?"),
    ])
    func mistakes(_ lines: String, _ line: Int, _ column: Int, _ sentence: String) {
        let refusal = UnitFileText(more: "[health]\n\(lines)").refusal()
        #expect(refusal.hasPrefix("web/unit.toml, line \(line), column \(column): \(sentence)"), "\(refusal)")
    }

    // MARK: The mark

    @Test(arguments: [
        HealthCheck.Question.tcp(80), .exec(["sh", "-c", "echo \"ä\n\" > /x"]), .http(port: 1, path: "/"),
    ])
    func theMarkSaysTheSame(_ question: HealthCheck.Question) throws {
        var check = HealthCheck(question)
        (check.interval, check.retries) = (1_000, 7)
        let mark = try #require(check.mark)
        #expect(HealthCheck(mark: mark) == check && !mark.contains("\n"))
    }

    @Test(arguments: ["", "{}", "[]", #"{"tcp":0}"#, #"{"exec":[]}"#, #"{"http":"x"}"#, "tcp = 80"])
    func whatIsNoMarkIsNoCheck(_ text: String) { #expect(HealthCheck(mark: text) == nil) }

    @Test func whatSomebodyWroteIsHeldToBounds() throws {
        let check = try #require(HealthCheck(mark: #"{"tcp":80,"interval":-5,"retries":99999999,"timeout":0}"#))
        #expect(check.interval == 1_000 && check.retries == 1_000 && check.timeout == 1_000)
    }

    // MARK: The answer

    private struct Answering: CommandRunner {
        let answer: @Sendable (Command) throws -> CommandResult
        func run(_ command: Command) async throws -> CommandResult { try answer(command) }
    }

    private func ask(
        _ question: HealthCheck.Question, at address: String? = "10.1.0.2",
        _ answer: @escaping @Sendable (Command) throws -> CommandResult
    ) async throws -> HealthAnswer {
        let runner = Answering(answer: answer)
        return try await HealthProbe(client: LXC(runner, engine: .lxd), runner: runner).ask(
            "web-1", HealthCheck(question), at: { address }, limit: .seconds(5))
    }

    @Test func aCommandAnswersByItsStatus() async throws {
        let healthy = try await ask(.exec(["cat", "/ready"])) { command in
            #expect(command.arguments.suffix(6) == ["exec", "web-1", "-T", "--", "cat", "/ready"])
            return CommandResult()
        }
        #expect(healthy == .healthy)
        let ill = try await ask(.exec(["cat", "/x"])) { _ in CommandResult(.exited(3), errors: "one\ntwo\n") }
        #expect(ill == .unhealthy("exec cat /x: exit status 3, two"))
        let late = try await ask(.exec(["cat", "/x"])) { _ in throw Failure(.timedOut, "late") }
        #expect(late == .unhealthy("exec cat /x: no answer within 5s"))
    }

    @Test func aPortAnswersOrDoesNot() async throws {
        #expect(try await ask(.tcp(80)) { _ in CommandResult() } == .healthy)
        let refused = try await ask(.tcp(80)) { _ in
            CommandResult(.exited(1), errors: "bash: connect: Connection refused\n")
        }
        #expect(refused == .unhealthy("tcp 80: connection refused"))
        #expect(try await ask(.tcp(80), at: nil) { _ in CommandResult() } == .unhealthy("tcp 80: no address yet"))
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\n", HealthAnswer.healthy), ("HTTP/1.0 399 x\r\n", .healthy),
        ("HTTP/1.1 199 x\r\n", .unhealthy("http :80/a: HTTP/1.1 199 x")),
        ("HTTP/1.1 404 Not Found\r\n", .unhealthy("http :80/a: HTTP/1.1 404 Not Found")),
        ("HTTP/1.1\r\n", .unhealthy("http :80/a: HTTP/1.1")),
        ("SSH-2.0-x\r\n", .unhealthy("http :80/a: no answer of HTTP")),
    ])
    func aServerAnswersByItsStatus(_ line: String, _ answer: HealthAnswer) async throws {
        let found = try await ask(.http(port: 80, path: "/a")) { command in
            #expect(command.arguments.suffix(3) == ["10.1.0.2", "80", "/a"])
            return CommandResult(output: line)
        }
        #expect(found == answer)
    }

    /// What no member was asked is not known, and is not thrown away either.
    @Test func whoCannotBeAskedIsNotUnhealthy() async throws {
        await #expect(throws: Failure.self) {
            try await ask(.tcp(80)) { _ in throw Failure(.unreachable, "host h1 is unreachable") }
        }
    }
}
