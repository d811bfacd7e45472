import Provisioning

/// Machines that are no more than a folder and a name: what runs in them runs on the host, under that name.
struct LightMachines: Machines {
    let store: StateStore

    /// Runs commands in the machine's home, in a UTS namespace of their own.
    func inside(_ name: String, mostInput: Int) throws -> any CommandRunner {
        Inside(name: name, home: try store.home(name), base: StreamingRunner(mostInput: mostInput))
    }

    private struct Inside: CommandRunner {
        let name: String
        let home: String
        let base: StreamingRunner

        func run(_ command: Command) async throws -> CommandResult {
            let script = #"hostname "$0" && cd "$1" && shift && exec "$@""#
            return try await base.run(command.wrapped(in: "unshare", ["--uts", "sh", "-c", script, name, home]))
        }
    }

    /// Makes the machine's home.
    func create(_ name: String) async throws { _ = try store.home(name) }
    /// Nothing has to be started.
    func start(_ name: String) async throws {}
    /// Nothing has to be stopped.
    func stop(_ name: String) async throws {}

    /// There is no LXD in it.
    func shutDownDaemon(_ name: String) async throws {}
    /// There is no LXD in it.
    func restartDaemon(_ name: String) async throws {}
    /// There is no LXD in it.
    func startDaemon(_ name: String) async throws {}
    /// There is no LXD in it.
    func signalDaemon(_ name: String, _ signal: String) async throws -> Bool { false }
    /// As its units say.
    func hasDaemon(_ name: String) async throws -> Bool { true }

    /// As a driver that takes no snapshots.
    func copy(_ name: String, as copy: String) async throws { throw Self.noSnapshots }
    /// As a driver that takes no snapshots.
    func restore(_ name: String, to copy: String) async throws { throw Self.noSnapshots }
    /// There are no copies.
    func forget(_ copy: String) async throws {}

    private static let noSnapshots = Refusal.failed(
        "snapshot", "The snapshots feature is not implemented on this backend.")

    /// Removes the machine's home.
    func remove(_ name: String) async throws { try await store.forget(name) }

    /// An address that is a broken link.
    func addresses(_ name: String) async -> [String] {
        let index = (try? store.read().instances[name]?.index) ?? nil
        return index.map { ["192.0.2.\($0 + 10)"] } ?? []
    }
}
