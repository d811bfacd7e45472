import Provisioning

/// Shows the hosts, all asked at once: `bcmcluster host list`.
struct HostListCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let answers = try await world.asking(world.allHosts()) { _, runner, limit in
            try await HostInspector(runner, limit: limit).observation()
        }
        let rows = answers.map { host, answer in
            switch answer {
            case .success(let observation): HostListing.Row(host: host, observation: observation)
            case .failure(let failure): HostListing.Row(host: host, trouble: failure.message)
            }
        }
        let listing = HostListing(rows)
        let seen = rows.filter { $0.observation != nil && !$0.host.name.isLocal }.map(\.host.name)
        let now = world.time.secondsSince1970
        try await world.untilSignal {
            try await world.hosts.note(Dictionary(seen.map { ($0, now) }) { first, _ in first })
        }
        if invocation.isJSON {
            world.terminal.result(try JSONText.text(listing.data))
        } else {
            world.terminal.result(listing.text(width: SystemCalls.terminalWidth(1) ?? .max, now: now))
        }
        return listing.exitStatus
    }
}
