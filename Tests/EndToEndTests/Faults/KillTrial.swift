import Foundation
import Provisioning
import Testing

/// A cluster of two members with instances on it, whose commands are killed half-way; then a user does what `status` says.
final class KillTrial {
    /// The commands that are killed.
    enum Killed: String, CaseIterable, Sendable {
        case up, stop, start, run, rm, repair
        case addMember = "member add"
        case removeMember = "member remove"
        case createSnapshot = "snapshot create"
        case restoreSnapshot = "snapshot restore"

        /// Whether a user whose run was killed repeats it.
        var isRepeated: Bool { [.up, .run, .rm, .createSnapshot].contains(self) }
    }

    /// The moment of a kill: at which of the run's calls of programs, and at which point of the call.
    struct Moment: CustomStringConvertible, Sendable {
        static let kinds: [Fault.Kind] = [.killsBefore, .killsDuring, .killsAfter]

        var call: Int
        var kind: Fault.Kind

        var description: String { "call \(call) \(kind)" }
    }

    /// How often a user follows a hint.
    private static let mostHints = 4

    let command: Killed
    private let sandbox: Sandbox
    private let shims: FaultShims
    /// The options of `up`, and of `member add`.
    private let options: (up: [String], add: [String])
    /// The instances that run.
    private var running: Set<String> = []
    private var hasSnapshot = false

    private var cluster: String { sandbox.cluster }
    private var file: String { "\(sandbox.folder)/web.toml" }

    init(_ command: Killed, _ sandbox: Sandbox, up: [String], add: [String] = []) async throws {
        self.command = command
        self.sandbox = sandbox
        options = (up, add)
        shims = try await FaultShims(sandbox)
        if command == .up { return }
        try await must(["up", "-m", "1"] + up)
        try await sandbox.importImage()
        for (name, member) in [("near", 0), ("far", 1), ("idle", 1)] {
            try await sandbox.client("launch", "tiny", name, "--target", "\(cluster)-0\(member)", "--quiet")
        }
        // What the user has stopped stays so.
        try await sandbox.client("stop", "idle", "--force")
        try await sandbox.client("storage", "volume", "create", "default", "data", "--target", "\(cluster)-01")
        running = ["near", "far"]
        _ = try sandbox.unit(
            "web", count: 2,
            """
            [[volume]]
            name = "data"
            path = "/data"
            per-instance = true
            [[network]]
            name = "backend"
            address = "10.77.0.1/24"
            """)
    }

    /// How many calls of programs the command makes where nothing goes wrong.
    func calls() async throws -> Int {
        try await prepare()
        try await must(words, shims.variables(nil))
        return try shims.calls().count
    }

    /// Kills one run, does what `status` says until the cluster is healthy, and looks for what is lost; answers whether the
    /// run made so many calls that it was killed.
    func round(_ moment: Moment) async throws -> Bool {
        try await prepare()
        let fault = Fault(kind: moment.kind, run: .up, call: moment.call)
        let result = try await sandbox.run(Product.bcmcluster, words + ["-c", cluster], adding: shims.variables(fault))
        let calls = try shims.calls()
        guard calls.count >= moment.call else { return false }
        do {
            // What LXD still carries out for the killed run is in the way of the next.
            if [.run, .rm].contains(command) { try await repeatRun() }
            let hints = try await followHints()
            do { try await expectIntact() } catch {
                throw Failure(.conflict, "after \(hints): \(Failure(error).message)")
            }
        } catch {
            let text = Failure(error).message
            throw Failure(
                .conflict, "\(command.rawValue), \(moment) (\(calls[moment.call - 1])), \(result.ending): \(text)")
        }
        return true
    }

    // MARK: Before

    private var words: [String] {
        switch command {
        case .up: ["up", "-m", "1"] + options.up
        case .addMember: ["member", "add"] + options.add
        case .removeMember: ["member", "remove", "\(cluster)-02", "--yes"]
        case .createSnapshot: ["snapshot", "create", "s"]
        case .restoreSnapshot: ["snapshot", "restore", "base", "--yes"]
        case .run: ["run", file, "--yes"]
        case .rm: ["rm", "web", "--volumes", "--yes"]
        case .stop, .start, .repair: [command.rawValue] + (command == .repair ? ["--yes"] : [])
        }
    }

    /// Makes the cluster what the command needs, however the last round has left it.
    private func prepare() async throws {
        switch command {
        case .up:
            if FileManager.default.fileExists(atPath: try sandbox.files().state) {
                try await must(["destroy", "--yes"])
            }
        case .addMember:
            for member in try sandbox.state().members.map(\.name.text) where member > "\(cluster)-01" {
                try await must(["member", "remove", member, "--yes"])
            }
        case .removeMember:
            if try sandbox.state().members.count < 3 { try await must(["member", "add"] + options.add) }
            if running.contains("moving") { try await sandbox.client("delete", "--force", "moving") }
            try await sandbox.client("launch", "tiny", "moving", "--target", "\(cluster)-02", "--quiet")
            running.insert("moving")
        case .stop: break
        case .start: try await must(["stop"])
        case .createSnapshot: try await attempt(["snapshot", "delete", "s", "--yes"])
        case .restoreSnapshot:
            if !hasSnapshot { try await must(["snapshot", "create", "base"]) }
            hasSnapshot = true
        case .run: try await attempt(["rm", "web", "--volumes", "--yes"])
        case .rm: try await must(["run", file, "--yes"])
        case .repair:
            if options.up.contains("namespace") {
                try #require(try Daemon("\(cluster)-01")).kill()
            } else {
                try await sandbox.client("remote", "switch", "local")
                try await sandbox.client("remote", "remove", "\(cluster)-00")
            }
        }
    }

