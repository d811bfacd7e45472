import Testing

@testable import Provisioning

/// The two seams of a dry run: what reads is run, what changes is recorded.
@Suite struct RecordingRunnerTests {
    private let recorder = Recorder()
    private let base = ScriptedRunner()
    private var runner: RecordingRunner { RecordingRunner(base, recorder) }

    private func running(_ command: Command, _ phase: StepScope.Phase = .running) async throws -> CommandResult {
        try await StepScope.$current.withValue(StepScope(step: "s", phase: phase, isReview: true)) {
            try await runner.run(command)
        }
    }

    @Test func aChangeIsWrittenDownAndNotRun() async throws {
        let command = Command("lxc", ["cluster", "add"], effect: .changes, assumed: "<token>")
        #expect(try await running(command).output == "<token>")
        #expect(base.lines.isEmpty)
        #expect(recorder.takeActions() == [.command(command)])
        #expect(recorder.takeActions().isEmpty)
    }

    @Test func whatIsAskedAgainAndAgainIsShownOnce() async throws {
        base.on("lxc list", .prints("x"))
        let command = Command("lxc", ["list"], effect: .awaits)
        for _ in 0..<3 { _ = try await running(command) }
        #expect(recorder.takeActions() == [.command(command)])
        _ = try await running(command)
        #expect(recorder.takeActions() == [.command(command)], "another step asks for itself")
    }

    @Test func whatWouldHaveChangedIsNotAskedOfTheWorld() async throws {
        let machine = Subject.machine("DEV-00")
        _ = try await running(Command("multipass", ["launch"], effect: .changes, touches: [machine]))
        let look = Command("cat", ["x"], about: [machine], assumed: "then")
        await #expect(throws: UnknownInDryRun.self) { try await running(look, .asking) }
        #expect(try await running(look).output == "then")
        base.on("cat x", .prints("now"))
        let other = Command("cat", ["x"], about: [.machine("DEV-01")], assumed: "then")
        #expect(try await running(other, .asking).output == "now")
        #expect(base.lines == ["cat x"])
    }

    @Test func aProgramThatIsNotThereIsAssumed() async throws {
        base.on("multipass list", .failure(Failure(.missing, "multipass: command not found")))
        #expect(try await running(Command("multipass", ["list"], assumed: "{}")).output == "{}")
        #expect(recorder.notes.count == 1 && recorder.notes[0].hasPrefix("multipass is not installed here"))
        await #expect(throws: Failure.self) { try await running(Command("multipass", ["list"]).needed) }
    }
}

@Suite struct RecordingFilesTests {
    private let recorder = Recorder()
    private let base = InMemoryFiles(["/there": "old", "/d/f": "x"])
    private var files: RecordingFiles { RecordingFiles(base, recorder) }

    @Test func nothingReachesTheDisk() throws {
        let before = base.files
        files.write("new", to: "/there", mode: 0o600)
        try files.makeFolder("/n", mode: 0o700)
        try files.remove("/d")
        #expect(base.files == before && base.folders.isEmpty)
        #expect(
            recorder.takeActions() == [
                .write(path: "/there", mode: 0o600, text: "new"), .makeFolder(path: "/n", mode: 0o700),
                .remove(path: "/d"),
            ])
    }

    @Test func laterStepsSeeWhatEarlierOnesWouldHaveDone() throws {
        files.write("new", to: "/there", mode: 0o600)
        files.write("x", to: "/fresh", mode: 0o600)
        #expect(try files.read("/there") == "new" && files.kind(of: "/fresh") == .file)
        try files.remove("/there")
        #expect(try files.read("/there") == nil && files.kind(of: "/there") == nil)
        try files.makeFolder("/n", mode: 0o700)
        #expect(try files.kind(of: "/n") == .folder && files.read("/n") == nil)
    }

    @Test func whatIsThereAlreadyIsNotWrittenDown() throws {
        try files.makeFolder("/d", mode: 0o700)
        try files.makeFolder("/n", mode: 0o700)
        try files.makeFolder("/n", mode: 0o700)
        try files.remove("/none")
        #expect(recorder.takeActions() == [.makeFolder(path: "/n", mode: 0o700)])
    }
}
