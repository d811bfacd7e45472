import Provisioning

/// What the commands need that reach other machines.
extension World {
    /// The hosts that a person has added.
    var hosts: HostStore { HostStore(runtime: runtime, files: files) }

    /// Does the work with connections to hosts, which end with it, however it ends.
    func withHosts<Answer: Sendable>(_ work: (HostConnections) async throws -> Answer) async throws -> Answer {
        // A dry run reaches hosts as a real one does: it only looks.
        let connections = HostConnections(by: runner, files: LocalFiles(), random: SystemRandom())
        let outcome: Result<Answer, any Error>
        do { outcome = .success(try await work(connections)) } catch { outcome = .failure(error) }
        await connections.close()
        return try outcome.get()
    }

    /// The provider of that name, on the host that the runner reaches.
    func provider(_ name: ProviderName, on host: any CommandRunner, isRoot: Bool) throws -> any MachineProvider {
        try provider(name, by: host, SudoRunner(host, needed: !isRoot))
    }
}
