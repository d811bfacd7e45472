import Synchronization

/// What a dry run records in place of doing it.
package enum RecordedAction: Sendable, Equatable {
    /// A command, as it would be run.
    case command(Command)
    /// A file, as it would be written.
    case write(path: String, mode: UInt32, text: String)
    /// A folder that would be made.
    case makeFolder(path: String, mode: UInt32)
    /// A file or folder that would be removed.
    case remove(path: String)
    /// A folder that would be removed if it is empty by then.
    case removeEmptyFolder(path: String)
}

/// The state of a dry run: what was recorded, and which answers of the world have become worthless by it.
package final class Recorder: Sendable {
    /// What stands at a path by now.
    enum Overlay {
        case file(String)
        case folder
        case nothing
    }

    private struct State {
        var actions: [RecordedAction] = []
        var touched: Set<Subject> = []
        var overlay: [String: Overlay] = [:]
        var notes: [String] = []
    }

    private let state = Mutex(State())

    /// A recorder that has seen nothing.
    package init() {}

    /// What was recorded since the last call.
    package func takeActions() -> [RecordedAction] {
        state.withLock { state in
            defer { state.actions = [] }
            return state.actions
        }
    }

    /// Remarks for the user, each once.
    package var notes: [String] { state.withLock { $0.notes } }

    func add(_ action: RecordedAction) { state.withLock { $0.actions.append(action) } }

    /// Writes down a question whose answer is waited for: once, however often it is asked.
    func add(awaiting command: Command) {
        state.withLock { state in
            guard state.actions.last != .command(command) else { return }
            state.actions.append(.command(command))
        }
    }

    func touch(_ subjects: Set<Subject>) { state.withLock { $0.touched.formUnion(subjects) } }
    func hasTouched(_ subjects: Set<Subject>) -> Bool { state.withLock { !$0.touched.isDisjoint(with: subjects) } }
    func note(_ text: String) { state.withLock { if !$0.notes.contains(text) { $0.notes.append(text) } } }

    /// What would stand at the path by now; `nil` means that the dry run has not touched it.
    func overlaid(_ path: String) -> Overlay? { state.withLock { $0.overlay[path] } }
    func overlay(_ path: String, _ overlay: Overlay) { state.withLock { $0.overlay[path] = overlay } }
}

/// Thrown where a dry run has changed what is asked for, and knows no answer that it could assume.
package struct UnknownInDryRun: Error {
    /// Nothing to say.
    package init() {}
}

/// Runs what only reads, and records what changes: the runner of a dry run.
package struct RecordingRunner: CommandRunner {
    private let base: any CommandRunner
    private let recorder: Recorder

    /// How long an answer may take that a real run would ask for again and again.
    private static let awaitLimit: Duration = .seconds(10)

    /// A runner that reads through `base`.
    package init(_ base: any CommandRunner, _ recorder: Recorder) {
        self.base = base
        self.recorder = recorder
    }

    /// Writes a change down and takes its assumed output for the answer; asks the world only what it can know.
    package func run(_ command: Command) async throws -> CommandResult {
        let isRunning = StepScope.current?.phase == .running
        if isRunning {
            switch command.effect {
            case .reads: break
            case .awaits: recorder.add(awaiting: command)
            case .changes: recorder.add(.command(command))
            }
        }
        let assumed = CommandResult(assumedOf: command)
        if command.effect == .changes {
            recorder.touch(command.touches)
            return assumed
        }
        if recorder.hasTouched(command.about) {
            guard isRunning else { throw UnknownInDryRun() }
            return assumed
        }
        do {
            let base: any CommandRunner =
                command.effect == .awaits ? LimitedRunner(base, most: Self.awaitLimit) : base
            return try await base.run(command)
        } catch let failure as Failure where failure.code == .missing && !command.isNeeded {
            recorder.note(
                "\(command.program) is not installed here: the plan assumes that it is, and knows nothing yet")
            return assumed
        }
    }
}

/// The file system of a dry run: reads what is there, and records what would be written.
package struct RecordingFiles: Files {
    private let base: any Files
    private let recorder: Recorder

    /// Files that are read through `base`.
    package init(_ base: any Files, _ recorder: Recorder) {
        self.base = base
        self.recorder = recorder
    }

    /// What the file would hold by now.
    package func read(_ path: String) throws -> String? {
        switch recorder.overlaid(path) {
        case .file(let text): text
        case .nothing: nil
        case .folder, nil: try base.read(path)
        }
    }

    /// What the file would hold by now.
    package func readBytes(_ path: String) throws -> [UInt8]? {
        switch recorder.overlaid(path) {
        case .file(let text): Array(text.utf8)
        case .nothing: nil
        case .folder, nil: try base.readBytes(path)
        }
    }

    /// Writes down that the file would be written.
    package func write(_ text: String, to path: String, mode: UInt32) {
        recorder.add(.write(path: path, mode: mode, text: text))
        recorder.overlay(path, .file(text))
    }

    /// Writes down that the folder would be made, if it is not there.
    package func makeFolder(_ path: String, mode: UInt32) throws {
        guard try kind(of: path) == nil else { return }
        recorder.overlay(path, .folder)
        recorder.add(.makeFolder(path: path, mode: mode))
    }

    /// What stands at the path.
    package func kind(of path: String) throws -> FileKind? {
        switch recorder.overlaid(path) {
        case .file: .file
        case .folder: .folder
        case .nothing: nil
        case nil: try base.kind(of: path)
        }
    }

    /// Whose it is now.
    package func owner(of path: String) throws -> UInt32? { try base.owner(of: path) }

    /// The names in the folder.
    package func names(in folder: String) throws -> [String] { try base.names(in: folder) }

    /// Writes down that it would be removed, if it is there.
    package func remove(_ path: String) throws {
        guard try kind(of: path) != nil else { return }
        recorder.overlay(path, .nothing)
        recorder.add(.remove(path: path))
    }

    /// Writes down that the file would get another name.
    package func move(_ path: String, to other: String) throws {
        write(try read(path) ?? "", to: other, mode: 0o600)
        try remove(path)
    }

    /// Writes down that it would be removed, if nothing is left in it by then.
    package func removeEmptyFolder(_ path: String) throws {
        guard try kind(of: path) == .folder, try names(in: path).allSatisfy({ try kind(of: "\(path)/\($0)") == nil })
        else { return }
        recorder.overlay(path, .nothing)
        recorder.add(.removeEmptyFolder(path: path))
    }
}

/// Random numbers of a dry run: placeholders, so that a review makes no secret.
package struct PlaceholderRandom: RandomSource {
    /// Nothing to set up.
    package init() {}

    /// The word that stands for a secret.
    package func secret(length: Int) -> String { "<secret>" }

    /// The word that stands for an identifier.
    package func identifier(length: Int) -> String { "<id>" }
}
