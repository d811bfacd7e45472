/// Typed commands of multipass 1.13 and newer (facts: "multipass").
package struct Multipass: Sendable {
    package static let program = "multipass"
    /// How long a question may take; not a minute, for a client may stall for exactly one and answer then.
    static let timeout: Duration = .seconds(90)

    let runner: any CommandRunner

    /// The multipass that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// A machine as `list` shows it.
    package struct Instance: Sendable, Equatable, Decodable {
        package var name: String
        /// `Running`, `Stopped`, `Deleted`, `Starting` and so on.
        package var state: String
        /// The addresses, the management address first; `list` is not asked for them, so that it has none.
        package var ipv4: [String]
        /// The image, such as `Ubuntu 24.04 LTS`; `Not Available` for one that multipass knows nothing of.
        package var release: String?

        /// The image, where multipass knows which it is.
        package var image: String? { release.flatMap { ["", "Not Available"].contains($0) ? nil : $0 } }
        /// Whether it is on and has booted: a command can be run in it, and starts nothing.
        package var isRunning: Bool { state == "Running" }
    }

    /// A network to which a machine can be connected, as `networks` shows it.
    package struct Network: Sendable, Equatable, Decodable {
        package var name: String
        /// `ethernet`, `wifi`, `bridge` and the like.
        package var type: String
    }

    /// The networks to which machines can be connected; some drivers know none, and say so with a failure.
    package func networks() async throws -> [Network] {
        struct List: Decodable { var list: [Network] }
        return try await decodedTwice(List.self, ["networks", "--format", "json"], assumed: #"{"list":[]}"#).list
    }

    package struct Version: Sendable, Equatable, Decodable {
        /// The client's version.
        package var multipass: String
        /// The daemon's version; absent where the client could not reach one.
        package var multipassd: String?
    }

    /// The versions of client and daemon.
    package func version() async throws -> Version {
        try await decodedTwice(Version.self, ["version", "--format", "json"], assumed: #"{"multipass":"1.16.3"}"#)
    }

    /// All machines, deleted ones too, without their addresses.
    ///
    /// Without `--no-ipv4` the daemon asks each running machine for its addresses, one after the other and in the thread
    /// that serves everybody: one machine that hangs stops all of multipass (state: "The daemon's main thread").
    package func list() async throws -> [Instance] {
        try await decodedTwice(List.self, Self.listing, assumed: #"{"list":[]}"#).list
    }

    /// The machines that run; of one that a dry run has changed that is assumed.
    func running(assuming name: String) async throws -> Set<String> {
        let assumed = #"{"list":[{"name":"\#(name)","state":"Running","ipv4":[]}]}"#
        let list = try await decodedTwice(List.self, Self.listing, about: [.machine(name)], assumed: assumed).list
        return Set(list.filter(\.isRunning).map(\.name))
    }

    /// How many machines there are; `nil` where there is no multipass, which a dry run does not assume either.
    package func count() async -> Int? {
        let command = Command("multipass", Self.listing).needed
        guard let result = try? await runner.run(command), result.succeeded else { return nil }
        return try? command.decode(List.self, from: result.output).list.count
    }

    private struct List: Decodable { var list: [Instance] }
    private static let listing = ["list", "--no-ipv4", "--format", "json"]

    /// Whether multipass works for this user; throws what it says where it does not, also in a dry run.
    package func check() async throws {
        try await runner.output(of: Command("multipass", ["list", "--no-ipv4"]).needed)
    }

    /// What multipass says about a name for a new machine.
    package enum NameAvailability: Sendable, Equatable {
        /// No machine has it.
        case free
        /// A machine has it, which may be deleted and not purged.
        case taken
        /// A launch that is under way will give it to a machine, which `list` does not show while its image is fetched.
        case launching
        /// It does not say; with its words.
        case unknown(String)
    }

    /// Whether a machine has the name, or will have.
    ///
    /// Asked by the launch of an image file that does not exist, which creates nothing. Of a file multipass looks at the
    /// name before the image; of an alias it looks at the image first, and says nothing about the name (state: "Order of
    /// checks in launch", 1.13 to 1.16). Throws where the daemon cannot be asked at all.
    package func use(of name: String) async throws -> NameAvailability {
        let command = Command(
            "multipass", ["launch", "file:///no-such-image-asked-by-bcmcluster", "--name", name], limit: Self.timeout,
            about: [.machine(name)])
        var failure = Failure(command, CommandResult(.exited(2)))
        for _ in 0..<3 {
            let result = try await runner.run(command)
            if result.succeeded { return .free }
            failure = Failure(command, result)
            switch MultipassError(message: result.errors) {
            case .namePreparing: return .launching
            case .nameExists: return .taken
            case .noImageFile: return .free
            case .notConnected, .connectionLost, .daemonDown: continue
            case .notAuthenticated: throw failure
            default:
                guard MultipassError.isReport(of: "launch", result.errors) else { throw failure }
                return .unknown(MultipassError.lastMessage(of: result.errors))
            }
        }
        throw failure
    }

    /// Starts a machine; the limit is that of the start.
    package func start(_ name: String, limit: Duration) async throws { try await changePower("start", name, limit) }

    /// Restarts a machine; the limit is that of the restart.
    package func restart(_ name: String, limit: Duration) async throws { try await changePower("restart", name, limit) }

    /// Stops a machine; `multipass stop` has no limit of its own.
    package func stop(_ name: String, limit: Duration) async throws {
        try await namingWhatContinues("stop", name, limit) { try await change(["stop", name], name, limit) }
    }

    /// Deletes that one machine permanently, and its name becomes free.
    package func delete(_ name: String, limit: Duration = .seconds(330)) async throws {
        // multipass holds everything back for up to 300 s while it deletes a machine that boots.
        try await namingWhatContinues("delete", name, limit) {
            try await change(["delete", "--purge", name], name, limit)
        }
    }

    private func changePower(_ verb: String, _ name: String, _ limit: Duration) async throws {
        let arguments = [verb, name, "--timeout", "\(max(1, Int(limit.seconds)))"]
        try await namingWhatContinues(verb, name, limit) {
            try await change(arguments, name, limit + Self.grace)
        }
    }

    /// How much longer than multipass's own limit its client may take.
    static let grace: Duration = .seconds(30)

    /// Says of what took longer than its limit that multipass does not give up with its client.
    private func namingWhatContinues(
        _ verb: String, _ name: String, _ limit: Duration, _ work: () async throws -> Void
    ) async throws {
        do { try await work() } catch var failure as Failure where failure.continuesInMultipass {
            failure.code = .timedOut
            failure.message = "\(verb) of \(name) took longer than \(limit.brief), and multipass continues with it"
            failure.hint = "multipass info \(name) shows its state; --timeout D waits longer"
            throw failure
        }
    }

    func change(_ arguments: [String], _ name: String, _ limit: Duration, input: String? = nil) async throws {
        var command = Command(
            "multipass", arguments, input: input, limit: limit, effect: .changes, touches: [.machine(name)])
        command.shownInput = input.map { ShownInput(hiding: $0, called: "user-data") }
        try await runner.output(of: command)
    }

    /// A command that only reads is worth one more try: a busy daemon resets connections now and then.
    func decodedTwice<Answer: Decodable>(
        _ type: Answer.Type, _ arguments: [String], about: Set<Subject> = [], assumed: String
    ) async throws -> Answer {
        let command = Command("multipass", arguments, limit: Self.timeout, about: about, assumed: assumed)
        do {
            return try await runner.decoded(type, from: command)
        } catch let failure as Failure where failure.multipassError?.isPassing ?? false {
            return try await runner.decoded(type, from: command)
        }
    }
}
