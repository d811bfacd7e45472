import Foundation
import Provisioning
import Testing

/// Programs whose input and output are files.
///
/// Written by `LocalFiles`: what Foundation has open for writing other tests' children would inherit.
@Suite struct LocalRunnerFileTests {
    private let home: TemporaryFolder
    private let runner = LocalRunner()
    private var input: String { "\(home.path)/in" }
    private var output: String { "\(home.path)/out" }

    init() throws { home = try TemporaryFolder() }

    private func run(_ script: String, limit: Duration = .untilItHangs) async throws -> CommandResult {
        var command = Command("sh", ["-c", script], limit: limit)
        (command.inputFile, command.outputFile) = (input, output)
        return try await runner.run(command)
    }

    @Test func anyBytesOfAnyNumberPass() async throws {
        let bytes = "head -c \(LocalRunner.mostKept + 4097) /dev/urandom >\(input)"
        #expect(try await runner.run(Command("sh", ["-c", bytes])).succeeded)
        let result = try await run("echo said >&2; cat")
        #expect(result == CommandResult(errors: "said\n"))
        #expect(try await runner.run(Command("cmp", [input, output])).succeeded)
    }

    @Test(arguments: ["echo half; exit 3", "echo half; kill -9 $$"])
    func whatEndsBadlyLeavesWhatThereWas(_ script: String) async throws {
        try LocalFiles().write("in", to: input, mode: 0o600)
        try LocalFiles().write("before", to: output, mode: 0o600)
        #expect(try await !run(script).succeeded)
        #expect(try LocalFiles().read(output) == "before")
        #expect(try LocalFiles().names(in: home.path) == ["in", "out"])
    }

    @Test func soDoesWhatTakesTooLong() async throws {
        try LocalFiles().write("in", to: input, mode: 0o600)
        let failure = try await #require(throws: Failure.self) {
            try await run("echo half; exec sleep 60", limit: .milliseconds(300))
        }
        #expect(failure.code == .timedOut)
        #expect(try LocalFiles().names(in: home.path) == ["in"])
    }

    @Test func whatIsNoPlainFileIsWrittenToDirectly() async throws {
        try LocalFiles().write("in", to: input, mode: 0o600)
        try FileManager.default.createSymbolicLink(atPath: output, withDestinationPath: "\(home.path)/real")
        #expect(try await run("cat").succeeded)
        #expect(try LocalFiles().read("\(home.path)/real") == "in")
        #expect(try LocalFiles().kind(of: output) == .link)
    }

    /// Version 0.1 wrote through a link that stood under a name with its process number.
    @Test func whatIsPlantedBesideTheOutputIsNotTouched() async throws {
        let planted = "\(output).\(getpid()).new"
        try LocalFiles().write("in", to: input, mode: 0o600)
        try LocalFiles().write("theirs", to: "\(home.path)/theirs", mode: 0o600)
        try FileManager.default.createSymbolicLink(atPath: planted, withDestinationPath: "\(home.path)/theirs")
        #expect(try await run("cat").succeeded)
        #expect(try LocalFiles().read(output) == "in")
        #expect(try LocalFiles().read("\(home.path)/theirs") == "theirs")
        #expect(try LocalFiles().kind(of: planted) == .link)
    }

    @Test func aProgramThatIsNotThereLeavesNoFile() async throws {
        var command = Command("no-such-program-of-bcmcluster", [])
        command.outputFile = output
        let failure = try await #require(throws: Failure.self) { try await runner.run(command) }
        #expect(failure.code == .missing)
        #expect(try LocalFiles().names(in: home.path) == [])
    }

    /// A file, the user's terminal or pipe takes as long as it takes.
    @Test func noLimitOfOursHolds() async throws {
        struct Limits: CommandRunner {
            func run(_ command: Command) async throws -> CommandResult { CommandResult(output: command.limit.brief) }
        }
        let limited = LimitedRunner(Limits(), most: .seconds(5))
        var command = Command("cat", [], limit: .seconds(600))
        #expect(try await limited.run(command).output == "5s")
        command.inputFile = input
        #expect(try await limited.run(command).output == "10m")
        let passed = Command("cat", [], limit: .seconds(600), output: .passed)
        #expect(try await limited.run(passed).output == "10m")
    }
}
