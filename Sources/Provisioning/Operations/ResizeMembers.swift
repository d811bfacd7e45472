/// Gives members' machines other sizes: `bcmcluster member set`.
package struct ResizeMembers: Operation {
    private let words: [String]
    private let cluster: ClusterName
    private let sizes: [Setting: String]
    private let options: OperationOptions

    /// Those members' machines, with those of the processors, the memory and the disk that are to change.
    package init(
        _ members: [String], of cluster: ClusterName, to sizes: [Setting: String],
        options: OperationOptions = OperationOptions()
    ) {
        words = members
        self.cluster = cluster
        self.sizes = sizes
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        guard !sizes.isEmpty else {
            throw Failure(
                .badInput, "member set: no size is given", hint: "give --cpus N, --memory SIZE or --disk SIZE")
        }
        let flags = Setting.sizes.flatMap { setting in sizes[setting].map { ["--\(setting.rawValue)", $0] } ?? [] }
        let request = ChangeRequest(
            cluster: cluster, command: "member set", operands: words + flags, options: options)
        return try await app.changeExisting(request) { state, unsized in
            try await planned(state.members(named: words), unsized)
        }
    }

    /// What is to be done, checked against how the cluster is.
    func planned(_ members: [MemberName], _ unsized: PlanContext) async throws -> PlannedChange<PlanContext> {
        let names = members.map(\.text).joined(separator: ", ")
        let context = unsized.resizing(members, to: sizes)
        try await Sizing(context: context, present: Set(members)).check(members)
        return PlannedChange(
            plan: try await ResizePlan.checkedPlan(for: members, to: sizes, context), context: context,
            rowOutcome: "resized",
            summary: { [sizes] outcome, took in
                let given = Setting.sizes.compactMap { setting in
                    sizes[setting].map { "\(setting.rawValue) \($0)" }
                }
                return outcome.done.isEmpty
                    ? ["\(names): unchanged"] : ["\(names): \(given.joined(separator: ", ")) (\(took.brief))"]
            })
    }
}
