/// The daemon in a VM that runs: the snap's, or the one that the image brings.
extension MultipassProvider {
    /// Ends the daemon, and keeps clients from starting it; instances keep running.
    package func stopDaemon(of member: MemberName, in state: ClusterState) async throws {
        try await daemon(of: member).stop()
    }

    /// Restarts the daemon, gracefully if it ends in time; instances keep running.
    package func restartDaemon(of member: MemberName, in state: ClusterState) async throws {
        try await daemon(of: member).restart()
    }

    /// The VM's daemon; throws `Failure.conflict` where the engine is not installed in it.
    private func daemon(of member: MemberName) async throws -> EngineDaemon {
        let inside = runner(in: member)
        guard let package = try await engine.installedPackage(inside) else {
            throw Failure(
                .conflict, "no \(engine.title) is installed in the VM \(member)", hint: "read \(logHint(member))")
        }
        return EngineDaemon(
            root: inside, package: package, time: time, interval: traits.pollInterval, subject: .machine(member.text))
    }
}
