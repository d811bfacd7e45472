/// One program to run, and what that does to the world.
@dynamicMemberLookup
package struct Command: Sendable, Equatable {
    /// What a command does to the world; a dry run lives by it.
    package enum Effect: String, Sendable, Codable {
        /// Looks only, to find out how things are; safe to run for a review, and not shown in it.
        case reads
        /// Looks only; the run needs the answer to continue, and may ask again until it comes. Shown in a review.
        case awaits
        /// Changes something; never run for a review.
        case changes
    }

    /// What becomes of what the program prints.
    package enum Output: Sendable {
        /// Kept, up to a cap.
        case kept
        /// Kept, and never shown, in no error and no log: it holds a secret.
        case secret
        /// Thrown away: for a program that starts something that outlives it.
        case discarded
        /// Left to the user's terminal, input included: for a program that asks a question.
        case terminal
        /// Left to our own input and outputs, whatever they are; elsewhere than on this machine it gets no terminal.
        case passed
    }

    /// Which proxies of the user's environment the program gets to know.
    package enum Proxies: Sendable, Equatable {
        /// None: what it reaches is this machine, or a member.
        case none
        /// All: it reaches image servers or package archives, or the user has asked for it.
        case all
        /// All, but not for these hosts, which are members'.
        case exceptFor([String])
    }

    /// How the program is run.
    package struct ProgramInvocation: Sendable, Equatable {
        /// The program, by name (searched in PATH) or by path.
        package var program: String
        /// The arguments, without the program itself.
        package var arguments: [String]
        /// What the program reads on standard input; `nil` is /dev/null.
        package var input: String?
        /// What is shown in place of the input, where that holds what may be secret.
        package var shownInput: ShownInput?
        /// A file that the program reads in place of `input`; `-` is our own standard input.
        package var inputFile: String?
        /// The file that takes its standard output, whole or not at all; `-` is our own standard output.
        package var outputFile: String?
        /// The part of `inputFile` that the program reads; `nil` is all of it.
        package var inputRange: FileRange?
        /// Whether its output is added to the end of `outputFile`, a file that is there.
        package var appendsOutput = false
        /// Variables added to the environment the program inherits.
        package var environment: [String: String]
        /// How long it may take before its whole process group is ended.
        package var limit: Duration
        /// What becomes of its output.
        package var output: Output
        /// The host that it runs on, as the words that the user would give `ssh`; `nil` is this machine.
        package var host: [String]?
        /// The proxies that it gets to know; what works with the user's own input or files gets all of them.
        package var proxies = Proxies.none
        /// How much of our own input it is passed, where that has a bound.
        package var inputBound: InputBound?
        /// Whether files that it would read or write for us reach it through pipes: a program in a snap is kept from many
        /// files, also from those that it is handed open.
        package var pipesFiles = false
        /// Whether the files are ends of a pipe of ours, and no user's: then it is ended with all that it has started.
        package var isPiped = false
        /// A line after which its output begins, on standard error too where that is kept: what comes before it, where it
        /// comes, is dropped.
        package var outputMark: String?
        /// Whether it is a command of the user's own, whose language is the user's, also where its output is kept to be shown.
        package var isUsers = false
        /// What takes each line of its standard output as soon as it is complete, where none is kept (`stream`).
        package var lines: LineSink?
        /// Whether it runs to its end, within its limit, also when the run is cancelled: it takes back what was begun.
        package var outlivesCancellation = false

        /// Whether it works with a person's own input, output or files, and takes as long as they do.
        package var isForUserTerminal: Bool {
            output == .terminal || output == .passed || inputFile != nil || outputFile != nil
        }

        /// Whether this tool reads what the program prints, so that it has to speak the language that is understood here.
        var isRead: Bool { keepsErrors && !isUsers }

        /// Whether what it says on standard error comes back with its result.
        var keepsErrors: Bool { output == .kept || output == .secret }
    }

    /// What a command does to the world, and what a dry run takes for its answer: all that a review has to know of it.
    package struct Impact: Sendable, Equatable {
        package var effect: Effect
        /// The things that it looks at, when the user's to one of them makes the present answer worthless.
        package var about: Set<Subject>
        /// The things that it changes.
        package var touches: Set<Subject>
        /// The standard output that a dry run takes for the answer where the real one cannot be had yet; `nil` is nothing,
        /// or, where a value is decoded from it, the empty one.
        package var assumed: String?
        /// Whether a dry run fails, too, where the program is not installed.
        package var isNeeded = false
    }

    /// How the program is run.
    package var invocation: ProgramInvocation
    /// What that does to the world.
    package var impact: Impact

    /// A part of the invocation.
    package subscript<Value>(dynamicMember path: KeyPath<ProgramInvocation, Value>) -> Value {
        invocation[keyPath: path]
    }
    /// A part of the invocation.
    package subscript<Value>(dynamicMember path: WritableKeyPath<ProgramInvocation, Value>) -> Value {
        get { invocation[keyPath: path] }
        set { invocation[keyPath: path] = newValue }
    }
    /// A part of the impact.
    package subscript<Value>(dynamicMember path: WritableKeyPath<Impact, Value>) -> Value {
        get { impact[keyPath: path] }
        set { impact[keyPath: path] = newValue }
    }

    /// The default limit of a command; not a minute, for `multipass exec` may stall for exactly one
    /// and answer then.
    package static let defaultLimit: Duration = .seconds(90)

    /// Makes a command that reads, with the default limit.
    package init(
        _ program: String, _ arguments: [String], input: String? = nil, environment: [String: String] = [:],
        limit: Duration = Command.defaultLimit, effect: Effect = .reads, output: Output = .kept,
        about: Set<Subject> = [], touches: Set<Subject> = [], assumed: String? = nil
    ) {
        invocation = ProgramInvocation(
            program: program, arguments: arguments, input: input, environment: environment, limit: limit,
            output: output)
        impact = Impact(effect: effect, about: about, touches: touches, assumed: assumed)
    }

    /// The same command with those proxies.
    package func with(_ proxies: Proxies) -> Command {
        var command = self
        command.proxies = proxies
        return command
    }

    /// The same command, without whose program a dry run fails too.
    package var needed: Command {
        var command = self
        command.isNeeded = true
        return command
    }

    /// The same command run by another one: `nsenter … -- lxc list` is `lxc list` wrapped in `nsenter … --`.
    ///
    /// Variables travel as `env NAME=value`, because neither sudo nor a machine's portForward lets an environment through.
    package func wrapped(in program: String, _ leading: [String]) -> Command {
        var wrapped = self
        let variables = invocation.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        wrapped.program = program
        wrapped.arguments =
            leading + (variables.isEmpty ? [] : ["env"] + variables) + [self.program] + invocation.arguments
        wrapped.environment = [:]
        return wrapped
    }
}

