import Testing

@testable import Provisioning

/// Files that programs read and write for us through pipes, and input that has a bound.
@Suite(.endsHangs) struct PassedFilesTests {
    private static let tooMuch = Failure(.conflict, "more than that")

    /// By programs, and not by Foundation: its descriptors are inherited by what other tests start meanwhile.
    private func file(_ bytes: Int, in folder: TemporaryFolder) async throws -> String {
        let path = "\(folder.path)/in"
        try await LocalRunner().output(
            of: Command(
                "dd",
                ["if=/dev/urandom", "of=\(path)", "bs=\(max(1, bytes))", "count=\(min(1, bytes))", "iflag=fullblock"],
                limit: .untilItHangs))
        return path
    }

    private func copy(_ source: String, to target: String, bound: Int? = nil) -> Command {
        var command = Command("cat", [], limit: .untilItHangs, effect: .changes)
        (command.inputFile, command.outputFile, command.pipesFiles) = (source, target, true)
        command.inputBound = bound.map { InputBound(bytes: $0, failure: Self.tooMuch) }
        return command
    }

    @Test("A file of any length arrives whole, and so does what is written", arguments: [0, 1, 65_536, 5_000_001])
    func throughPipes(_ bytes: Int) async throws {
        let folder = try TemporaryFolder()
        let (source, target) = (try await file(bytes, in: folder), "\(folder.path)/out")
        let result = try await LocalRunner().run(copy(source, to: target))
        #expect(result.succeeded && result.output.isEmpty)
        let written = try LocalFiles().readBytes(target)
        #expect(try written?.count == bytes && written == LocalFiles().readBytes(source))
    }

    @Test func programSeesAPipeAndNoFile() async throws {
        let folder = try TemporaryFolder()
        var command = copy(try await file(3, in: folder), to: "\(folder.path)/out")
        (command.program, command.arguments) = ("sh", ["-c", "test -p /dev/stdin && test -p /dev/stdout && echo yes"])
        try await LocalRunner().output(of: command)
        #expect(try LocalFiles().read("\(folder.path)/out") == "yes\n")
    }

    @Test("Input of exactly the bound is passed on, one byte more ends the program", arguments: [0, 1])
    func bound(_ more: Int) async throws {
        let folder = try TemporaryFolder()
        let command = copy(try await file(200_000, in: folder), to: "\(folder.path)/out", bound: 200_000 - more)
        if more == 0 {
            try await LocalRunner().output(of: command)
            #expect(try LocalFiles().readBytes("\(folder.path)/out")?.count == 200_000)
        } else {
            await #expect(throws: Self.tooMuch) { try await LocalRunner().run(command) }
            #expect(try LocalFiles().names(in: folder.path) == ["in"], "what was begun is removed")
        }
    }

    @Test func programThatReadsNothingEndsAsItLikes() async throws {
        let folder = try TemporaryFolder()
        var command = copy(try await file(5_000_000, in: folder), to: "\(folder.path)/out")
        (command.program, command.arguments) = ("sh", ["-c", "exit 7"])
        #expect(try await LocalRunner().run(command).ending == .exited(7))
    }
}
