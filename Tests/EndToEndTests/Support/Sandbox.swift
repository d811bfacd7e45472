import Foundation
import Provisioning
import Schemas
import Testing

/// A user's surroundings for one test: a runtime directory, a client configuration and a cluster name of its own.
///
/// Whatever the test leaves is cleaned up in reverse order, also when it fails.
final class Sandbox: Sendable {
    /// A cluster name that no other test has.
    let cluster: String
    let folder: String
    /// Variables of every program that the test runs.
    let environment: [String: String]

    var runtime: String { "\(folder)/bcm" }
    /// The folder of the client of the engine that is tested.
    var clientConfiguration: String { "\(folder)/\(Product.engine.client)" }

    private init(_ cluster: String, _ folder: String, _ environment: [String: String]) {
        self.cluster = cluster
        self.folder = folder
        self.environment = environment
    }

    /// A cluster's name that no other test has: the prefix and five random letters.
    static func name(_ prefix: String) -> String {
        prefix + String((0..<5).map { _ in "ABCDEFGHIJKLMNOPQRSTUVWXYZ".randomElement() ?? "A" })
    }

    /// Runs the test in surroundings of its own; fails, and never skips, where end-to-end tests cannot run.
    static func use(
        _ prefix: String, adding: [String: String] = [:], _ body: (Sandbox) async throws -> Void
    ) async throws {
        try #require(getuid() == 0, "end-to-end tests need root")
        let cluster = name(prefix)
        let folder = "/tmp/bcmcluster-test-\(cluster)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        var own = ["BCM_RUNTIME_DIR": "\(folder)/bcm", "HOME": folder]
        for engine in Engine.all { own[engine.configurationVariable] = "\(folder)/\(engine.client)" }
        // The standard one is what nobody has to choose.
        if Product.engine != .standard { own["BCM_ENGINE"] = Product.engine.name }
        let sandbox = Sandbox(cluster, folder, own.merging(adding) { _, added in added })
        do {
            try await body(sandbox)
        } catch {
            await sandbox.cleanUp(keepingLogs: true)
            throw error
        }
        await sandbox.cleanUp(keepingLogs: false)
    }

    /// The same surroundings with more variables.
    func adding(_ variables: [String: String]) -> Sandbox {
        Sandbox(cluster, folder, environment.merging(variables) { _, added in added })
    }

    private func cleanUp(keepingLogs: Bool) async {
        let clusters = (try? FileManager.default.contentsOfDirectory(atPath: "\(runtime)/clusters")) ?? []
        for cluster in clusters {
            if keepingLogs { showLogs(of: cluster) }
            _ = try? await bcmcluster("destroy", "-c", cluster, "--yes")
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func showLogs(of cluster: String) {
        let logs = "\(runtime)/clusters/\(cluster)/logs"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: logs)) ?? [] {
            print("--- \(cluster) \(name)\n\((try? String(contentsOfFile: "\(logs)/\(name)", encoding: .utf8)) ?? "")")
        }
    }

    // MARK: Running

    /// Runs the tool, for at most three minutes.
    @discardableResult
    func bcmcluster(_ arguments: String..., adding: [String: String] = [:]) async throws -> CommandResult {
        try await run(Product.bcmcluster, arguments, adding: adding)
    }

