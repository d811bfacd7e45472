import Provisioning
import Synchronization
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite struct LocalRunnerTests {
    private let runner = LocalRunner()

    init() { SystemCalls.ignoreBrokenPipes() }

    private func shell(_ script: String, input: String? = nil, limit: Duration = .untilItHangs) async throws
        -> CommandResult
    {
        try await runner.run(Command("/bin/sh", ["-c", script], input: input, limit: limit))
    }

    @Test func tellsHowAProgramEnded() async throws {
        #expect(
            try await shell("echo out; echo err >&2; exit 7")
                == CommandResult(.exited(7), output: "out\n", errors: "err\n"))
        #expect(try await shell("kill -9 $$").ending == .signalled(9))
        #expect(try await shell("true").succeeded)
    }

    @Test func feedsStandardInput() async throws {
        let text = String(repeating: "line of input\n", count: 100_000)
        #expect(try await shell("cat", input: text).output == text)
        #expect(try await shell("cat", input: "").output.isEmpty)
        #expect(try await shell("cat").output.isEmpty, "without input there is nothing to read, and no terminal")
    }

    @Test func aProgramThatDoesNotReadIsFine() async throws {
        #expect(try await shell("exit 3", input: String(repeating: "x", count: 1 << 20)).ending == .exited(3))
    }

    @Test func bigOutputsOnBothPipesDoNotBlock() async throws {
        let result = try await shell(
            "head -c 3000000 /dev/zero | tr '\\0' a; head -c 3000000 /dev/zero | tr '\\0' b >&2; echo end")
        #expect(result.output.utf8.count == 3_000_004 && result.output.hasSuffix("aend\n"))
        #expect(result.errors.utf8.count == 3_000_000 && result.errors.hasSuffix("b"))
    }

    @Test func whatIsKeptHasACap() async throws {
        let result = try await shell("head -c 9000000 /dev/zero | tr '\\0' a; exit 4")
        #expect(result.ending == .exited(4) && result.output.utf8.count == 8 << 20)
    }

    @Test func anEnvironmentIsAddedToOurs() async throws {
        let command = Command("/bin/sh", ["-c", "echo \"$BCM_TEST|$PATH\""], environment: ["BCM_TEST": "a b"])
        let path = SystemCalls.environment("PATH") ?? ""
        #expect(try await runner.run(command).output == "a b|\(path)\n")
    }

    @Test func aMissingProgramIsMissing() async throws {
        for program in ["bcmcluster-no-such-program", "/no/such/program", "/etc"] {
            let failure = try await #require(throws: Failure.self) { try await runner.run(Command(program, ["-x"])) }
            #expect(failure.code == .missing && failure.message.contains(program))
            #expect(failure.command == "\(program) -x")
        }
    }

    /// A program that leaves a child behind, which holds the pipes open, is over when it is over.
    @Test func aGrandchildThatHoldsThePipesDoesNotDelay() async throws {
        let result = try await shell("sleep 3600 & echo $!")
        let grandchild = try #require(Int32(result.output.trimmed))
        #expect(result.succeeded && kill(grandchild, 0) == 0, "it runs on")
        kill(grandchild, SIGKILL)
    }

    @Test func manyAtOnceDoNotDisturbEachOther() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask {
                    try await shell("cat; echo \(number)", input: "in \(number)\n").output
                        == "in \(number)\n\(number)\n"
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test func linesComeAsTheyArePrintedAndTheLastWithoutItsEnd() async throws {
        let folder = try TemporaryFolder()
        let seen = "\(folder.path)/seen"
        // It waits for what the first line makes: a line that came at the end only would hang.
        let script =
            "echo first; while ! [ -e '\(seen)' ]; do sleep 0.01; done; printf '\\nlast'; echo error >&2; exit 3"
        let lines = Mutex<[String]>([])
        let result = try await runner.stream(Command("/bin/sh", ["-c", script], limit: .untilItHangs)) { line in
            lines.withLock { $0.append(line) }
            if line == "first" { try? LocalFiles().write("", to: seen, mode: 0o600) }
        }
        #expect(lines.withLock { $0 } == ["first", "", "last"])
        #expect(result == CommandResult(.exited(3), output: "", errors: "error\n"))
    }

    @Test func aStreamEndsWithItsTask() async throws {
        let (begun, signal) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            let endless = Command("/bin/sh", ["-c", "while echo line; do sleep 0.01; done"], limit: .untilItHangs)
            return try await LimitedRunner(runner, most: .milliseconds(1)).stream(endless) { _ in signal.yield() }
        }
        for await _ in begun { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
