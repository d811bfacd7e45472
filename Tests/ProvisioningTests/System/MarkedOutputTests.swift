import Testing

@testable import Provisioning

/// What start-up files of a login shell print before a command.
@Suite struct MarkedOutputTests {
    private func passed(_ parts: [String], mark: String?) -> String {
        var gate = MarkedOutput(after: mark)
        var bytes: [UInt8] = []
        for part in parts { bytes += Array(part.utf8).withUnsafeBytes { gate.opened(by: $0) } }
        return String(decoding: bytes + gate.end(), as: UTF8.self)
    }

    @Test func isDroppedHoweverItIsCut() {
        let text = "Welcome\nm-1 \nbannerm-1\nthe output\nm-1\n"
        for length in 1...text.count {
            let parts = stride(from: 0, to: text.count, by: length).map { start in
                String(text.dropFirst(start).prefix(length))
            }
            #expect(passed(parts, mark: "m-1") == "the output\nm-1\n")
        }
    }

    @Test func withoutTheMarkNothingIsDropped() {
        #expect(passed(["Connection ", "closed\n"], mark: "m-1") == "Connection closed\n")
        #expect(passed(["a", "m-1\nb"], mark: nil) == "am-1\nb")
    }

    @Test(.endsHangs, arguments: [Command.Output.kept, .secret]) func bothOutputsOfAProgram(_ output: Command.Output)
        async throws
    {
        let script = "echo hello; echo note >&2; echo m; echo m >&2; echo out; echo err >&2"
        var command = Command("/bin/sh", ["-c", script], output: output)
        command.outputMark = "m"
        #expect(try await LocalRunner().run(command) == CommandResult(output: "out\n", errors: "err\n"))
    }

    @Test(.endsHangs) func aFile() async throws {
        let home = try TemporaryFolder()
        var command = Command("/bin/sh", ["-c", "echo hello; echo m; head -c 300000 /dev/zero"], effect: .changes)
        (command.outputMark, command.outputFile) = ("m", "\(home.path)/f")
        #expect(try await LocalRunner().run(command).succeeded)
        #expect(try LocalFiles().read("\(home.path)/f") == String(repeating: "\0", count: 300_000))
    }
}