    /// Runs the tool and requires that it succeeds.
    @discardableResult
    func mustRun(
        _ arguments: String..., adding: [String: String] = [:], at location: SourceLocation = #_sourceLocation
    ) async throws -> CommandResult {
        let result = try await run(Product.bcmcluster, arguments, adding: adding)
        try #require(
            result.succeeded, "bcmcluster \(arguments) ended with \(result.ending): \(result.errors)",
            sourceLocation: location)
        return result
    }

    /// Runs the user's own client of the engine and returns what it prints.
    @discardableResult
    func client(_ arguments: String..., adding: [String: String] = [:]) async throws -> String {
        try await client(arguments, adding: adding)
    }

    /// The same with a list of words.
    @discardableResult
    func client(_ arguments: [String], adding: [String: String] = [:]) async throws -> String {
        let client = Product.engine.client
        let result = try await run(client, arguments, adding: adding)
        try #require(result.succeeded, "\(client) \(arguments) ended with \(result.ending): \(result.errors)")
        return result.output
    }

    /// Runs any program.
    func run(_ program: String, _ arguments: [String], adding: [String: String] = [:]) async throws -> CommandResult {
        // `env` looks the program up in the sandbox's own PATH.
        let variables = environment.merging(adding) { _, added in added }.sorted { $0.key < $1.key }
        let result = try await LocalRunner().run(
            Command(
                "/usr/bin/env", variables.map { "\($0)=\($1)" } + [program] + arguments, limit: .seconds(180),
                effect: .changes))
        if program == Product.bcmcluster { try PrintedData.expectSchema(of: result, arguments) }
        if program == Product.bcmcluster, arguments.first == "up", result.succeeded { try? await Evidence.note(self) }
        return result
    }

    // MARK: Looking

    /// The folder of a cluster's files.
    func files(of cluster: String? = nil) throws -> ClusterFolder {
        ClusterFolder(runtime: runtime, cluster: try ClusterName(cluster ?? self.cluster))
    }

    /// What is left in the runtime directory; nothing where there is none.
    func runtimeContents() throws -> [String] {
        guard FileManager.default.fileExists(atPath: runtime) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: runtime)
    }

    /// The state.
    func state(of cluster: String? = nil) throws -> ClusterState {
        try #require(try StateStore.read(files(of: cluster), LocalFiles()))
    }

    /// The names of the members that the cluster itself says are online.
    func online(_ remote: String? = nil) async throws -> Set<String> {
        struct Member: Decodable {
            var server_name: String
            var status: String
        }
        let text = try await client("cluster", "list", "\(remote ?? "\(cluster)-00"):", "--format", "json")
        let members = try JSONDecoder().decode([Member].self, from: Data(text.utf8))
        return Set(members.filter { $0.status == "Online" }.map(\.server_name))
    }
}

/// The programs under test, as they were built beside the tests.
enum Product {
    static let folder: String = {
        let link = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return link.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
    }()

    /// The tool: the one that `BCMCLUSTER_UNDER_TEST` names, or that of this build.
    static let bcmcluster = ProcessInfo.processInfo.environment["BCMCLUSTER_UNDER_TEST"] ?? "\(folder)/bcmcluster"
    /// The engine of the clusters: the one that `BCM_TEST_ENGINE` names, or LXD.
    static let engine = ProcessInfo.processInfo.environment["BCM_TEST_ENGINE"].flatMap(Engine.named) ?? .lxd
    /// The client's words that print a token for a client of that name.
    static func tokenArguments(_ name: String) -> [String] {
        ["config", "trust", "add"] + (engine == .incus ? [name] : ["--name", name])
    }
    /// The client's words that trust the certificate in a file.
    static func trustArguments(_ file: String, _ name: String) -> [String] {
        ["config", "trust", engine == .incus ? "add-certificate" : "add", file, "--name", name]
    }
    /// How the command line begins that sets a server up.
    static let initialisation = (engine.administration + ["init", "--preseed"]).joined(separator: " ")
    /// The stand-in for multipass.
    static let multipassStandIn = "\(folder)/MultipassStandIn"
}

/// How clusters come and go, one after the other, on the host that all suites share.
@Suite("End to end", .serialized) struct EndToEnd {}

/// How a cluster that is there is changed, by the tool and behind its back, beside the suite above.
@Suite("Day two", .serialized) struct DayTwo {}

/// How a cluster that is there is seen, reached and repaired, beside the suites above.
@Suite("See and repair", .serialized) struct Repairs {}

/// Machines that are reached by SSH, and what runs on them, beside the suites above.
@Suite("Hosts", .serialized) struct Hosts {}

/// One cluster over machines that are reached by SSH, beside the suites above.
@Suite("Fleets", .serialized) struct Fleets {}

/// What goes wrong, beside the suites above: runs on different clusters do not disturb each other.
@Suite("Faults", .serialized) struct Faults {}

/// What runs on a cluster, by itself: each suite has a cluster of its own, and they run side by side.
@Suite("Units") struct Units {}

/// What the documentation shows, a page after the other, beside the suites above.
@Suite("Docs", .serialized) struct Docs {}
