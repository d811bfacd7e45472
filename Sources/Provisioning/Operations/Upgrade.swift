/// Brings the engine of all members to a later version: `bcmcluster upgrade`.
package struct Upgrade: Operation {
    private let cluster: ClusterName
    private let channel: String?
    private let options: OperationOptions

    /// To the latest version of a channel; `nil` is the cluster's own, or what is installed.
    package init(
        _ cluster: ClusterName, channel: String? = nil, options: OperationOptions = OperationOptions()
    ) {
        self.cluster = cluster
        self.channel = channel
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        let operands = channel.map { ["--channel", $0] } ?? []
        let request = ChangeRequest(cluster: cluster, command: "upgrade", operands: operands, options: options)
        return try await app.changeExisting(request) { state, context in
            let upgrading = try context.provider.engineUpgrading
            if let channel { try upgrading.check(channel: channel) }
            let situation = try await situation(state, context, upgrading)
            let title = context.engine.title
            if let channel, let newest = situation.versions.compactMap(EngineVersion.init).max(),
                SnapChannel(channel).isBefore(newest)
            {
                throw Failure(
                    .badInput, "--channel \(channel) is older than \(title) \(newest.text), which \(cluster) runs",
                    hint: "an upgrade cannot be undone: restore a snapshot, or give a later channel")
            }
            let isNeeded = upgrading.installsEngines || !situation.isCurrent
            // Whoever has upgraded all members may only have to wait for them.
            if isNeeded { try UpgradePlan.check(situation, of: state) }
            return PlannedChange(
                plan: UpgradePlan.plan(for: state, situation, channel: channel), context: context,
                rowOutcome: "upgraded",
                announcement: isNeeded
                    ? [
                        "\(cluster): instances keep running; if the database differs, upgraded members wait until the last one is upgraded, and changes are refused until then"
                    ] : [],
                confirmation: isNeeded && !situation.isUnderway ? confirmation(title) : nil,
                summary: { outcome, took in
                    let after = try await context.respondingMember().name
                    let version = try await context.client(in: after).server().environment.version
                    let members = counted(state.members.count, "member")
                    // What a package manager was asked for may have been there already.
                    let isUnchanged = outcome.done.isEmpty || situation.versions == [version]
                    if !isUnchanged || outcome.done.count > 1 && !upgrading.installsEngines {
                        return ["cluster \(cluster) runs \(title) \(version) (\(members), \(took.brief))"]
                    }
                    return ["cluster \(cluster) runs \(title) \(version) (\(members)), unchanged"]
                        + (upgrading.installsEngines ? [] : ["  to upgrade: \(upgrading.installationHint)"])
                })
        }
    }

    private func situation(
        _ state: ClusterState, _ context: PlanContext, _ upgrading: any EngineUpgrading
    ) async throws -> UpgradePlan.Situation {
        let status = try await ClusterInspector.status(of: state, context, .roles, unfinishedWithin: .seconds(5))
        var currencies: [MemberName: EngineCurrency] = [:]
        for member in status.members where member.isInState && member.machine == .running {
            guard let name = MemberName(member.name, of: cluster) else { continue }
            currencies[name] = try await upgrading.currency(of: name, in: state)
        }
        return UpgradePlan.Situation(status: status, currencies: currencies)
    }

    private func confirmation(_ title: String) -> Confirmation {
        Confirmation(
            command: "upgrade", headline: "", losses: [],
            remarks: [
                "an upgrade of \(title) cannot be undone, since its database is converted",
                "to be able to go back: bcmcluster snapshot create -c \(cluster) first",
            ])
    }
}

extension UpgradePlan.Situation {
    /// The versions that the members ran, as far as they told.
    fileprivate var versions: Set<String> { Set(status.members.compactMap(\.version)) }
}
