import Provisioning

/// What this tool is, as lines and as data: docs/reference/schema/version.json says the form.
struct VersionListing: Encodable {
    struct Build: Encodable {
        /// `debug` or `release`.
        var configuration: String
        var swift: String
    }

    struct ProgramEntry: Encodable {
        var path: String
        /// As it says itself.
        var version: String?
    }

    struct EngineEntry: Encodable {
        var name: String
        var daemon: ProgramEntry?
        var client: ProgramEntry?
    }

    var schemaVersion = JSONForm.version
    /// The version of the tool.
    var version: String
    var commit: String?
    var build: Build
    var engines: [EngineEntry]
    private let titles: [String]

    enum CodingKeys: String, CodingKey { case schemaVersion, version, commit, build, engines }

    init(_ report: ShowVersion.Report) {
        version = report.version
        commit = report.commit
        build = Build(configuration: report.configuration, swift: report.swift)
        engines = report.engines.map { engine in
            func program(_ program: ShowVersion.EngineProgram?) -> ProgramEntry? {
                program.map { ProgramEntry(path: $0.path, version: $0.version) }
            }
            return EngineEntry(name: engine.name, daemon: program(engine.daemon), client: program(engine.client))
        }
        titles = report.engines.map(\.title)
    }

    /// A line for each thing that is known.
    func text(width: Int) -> String {
        func shown(_ program: ProgramEntry?, _ kind: String) -> String {
            program.map { "\(kind) \($0.version ?? "of unknown version") (\($0.path))" } ?? "no \(kind)"
        }
        let rows =
            [
                ["VERSION", version], ["COMMIT", commit ?? "unknown"],
                ["BUILD", "\(build.configuration), Swift \(build.swift)"],
            ]
            + zip(titles, engines).map { title, engine in
                [title.uppercased(), "\(shown(engine.daemon, "daemon")), \(shown(engine.client, "client"))"]
            } + (engines.isEmpty ? [["ENGINES", "none found"]] : [])
        return TextTable.lines(rows, width: .max).flatMap { $0.filled(to: width) }.map { $0 + "\n" }.joined()
    }
}