    @discardableResult
    private func must(_ words: [String], _ variables: [String: String] = [:]) async throws -> CommandResult {
        let result = try await sandbox.run(Product.bcmcluster, words + ["-c", cluster], adding: variables)
        guard result.succeeded else {
            throw Failure(.conflict, "\(words.joined(separator: " ")) ended with \(result.ending): \(result.errors)")
        }
        return result
    }

    private func attempt(_ words: [String]) async throws {
        _ = try await sandbox.run(Product.bcmcluster, words + ["-c", cluster])
    }

    // MARK: The user

    private struct Status: Decodable {
        struct Finding: Decodable { var code: String }
        var healthy: Bool?
        var message: String?
        var hint: String?
        var findings: [Finding]?
    }

    private func status() async throws -> Status {
        let result = try await sandbox.run(Product.bcmcluster, ["status", "-c", cluster, "--json"])
        return try JSONDecoder().decode(Status.self, from: Data(result.output.utf8))
    }

    /// Follows the hint of `status` until it calls the cluster healthy, and returns the hints.
    private func followHints() async throws -> [String] {
        var followed: [String] = []
        while true {
            // Killed before anything was recorded, there is nothing that could have a status.
            let isRecorded = FileManager.default.fileExists(atPath: try sandbox.files().state)
            let status =
                isRecorded
                ? try await status() : Status(hint: "bcmcluster up -m 1 " + options.up.joined(separator: " "))
            if status.healthy == true { return followed }
            guard followed.count < Self.mostHints, let hint = status.hint else {
                throw Failure(
                    .conflict,
                    "not healthy after \(followed): \(status.message ?? "no status"), hint: \(status.hint ?? "none")")
            }
            followed.append(hint)
            try await follow(hint)
        }
    }

    /// Runs the commands of a hint, with a yes to what it deletes.
    private func follow(_ hint: String) async throws {
        for part in hint.split(separator: ", then ") {
            var words = part.split(separator: " ").map(String.init)
            switch words.removeFirst() {
            case "bcmcluster":
                guard words.first != "destroy" else { throw Failure(.conflict, "the hint is to destroy the cluster") }
                let asks =
                    ["repair", "rm", "run"].contains(words[0])
                    || ["remove", "restore"].contains(words.dropFirst().first)
                let named = words.contains("-c") ? words : words + ["-c", cluster]
                let result = try await sandbox.run(Product.bcmcluster, named + (asks ? ["--yes"] : []))
                if !result.succeeded { print("kills, \(command.rawValue), \(hint): \(result.errors)") }
            case "lxc": _ = try await sandbox.run(Product.engine.client, words)
            default: throw Failure(.conflict, "the hint is no command: \(hint)")
            }
        }
    }

    // MARK: After

    private func expectIntact() async throws {
        if command.isRepeated { try await repeatRun() }
        let members: Set = ["\(cluster)-00", "\(cluster)-01"]
        // After a start LXD takes a member for offline now and then until the next heartbeat.
        _ = try await SystemTime().wait(for: "the members", limit: .seconds(60), every: .milliseconds(300)) {
            try await sandbox.online().isSuperset(of: members) ? true : nil
        }
        if command == .up { return }
        let wanted = running
        var seen: [String: String] = [:]
        do {
            _ = try await SystemTime().wait(for: "the instances", limit: .seconds(60), every: .milliseconds(300)) {
                seen = try await sandbox.instances()
                return wanted.allSatisfy { seen[$0] == "Running" } ? true : nil
            }
        } catch { throw Failure(.conflict, "\(Failure(error).message): \(seen)") }
        guard seen["idle"] == "Stopped" else { throw Failure(.conflict, "idle: \(seen["idle"] ?? "not found")") }
        let volumes = try await sandbox.client("query", "/1.0/storage-pools/default/volumes/custom?recursion=1")
        guard volumes.contains(#""name": "data""#) else { throw Failure(.conflict, "the volume is lost: \(volumes)") }
    }

    /// The user types the same once more.
    private func repeatRun() async throws {
        let result = try await sandbox.run(Product.bcmcluster, words + ["-c", cluster])
        let isNothingLeft = command == .rm && result.errors.contains("unit web not found")
        let isThere = command == .createSnapshot && result.errors.contains("has a snapshot s already")
        guard result.succeeded || isNothingLeft || isThere else {
            throw Failure(.conflict, "the same command again: \(result.errors)")
        }
        guard command == .run || command == .rm else { return }
        let instances = try await sandbox.instances().filter { $0.key.hasPrefix("web-") }
        let wanted = command == .run ? ["web-1": "Running", "web-2": "Running"] : [:]
        guard instances == wanted else { throw Failure(.conflict, "instances of the unit: \(instances)") }
    }
}
