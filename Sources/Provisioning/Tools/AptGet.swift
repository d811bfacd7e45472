/// What Debian's package tools report.
private enum AptError: ToolError {
    /// An earlier run was cut off, and has to be ended first.
    case interrupted

    static let signs: [(sign: String, error: AptError)] = [("dpkg was interrupted", .interrupted)]
}

/// Typed commands of Debian's package tools, as root: they ask nothing, and wait for others that hold the lock.
package struct AptGet: Sendable {
    /// How long another that holds the lock is waited for, such as a machine's own nightly upgrades.
    private static let lockWait = 300

    private let runner: any CommandRunner
    private let limit: Duration

    /// The packages of the machine that the runner reaches; the limit is that of each command.
    package init(_ runner: any CommandRunner, limit: Duration) {
        self.runner = runner
        self.limit = limit
    }

    /// Those of the packages that are installed to the end.
    package func installed(of packages: [String]) async throws -> [String] {
        let format = "--showformat=${Package} ${db:Status-Status}\\n"
        let command = Command("dpkg-query", ["--show", format] + packages)
        // A package that dpkg has never seen is an error beside the lines of the others.
        let lines = try await runner.run(command).output.split(separator: "\n")
        return packages.filter { package in lines.contains { $0 == "\(package) installed" } }
    }

    /// Whether the lists of the archives are there, and have no such package: without lists nothing is known.
    package func isKnownNotToOffer(_ package: String) async throws -> Bool {
        // A package that every archive has says whether there are lists.
        let command = Command("apt-cache", ["madison", package, "apt"], limit: limit, assumed: "")
        let result = try await runner.run(command)
        let names = result.output.split(separator: "\n").map { $0.prefix { $0 != "|" }.trimmed }
        return result.succeeded && names.contains("apt") && !names.contains(package)
    }

    /// Installs packages with what they recommend, after a look at what there is; those that are there are left.
    ///
    /// The check runs once the lists are new, and throws where the packages cannot be had.
    package func install(
        _ packages: [String], touches: Set<Subject> = [], check: () async throws -> Void = {}
    ) async throws {
        // One repository of many that does not answer is no obstacle by itself.
        _ = try await runner.run(command(["update"], touches))
        try await check()
        try await repaired(["install", "--install-recommends"] + packages, touches)
    }

    /// Brings packages that are there to the latest version that the archives have.
    package func upgrade(_ packages: [String], touches: Set<Subject> = []) async throws {
        _ = try await runner.run(command(["update"], touches))
        try await repaired(["install", "--only-upgrade"] + packages, touches)
    }

    /// Removes packages with their configuration; those that are not there are fine.
    package func purge(_ packages: [String], touches: Set<Subject> = []) async throws {
        try await repaired(["purge"] + packages, touches)
    }

    /// Ends first what was cut off, where there is something of that kind, such as another run of this program.
    private func repaired(_ words: [String], _ touches: Set<Subject>) async throws {
        let command = command(words, touches)
        let result = try await runner.run(command)
        if result.succeeded { return }
        guard result.reports(AptError.interrupted) else { throw Failure(command, result) }
        var repair = Command("dpkg", ["--configure", "-a"], limit: limit, effect: .changes, touches: touches)
        repair.environment = Self.silence
        try await runner.output(of: repair)
        try await runner.output(of: command)
    }

    private func command(_ words: [String], _ touches: Set<Subject>) -> Command {
        let options = ["--assume-yes", "--quiet", "--option", "DPkg::Lock::Timeout=\(Self.lockWait)"]
        let kept = ["--option", "Dpkg::Options::=--force-confold"]
        return Command(
            "apt-get", options + kept + words, environment: Self.silence, limit: limit, effect: .changes,
            touches: touches
        ).with(.all)
    }

    private static let silence = ["DEBIAN_FRONTEND": "noninteractive"]
}
