/// Gives a member's machine the sizes that its settings say, while it runs; one that is off gets them when it starts.
struct ResizeMachine: Step {
    let title = "resize the machine"
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool {
        guard let sizing = context.provider.sizing else { return true }
        guard try await context.hasNoted(sizesOf: name) else { return false }
        return try await sizing.differing([context.specification(name)], of: context.store.state).isEmpty
    }

    func run(_ context: PlanContext) async throws {
        if try await context.machine(name)?.isOn ?? false {
            try await context.provider.sizing?.resize(context.specification(name), of: context.store.state)
        }
        try await context.note(sizesOf: name)
    }
}

/// Gives a member's machine that is off other sizes.
struct ResizeStoppedMachine: Step {
    let title = "resize the machine"
    let name: MemberName
    /// Those that it gets.
    let sizes: [Setting: String]

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool {
        guard try await context.hasNoted(sizesOf: name) else { return false }
        return try await !isDifferent(context)
    }

    /// Whether the machine has other sizes, as far as its provider tells.
    func isDifferent(_ context: PlanContext) async throws -> Bool {
        guard let sizing = context.provider.offlineSizing else { return false }
        let told = try await sizing.sizes(of: name, in: context.store.state)
        return sizes.contains { setting, value in told[setting].map { !sizing.isSame($0, value, setting) } ?? true }
    }

    func run(_ context: PlanContext) async throws {
        try await context.provider.offlineSizing?.resizeStopped(name, to: sizes, of: context.store.state)
        try await context.note(sizesOf: name)
    }
}

extension PlanContext {
    /// Whether the state has the sizes that the member's settings say.
    fileprivate func hasNoted(sizesOf name: MemberName) async throws -> Bool {
        let wanted = try await endpoint(name).sizes
        guard let noted = await store.state.member(name)?.sizes else { return false }
        return Setting.sizes.allSatisfy { noted[$0]?.value == wanted[$0]?.value && noted[$0]?.file == wanted[$0]?.file }
    }

    /// Writes the sizes that the member's settings say into the state, so that they hold from now on.
    fileprivate func note(sizesOf name: MemberName) async throws {
        let sizes = try await endpoint(name).sizes
        try await store.update { state in
            guard let index = state.members.firstIndex(where: { $0.name == name }) else { return }
            state.members[index].sizes = sizes
        }
    }
}
