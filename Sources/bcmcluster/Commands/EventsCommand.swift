import Provisioning

/// Follows what the engine tells: `bcmcluster events`.
struct EventsCommand {
    let session: Session

    func run() async throws -> Int32 {
        let name = try session.cluster
        let kinds = try session.invocation.eventKinds()
        let (terminal, isJSON) = (session.terminal, session.invocation.isJSON)
        do {
            try await FollowEvents(of: name, kinds) { event in
                let line = EventLine(event)
                if isJSON { terminal.line(line) } else { terminal.result(line.text + "\n") }
                return !SystemCalls.isResultLost
            }.run(in: session.app)
        } catch {
            return try session.endedByUser(error)
        }
        return 0
    }
}
