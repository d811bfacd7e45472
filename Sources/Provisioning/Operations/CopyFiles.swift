/// Copies files and folders to members and instances, from them, and between them: `bcmcluster cp`.
package struct CopyFiles: Operation {
    private let source: String
    private let target: String
    private let cluster: ClusterName

    /// From one place to another: a path here, `MEMBER:PATH`, or `UNIT[/N]:PATH`; at least one of them is not here.
    package init(from source: String, to target: String, on cluster: ClusterName) {
        self.source = source
        self.target = target
        self.cluster = cluster
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        let (from, into) = (try CopyPlace(source), try CopyPlace(target))
        guard from.name != nil || into.name != nil else {
            throw Failure(
                .badInput, "cp copies to or from a member or an instance",
                hint: "write one end as MEMBER:PATH or UNIT[/N]:PATH; a file here with : in its name is ./FILE")
        }
        let places = CopyPlaces(app: app, state: try app.existing(cluster))
        let copy = try await FileCopy(
            from: places.end(from), into: places.end(into), temporary: app.random.identifier(length: 16))
        var plan = Plan<HostContext>()
        plan.add(Copy(copy: copy))
        return try await app.changeOutsideClusters(
            PlannedChange(
                plan: plan, context: app.hostContext,
                headline: "Plan of bcmcluster cp -c \(cluster) \(Shell.quoted(source)) \(Shell.quoted(target)).",
                summary: { _, took in ["copied \(copy.title) (\(took.brief))"] }),
            command: "cp", subject: cluster.text, resume: "re-run the same command to start over")
    }

    private struct Copy: Step {
        let copy: FileCopy

        var title: String { "copy \(copy.title)" }
        var expectedDuration: Duration? { .seconds(300) }

        func isDone(_ context: HostContext) async throws -> Bool { false }
        func run(_ context: HostContext) async throws { try await copy.run() }
    }
}

/// One end of a copy, as the user writes it.
struct CopyPlace: Equatable {
    /// The member or the instance; `nil` is this machine.
    var name: String?
    var path: String

    /// Reads `[NAME:]PATH`; a path here that has a colon in it begins with `./` or `/`.
    ///
    /// In a machine or an instance a relative path begins at the root. Throws `Failure.badInput` for an empty one.
    init(_ text: String) throws {
        if let colon = text.firstIndex(of: ":"), !text.hasPrefix("/"), !text.hasPrefix("."), colon != text.startIndex {
            name = String(text[..<colon])
            let rest = text[text.index(after: colon)...]
            path = rest.hasPrefix("/") ? String(rest) : "/\(rest)"
        } else {
            // What begins with a hyphen is no flag then.
            path = text.hasPrefix("/") || text.isEmpty ? text : "./\(text)"
        }
        guard !path.isEmpty, !text.unicodeScalars.contains("\0") else {
            throw Failure(.badInput, "\(Shell.quoted(text.clipped)) is not a path")
        }
    }

    /// As the user would write it.
    var text: String { name.map { "\($0):\(path)" } ?? (path.hasPrefix("./") ? String(path.dropFirst(2)) : path) }
}

/// The ways to the ends of copies.
private struct CopyPlaces {
    let app: AppContext
    let state: ClusterState

    /// The way there; throws where there is no such member or instance, or where several are meant.
    func end(_ place: CopyPlace) async throws -> CopyEnd {
        guard let name = place.name else {
            return CopyEnd(
                place: place,
                stream: TarStream(runner: app.runner) { Command($0[0], Array($0.dropFirst())) })
        }
        if MemberName(name, of: state.name) != nil {
            let member = try state.members(named: [name])[0]
            let provider = try await app.usableProvider(for: state)
            return CopyEnd(
                place: place,
                stream: TarStream(runner: provider.interactiveRunner(in: member)) {
                    Command($0[0], Array($0.dropFirst()))
                })
        }
        guard let reference = try? UnitReference(name) else { throw Failure.noMember(name, of: state) }
        let found = try await app.workloads(of: state.name)
        let instance = try reference.instance(in: found.workloads)
        guard instance.isRunning else {
            throw Failure(
                .conflict, "\(instance.name) is not running",
                hint: "bcmcluster unit start -c \(state.name) \(name)")
        }
        let member = try found.place(of: instance)
        let client = found.context.client(in: member)
        return CopyEnd(
            place: place,
            stream: TarStream(runner: found.context.provider.interactiveRunner(in: member)) {
                client.inside(instance.name, $0)
            })
    }
}

/// One end of a copy, and the way to it.
struct CopyEnd: Sendable {
    let place: CopyPlace
    let stream: TarStream
}

/// One copy, which was looked at: what there is, and where it goes.
struct FileCopy: Sendable {
    private let from: CopyEnd
    private let into: CopyEnd
    /// The folder in which the source stands, and its name there; `.` is all that is in the folder.
    private let folder: String
    private let name: String
    /// Where it goes.
    private let path: String
    /// A folder beside that, for what is not complete.
    private let temporary: String

