import FoundationEssentials
import Glibc
import Provisioning
import Testing

@testable import MultipassStandIn

/// A stand-in multipass with a folder and machine names of its own.
struct Sandbox: Sendable {
    let folder: String
    /// The cluster whose members a test's machines are.
    let cluster: ClusterName
    /// The stand-in by the name that it has for others.
    let multipass: String
    /// Whether its machines are light ones, in which no daemon runs.
    let isLight: Bool

    /// Runs the body with a fresh stand-in, and takes all of it away afterwards, however the body ends.
    ///
    /// Two are open at a time at most: more daemons that start at once only make each other slow.
    static func open(
        _ faults: Faults = Faults(), light: Bool = false, _ body: (Sandbox) async throws -> Void
    ) async throws {
        await Slots.shared.take()
        defer { Task { await Slots.shared.give() } }
        let sandbox = try Sandbox(light)
        try sandbox.set(faults)
        do {
            try await body(sandbox)
        } catch {
            try? await sandbox.close()
            throw error
        }
        try await sandbox.close()
    }

    private init(_ isLight: Bool) throws {
        self.isLight = isLight
        let mark = SystemRandom().identifier(length: 6)
        folder = "/tmp/bcm-contract-\(mark)"
        cluster = try ClusterName("SI\(mark)")
        multipass = "\(folder)/bin/multipass"
        try LocalFiles().makeFolder("\(folder)/bin", mode: 0o700)
        try LocalFiles().makeFolder(state, mode: 0o700)
        try #require(symlink(try Self.built("MultipassStandIn"), multipass) == 0)
    }

    private func close() async throws {
        var end = try await run(["--tear-down"])
        if !end.succeeded { end = try await run(["--tear-down"]) }
        try LocalFiles().remove(folder)
        try #require(end.succeeded, "the stand-in's machines may be left: \(end.errors)")
    }

    /// The stand-in's folder.
    var state: String { "\(folder)/state" }

    /// A program of this package, beside the tests' own.
    static func built(_ program: String) throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return try #require(own.lastIndex(of: "/").map { "\(own[..<$0])/\(program)" })
    }

    /// What a provider runs its commands with.
    var runner: StandInRunner { StandInRunner(sandbox: self) }

    /// Calls the stand-in.
    func run(_ arguments: [String], input: String? = nil) async throws -> CommandResult {
        try await runner.run(Command("multipass", arguments, input: input))
    }

    /// Calls the stand-in from a folder.
    func run(_ arguments: [String], from folder: String) async throws -> CommandResult {
        let words = ["-c", #"cd "$0" && exec "$@""#, folder, multipass] + arguments
        return try await runner.run(Command("sh", words, effect: .changes))
    }

    /// Calls the stand-in for an exit code and what it says on standard error.
    func complaint(_ arguments: [String], input: String? = nil) async throws -> Complaint {
        let result = try await run(arguments, input: input)
        return Complaint(result.ending, result.errors.trimmed)
    }

    /// Launches machines, all at once.
    func launch(_ names: String...) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in names { group.addTask { try await runner.output(of: launching(name)) } }
            try await group.waitForAll()
        }
    }

    private func launching(_ name: String) -> Command {
        Command("multipass", ["launch", "24.04", "--name", name], effect: .changes)
    }

    /// Changes how the stand-in behaves from now on.
    func set(_ faults: Faults) throws {
        let text = String(decoding: try JSONEncoder().encode(faults), as: UTF8.self)
        try LocalFiles().write(text, to: "\(state)/faults.json", mode: 0o600)
    }

    /// The arguments of every call so far.
    func calls() throws -> [[String]] {
        let lines = try LocalFiles().read("\(state)/calls.log") ?? ""
        return try lines.split(separator: "\n").map { try JSONDecoder().decode([String].self, from: Data($0.utf8)) }
    }

    /// What the stand-in remembers.
    func remembered() throws -> State { try StateStore(folder: state).read() }

    /// Waits, however long it takes, until the stand-in remembers that.
    func wait(for what: String, _ isSo: (State) throws -> Bool) async throws {
        _ = try await SystemTime().wait(for: what, limit: .seconds(150), every: .milliseconds(10)) {
            try isSo(remembered()) ? true : nil
        }
    }
}

/// An exit code and a message.
struct Complaint: Equatable {
    var ending: CommandResult.Ending
    var message: String

    init(_ ending: CommandResult.Ending, _ message: String) {
        self.ending = ending
        self.message = message
    }

    init(_ code: Int32, _ message: String) { self.init(.exited(code), message) }
}

/// Runs commands on this machine, with the stand-in in the place of multipass.
struct StandInRunner: CommandRunner {
    let sandbox: Sandbox

    func run(_ command: Command) async throws -> CommandResult {
        var here = command
        if command.program == "multipass" { here.program = sandbox.multipass }
        here.environment[StandIn.variable] = sandbox.state
        if sandbox.isLight { here.environment[StandIn.lightVariable] = "yes" }
        return try await LocalRunner().run(here)
    }
}

/// Places for a few at a time; the others wait in the order in which they came.
actor Slots {
    static let shared = Slots()

    private var free = 2
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func take() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func give() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
