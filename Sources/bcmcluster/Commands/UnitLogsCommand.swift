import Provisioning

/// Shows what a unit's instances wrote on their consoles: `bcmcluster unit logs`.
struct UnitLogsCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let reference = try UnitReference(invocation.operands[0])
        let most = try invocation.lines() ?? LogsCommand.defaultLines
        let observation = try await world.observation(of: invocation.cluster(world.environment))
        let instances = try reference.instances(in: observation.workloads)
        var status: Int32 = 0
        for instance in instances {
            do {
                let place = try observation.place(of: instance)
                let log = try await observation.context.client(in: place).consoleLog(of: instance.name)
                let text = Self.lines(of: log).suffix(most).map { "\($0)\n" }.joined()
                world.terminal.result(instances.count == 1 ? text : ExecOutcome.prefixed(text, by: instance.name))
            } catch let failure as Failure {
                world.terminal.say(failure)
                status = max(status, failure.exitStatus)
            }
        }
        return status
    }

    /// The lines of a console, without those that are empty and without LXD's heading; a console ends them by two
    /// characters, which Swift takes for one.
    static func lines(of log: String) -> [String] {
        let lines = log.utf8.split { [10, 13].contains($0) }.map { String(decoding: $0, as: UTF8.self) }
        return lines.first == "Console log:" ? Array(lines.dropFirst()) : lines
    }
}