    /// Looks at both ends; throws `Failure.badInput` or `Failure.missing` for what cannot be.
    init(from: CopyEnd, into: CopyEnd, temporary: String) async throws {
        self.from = from
        self.into = into
        let kind = try await Self.explained(from) { try await from.stream.kinds(of: [from.place.path])[0] }
        try Self.check(kind, from.place)
        // A link that is named itself is followed; those in a folder are kept.
        let resolved = try await from.stream.resolved(from.place.path)
        let isContent = from.place.path.hasSuffix("/.")
        (folder, name) = isContent ? (resolved, ".") : Self.parts(of: resolved)
        let target = into.place.path
        let own = Self.parts(of: from.place.path).name
        let shown = ["", ".", ".."].contains(own) ? name : own
        let bare = Self.withoutSlashes(target)
        let kinds = try await Self.explained(into) {
            try await into.stream.kinds(of: [target, Self.joined(bare, shown), Self.parts(of: bare).folder])
        }
        path = try Self.place(
            of: kind, named: shown, isContent: isContent, into.place, Found(kinds[0], kinds[1], kinds[2]))
        self.temporary = Self.joined(Self.parts(of: path).folder, ".bcmcluster-\(temporary)")
        guard !(isContent ? ["", "/"] : ["", "/", "."]).contains(name) else {
            throw Failure(
                .badInput, "\(Shell.quoted(from.place.text.clipped)) has no name",
                hint: "write its path in full, or with /. at its end to copy what is in it")
        }
    }

    /// What stands where the copy could go: at the path, in it under the source's name, and above it.
    struct Found {
        let path, inside, above: TarStream.Kind

        init(_ path: TarStream.Kind, _ inside: TarStream.Kind, _ above: TarStream.Kind) {
            (self.path, self.inside, self.above) = (path, inside, above)
        }
    }

    /// Where it goes: into a folder that is there under its own name, otherwise to the path itself.
    static func place(
        of kind: TarStream.Kind, named name: String, isContent: Bool, _ target: CopyPlace, _ found: Found
    ) throws -> String {
        let shown = Shell.quoted(target.text.clipped)
        let bare = withoutSlashes(target.path)
        switch found.path {
        case .folder where isContent: return bare
        case .folder:
            let inside = joined(bare, name)
            if kind == .folder, found.inside == .file || found.inside == .other {
                throw Failure(.badInput, "\(Shell.quoted(inside)) is not a folder", hint: "choose another target")
            }
            if kind != .folder, found.inside == .folder {
                throw Failure(.badInput, "\(Shell.quoted(inside)) is a folder", hint: "choose another target")
            }
            return inside
        case .file, .other:
            guard kind != .folder else {
                throw Failure(.badInput, "\(shown) is not a folder", hint: "choose another target")
            }
            return bare
        case .denied: throw Failure(.missing, "\(shown): permission denied", hint: "check who may write there")
        case .nothing:
            guard found.above == .folder else {
                throw Failure(
                    .notFound, "\(shown): folder \(Shell.quoted(parts(of: bare).folder)) not found",
                    hint: "create it first")
            }
            guard kind == .folder || !target.path.hasSuffix("/") else {
                throw Failure(.notFound, "\(shown): folder not found", hint: "create it first")
            }
            return bare
        }
    }

    private static func check(_ kind: TarStream.Kind, _ place: CopyPlace) throws {
        let shown = Shell.quoted(place.text.clipped)
        switch kind {
        case .file, .folder: return
        case .nothing: throw Failure(.notFound, "\(shown) not found")
        case .denied: throw Failure(.missing, "\(shown): permission denied", hint: "check who may read it")
        case .other:
            throw Failure(
                .badInput, "\(shown) is neither a file nor a folder",
                hint: "a link that leads nowhere, a pipe or a device is copied with the folder in which it is")
        }
    }

    /// What goes where.
    var title: String { "\(from.place.text) to \(into.place.text)" }

    /// Copies: beside its place first, where nothing is left of what fails.
    func run() async throws {
        do {
            try await from.stream.packing(name, in: folder).piped(into: into.stream.unpacking(into: temporary))
            try await into.stream.settle(name, in: temporary, at: path)
        } catch {
            await into.stream.discard(temporary)
            guard let failure = error as? Failure else { throw error }
            throw Self.explained(failure, from: from.place, into: into.place)
        }
    }

    // MARK: Failures

    private static func explained<Answer: Sendable>(
        _ end: CopyEnd, _ work: () async throws -> Answer
    ) async throws -> Answer {
        do { return try await work() } catch let failure as Failure {
            throw explained(failure, from: end.place, into: end.place)
        }
    }

    private static func explained(_ failure: Failure, from: CopyPlace, into: CopyPlace) -> Failure {
        guard let output = failure.output, failure.code == .commandFailed || failure.code == .missing else {
            return failure
        }
        var explained = failure
        let (source, target) = (Shell.quoted(from.text.clipped), Shell.quoted(into.text.clipped))
        if output.contains(anyOf: .noSpace) {
            explained.message = "\(target): no space left"
            explained.hint = "free space there, then run the same command again"
        } else if output.contains(anyOf: .programMissing) {
            explained.code = .missing
            explained.message = "cp needs sh and tar at both ends, and one of them is not in the image"
            explained.hint = "install it there, or use the engine's own client to move single files"
        } else if output.contains(anyOf: .notPermitted) {
            explained.message = "\(source) to \(target): permission denied"
            explained.hint = "check who may read the one and write the other"
        } else {
            explained.message = "\(source) was not copied to \(target)"
        }
        return explained
    }

    // MARK: Paths

    static func withoutSlashes(_ path: String) -> String {
        var rest = path[...]
        while rest.utf8.count > 1, rest.utf8.last == UInt8(ascii: "/") { rest = rest.dropLast() }
        return String(rest)
    }

    static func joined(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    /// The folder of a path, and the name in it.
    static func parts(of path: String) -> (folder: String, name: String) {
        let bare = withoutSlashes(path)
        guard let slash = bare.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", bare) }
        let folder = String(bare[..<slash])
        return (folder.isEmpty ? "/" : folder, String(bare[bare.utf8.index(after: slash)...]))
    }
}

extension String {
    /// Whether what a program printed tells of that.
    fileprivate func contains(anyOf error: SystemError) -> Bool {
        split(separator: "\n").contains { SystemError(String($0)) == error }
    }
}
