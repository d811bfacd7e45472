/// Until when a run waits for each instance: `--wait-for`.
package enum WaitGoal: Sendable, Equatable {
    case running
    /// It answers so to the question that its unit's file has.
    case healthy
    /// What cloud-init does at a first start has ended well.
    case cloudInit
    /// Somebody listens at that TCP port of it.
    case port(Int)

    /// Reads `running`, `healthy`, `cloud-init` or `tcp:PORT`; `nil` where it is not one of them.
    package init?(_ text: String) {
        switch text {
        case "running": self = .running
        case "healthy": self = .healthy
        case "cloud-init": self = .cloudInit
        default:
            let digits = text.dropFirst(4)
            guard text.hasPrefix("tcp:"), digits.utf8.allSatisfy({ 48...57 ~= $0 }), let port = Int(digits),
                1...65_535 ~= port
            else { return nil }
            self = .port(port)
        }
    }
}

/// Waits until an instance of a unit is as far as the user wants it to be; health has a step of its own.
struct AwaitInstance: Step {
    let title: String
    let name: String
    let place: MemberName
    let goal: WaitGoal

    init(_ name: String, on place: MemberName, _ goal: WaitGoal) {
        title =
            switch goal {
            case .running, .healthy: "wait until \(name) runs"
            case .cloudInit: "wait for cloud-init in \(name)"
            case .port(let port): "wait for port \(port) of \(name)"
            }
        self.name = name
        self.place = place
        self.goal = goal
    }

    var member: MemberName? { place }

    func isDone(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: place)
        let what =
            switch goal {
            case .running, .healthy: "\(name) to run"
            case .cloudInit: "cloud-init in \(name)"
            case .port(let port): "port \(port) of \(name)"
            }
        _ = try await context.time.wait(
            for: what, limit: context.limits.machine, every: context.provider.traits.pollInterval,
            hint: "bcmcluster unit logs shows what it wrote on its console", assuming: true
        ) {
            switch goal {
            case .running, .healthy: try await client.instance(name)?.isRunning ?? false ? true : nil
            case .cloudInit: try await client.hasFinishedCloudInit(name) ? true : nil
            case .port(let port): try await answers(port, client, context) ? true : nil
            }
        }
    }

    /// Whether any of its addresses answers at the port, asked from its member.
    private func answers(_ port: Int, _ client: LXC, _ context: PlanContext) async throws -> Bool {
        let probe = PortProbe(runner: context.provider.runner(in: place), limit: .seconds(5))
        for address in try await client.addresses(of: name) {
            if try await probe.knock(address, port) == .open { return true }
        }
        return false
    }
}
