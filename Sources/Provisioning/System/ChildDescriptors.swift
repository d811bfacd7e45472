#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What is between us and a child that is about to be: pipes, files, or our own descriptors.
struct ChildDescriptors {
    /// Where one of the child's standard descriptors leads.
    enum End {
        /// To this one of ours, which is closed once the child has it.
        case descriptor(Int32)
        /// To where our own leads.
        case inherited
        case nowhere
    }

    /// Our ends of input, output, errors; -1 where there is none.
    private(set) var ours: (Int32, Int32, Int32) = (-1, -1, -1)
    /// The file that takes the child's standard output.
    private(set) var file: OutputFile?
    /// What is read for the child's input and passed on; -1 where nothing is.
    private(set) var source: Int32 = -1
    /// Whether that is a file of ours, which is closed when it has ended.
    private(set) var ownsSource = false
    /// Where what the child prints on its outputs is written; -1 where it is kept.
    private(set) var sinks: (output: Int32, errors: Int32) = (-1, -1)
    private var theirs: [End] = [.nowhere, .nowhere, .nowhere]

    init(_ command: Command.ProgramInvocation) throws {
        do {
            try connectInput(command)
            try connectOutputs(command)
        } catch {
            closeParentEnds()
            closeChildEnds()
            throw error
        }
        for descriptor in [ours.0, ours.1, ours.2] where descriptor >= 0 {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
    }

    private mutating func connectInput(_ command: Command.ProgramInvocation) throws {
        let isOurs = command.output == .terminal || command.output == .passed
        if let path = command.inputFile, path != "-" {
            source = try Self.reading(path)
            ownsSource = true
            if let range = command.inputRange, lseek(source, off_t(range.offset), SEEK_SET) < 0 {
                throw Failure(could: "read", path)
            }
        } else if command.inputFile != nil || isOurs {
            source = STDIN_FILENO
        } else if command.input != nil {
            let pipe = try Self.pair()
            (theirs[0], ours.0) = (.descriptor(pipe.read), pipe.write)
        }
        guard source >= 0 else { return }
        if isatty(source) == 0, command.inputBound != nil || command.inputRange != nil || command.pipesFiles {
            let pipe = try Self.pair()
            (theirs[0], ours.0) = (.descriptor(pipe.read), pipe.write)
        } else {
            // The child reads from there itself.
            theirs[0] = ownsSource ? .descriptor(source) : .inherited
            (source, ownsSource) = (-1, false)
        }
    }

    private mutating func connectOutputs(_ command: Command.ProgramInvocation) throws {
        switch command.output {
        case .discarded: break
        case .terminal, .passed:
            (theirs[1], theirs[2]) = (.inherited, .inherited)
            if command.outputFile == nil { try pipeOutput(command) }
            if command.pipesFiles, Self.isFile(STDERR_FILENO) {
                (ours.2, theirs[2]) = try Self.draining()
                sinks.errors = STDERR_FILENO
            }
        case .kept, .secret:
            if command.outputFile == nil { (ours.1, theirs[1]) = try Self.draining() }
            (ours.2, theirs[2]) = try Self.draining()
        }
        guard let path = command.outputFile else { return }
        file = path == "-" ? nil : try OutputFile(path, appending: command.appendsOutput)
        theirs[1] = file.map { .descriptor($0.descriptor) } ?? .inherited
        if let file, command.pipesFiles || command.outputMark != nil {
            (ours.1, theirs[1]) = try Self.draining()
            sinks.output = file.descriptor
        } else if file == nil {
            try pipeOutput(command)
        }
    }

    /// Our own standard output, through a pipe where it is a file.
    private mutating func pipeOutput(_ command: Command.ProgramInvocation) throws {
        guard command.outputMark != nil || command.pipesFiles && Self.isFile(STDOUT_FILENO) else { return }
        (ours.1, theirs[1]) = try Self.draining()
        sinks.output = STDOUT_FILENO
    }

    private static func isFile(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Makes the child's descriptors what they are to be.
    func connect(_ actions: inout SpawnActions) {
        for (target, end) in zip(Int32(0)..., theirs) {
            switch end {
            case .descriptor(let descriptor): actions.give(descriptor, as: target)
            case .nowhere: actions.open("/dev/null", as: target, mode: target == 0 ? O_RDONLY : O_WRONLY)
            case .inherited: break
            }
        }
    }

    /// Closes what only the child needs.
    func closeChildEnds() { for case .descriptor(let descriptor) in theirs { close(descriptor) } }

    /// Closes what only we need, where there is no child.
    func closeParentEnds() {
        for descriptor in [ours.0, ours.1, ours.2] where descriptor >= 0 { close(descriptor) }
        if ownsSource { close(source) }
        if let file, sinks.output == file.descriptor { close(file.descriptor) }
        try? file?.settle(isComplete: false)
    }

    private static func reading(_ path: String) throws -> Int32 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(could: "read", path) }
        return descriptor
    }

    private static func draining() throws -> (Int32, End) {
        let pipe = try pair()
        return (pipe.read, .descriptor(pipe.write))
    }

    private static func pair() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard makePipe(&ends) == 0 else {
            throw Failure(.files, "cannot create a pipe: \(SystemCalls.lastError)")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }
}
