import Provisioning

/// A cluster's name and folders for one run, used by nobody else.
struct Sandbox {
    let cluster: String
    let folder: String
    private let runner = LocalRunner()

    init() throws {
        let mark = SystemRandom().identifier(length: 4)
        cluster = "BN\(mark)"
        folder = "/tmp/bcmcluster-bench-\(cluster)"
        try LocalFiles().makeFolder("\(folder)/client", mode: 0o700)
    }

    /// The variables that keep the run away from the user's own clusters and client.
    var environment: [String: String] {
        ["BCM_RUNTIME_DIR": "\(folder)/runtime", "LXD_CONF": "\(folder)/client", "BCM_PROVIDER_NAME": "namespace"]
    }

    /// Runs a command to its end, and says how many seconds it took.
    func seconds(
        _ program: String, _ arguments: [String], adding more: [String: String] = [:],
        limit: Duration = .seconds(300)
    ) async throws -> Double {
        let variables = environment.merging(more) { $1 }
        let command = Command(
            program, arguments, environment: variables, limit: limit, effect: .changes)
        let clock = ContinuousClock()
        let start = clock.now
        try await runner.output(of: command)
        return (clock.now - start).seconds
    }

    /// Runs a command again and again until it succeeds, for a minute at most, and says how many seconds that took.
    func secondsUntil(_ program: String, _ arguments: [String]) async throws -> Double {
        let start = ContinuousClock.now
        while true {
            do {
                _ = try await seconds(program, arguments)
                return (ContinuousClock.now - start).seconds
            } catch let failure as Failure
                where failure.code == .commandFailed && ContinuousClock.now - start < .seconds(60)
            {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// Does the work and then, however it ended, takes the cluster down and removes the folders.
    func whileItLasts<Value: Sendable>(
        takenDownBy program: String, _ arguments: [String], adding more: [String: String] = [:],
        _ work: () async throws -> Value
    ) async throws -> Value {
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await work()) } catch { outcome = .failure(error) }
        // In a task of its own: an interrupted run is cleaned up too.
        let cleaning = Task.detached { _ = try await seconds(program, arguments, adding: more) }
        do {
            try await cleaning.value
            try LocalFiles().remove(folder)
        } catch {
            complain("\(cluster) was not taken down, see \(folder): \(Failure(error).message)")
        }
        return try outcome.get()
    }

    /// Runs a command to its end and returns what it prints.
    func output(_ program: String, _ arguments: [String], limit: Duration = .seconds(120)) async throws -> String {
        let command = Command(program, arguments, environment: environment, limit: limit, effect: .changes)
        return try await runner.output(of: command)
    }

    /// The lines of the log of the last `up`.
    func logOfUp() throws -> [RunLogEntry] { try log(of: "up") }

    /// The lines of the log of the last run of that command.
    func log(of command: String) throws -> [RunLogEntry] {
        let logs = "\(folder)/runtime/clusters/\(cluster)/logs"
        let name = try LocalFiles().names(in: logs).filter { $0.hasSuffix("-\(command).log") }.max()
        let text = try name.flatMap { try LocalFiles().read("\(logs)/\($0)") } ?? ""
        return text.split(separator: "\n").compactMap(RunLogEntry.init)
    }
}

/// Says something on standard error.
func complain(_ text: String) { SystemCalls.write("bench: \(text)\n", to: 2) }
