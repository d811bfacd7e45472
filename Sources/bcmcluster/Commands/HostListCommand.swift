import Provisioning

/// Shows the hosts, all asked at once: `bcmcluster host list`.
struct HostListCommand {
    let invocation: Invocation
    let world: World

    /// How long all of them together may take.
    private static let limit: Duration = .seconds(5)

    func run() async throws -> Int32 {
        let all = [try Host.local] + (try world.hosts.all())
        let rows = try await world.untilSignal {
            await withTaskGroup(of: HostListing.Row.self) { group in
                for host in all { group.addTask { await row(host) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }
        let listing = HostListing(rows.sorted { $0.host.name < $1.host.name })
        let seen = rows.filter { $0.sight != nil && !$0.host.name.isLocal }.map(\.host.name)
        let now = world.time.secondsSince1970
        try world.hosts.note(Dictionary(uniqueKeysWithValues: seen.map { ($0, now) }))
        if invocation.isJSON {
            world.terminal.result(try JSONText.text(listing.data))
        } else {
            world.terminal.result(listing.text(width: SystemCalls.terminalWidth(1) ?? .max, now: now))
        }
        return listing.exitStatus
    }

    private func row(_ host: Host) async -> HostListing.Row {
        do {
            let runner = world.runner(on: host)
            let sight = try await world.time.within(Self.limit) {
                try await HostSurvey(runner, limit: Self.limit).sight()
            }
            return HostListing.Row(host: host, sight: sight)
        } catch {
            let failure = Failure(error)
            let isLate = failure.code == .timedOut || failure.code == .interrupted
            return HostListing.Row(
                host: host, trouble: isLate ? "no answer within \(Self.limit.brief)" : failure.message)
        }
    }
}