/// Some bytes of a file.
package struct FileRange: Sendable, Equatable {
    package var offset: Int
    package var count: Int

    package init(offset: Int, count: Int) {
        self.offset = offset
        self.count = count
    }
}

/// How much of our own standard input, or of an `inputFile`, a command is passed.
package struct InputBound: Sendable, Equatable {
    /// The most bytes that it is passed.
    package var bytes: Int
    /// Thrown where there is more; the command has been ended by then.
    package var failure: Failure

    package init(bytes: Int, failure: Failure) {
        self.bytes = bytes
        self.failure = failure
    }
}

/// How an input is shown that may hold secrets: in a review by what stands for it, in what the program answers not at all.
package struct ShownInput: Sendable, Equatable {
    /// What stands for the input.
    package var text: String
    /// The values in the input that may be secret, each with what stands for it.
    private var placeholders: [String: String]

    /// Shows that text, and no line of the values, wherever the program repeats it.
    init(_ text: String, placeholders: [String: String]) {
        self.text = text
        self.placeholders = placeholders
    }

    /// Shows how long a text is, such as `<user-data, 213 bytes>`.
    package init(hiding text: String, called name: String) {
        let placeholder = Self.placeholder(for: text, called: name)
        self.init(placeholder, placeholders: [text: placeholder])
    }

    /// What stands for a value: its name and how long it is.
    static func placeholder(for value: String, called name: String) -> String { "<\(name), \(value.utf8.count) bytes>" }

    /// The text without the values, also where it repeats but some of their lines.
    func removed(from text: String) -> String {
        let redactor = Redactor()
        for (value, placeholder) in placeholders {
            for part in [value] + value.split(whereSeparator: \.isNewline).map(\.trimmed) {
                redactor.conceal(part, as: placeholder)
            }
        }
        return redactor.redact(text)
    }
}

/// A thing in the world that commands look at and change, such as one machine.
package struct Subject: Sendable, Hashable {
    /// Its name, for instance `machine DEV-00`.
    package let name: String

    /// The machine of that name.
    package static func machine(_ name: String) -> Subject { Subject(name: "machine \(name)") }
    /// The image of that fingerprint, and where it is.
    static func image(_ fingerprint: String) -> Subject { Subject(name: "image \(fingerprint)") }
    /// The file at that path.
    static func file(_ path: String) -> Subject { Subject(name: "file \(path)") }
    /// Which instances and volumes a cluster has, and on which members they are.
    static let workloads = Subject(name: "workloads")
    /// Which members a cluster has.
    package static let membership = Subject(name: "membership")
    /// Which clients a cluster trusts.
    static let clients = Subject(name: "clients")
}
