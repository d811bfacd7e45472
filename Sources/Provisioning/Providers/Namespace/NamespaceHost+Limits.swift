/// The kernel's limits, which all clusters on the host share.
///
/// Each cluster leaves a note of how many members it has, and what is raised is raised for the sum. Before a limit is
/// raised, a note `KEY=NEW` says what its value was, and since which boot of the host: so that the last cluster puts it
/// back, through as many raises as there were, and leaves alone what somebody else has set since.
extension NamespaceHost {
    /// The limits that are too low for the cluster's own members, whatever others there are.
    ///
    /// What the others need is for those who raise: a cluster that comes up has left its note a moment before.
    func lowLimits(for state: ClusterState) async throws -> [LowLimit] {
        try await KernelSettings(root).lowLimits(MemberNeeds(parts: [part(of: state)]).limits)
    }

    /// Whether the host's other clusters know how many members this one has, and no limit is too low for all.
    func areLimitsRaised(for state: ClusterState) async throws -> Bool {
        let notes = try await notes()
        let part = part(of: state)
        guard let noted = notes.part(of: state.identifier), noted.here >= part.here, noted.all >= part.all else {
            return false
        }
        return try await KernelSettings(root).lowLimits(needs(of: state, notes).limits).isEmpty
    }

    /// Leaves the note, and raises what is too low.
    func raiseLimits(for state: ClusterState) async throws {
        let part = part(of: state)
        var known = try await notes()
        if known.part(of: state.identifier) != part {
            let note = "\(NamespaceLayout.limits)/\(state.identifier)"
            try await RootFiles(root).putNote(note, saying: "\(part.here)/\(part.all)")
        }
        // Two clusters may raise a limit at the same moment: who has not seen the other's note looks again.
        while try await raise(to: needs(of: state, known)) {
            let latest = try await notes()
            if needs(of: state, latest) == needs(of: state, known) { return }
            known = latest
        }
    }

    /// What is to be said before so many members are made; `nil` where no limit is too low.
    ///
    /// Without a state they are those of a cluster of their own.
    func limitCheck(making count: Int, of state: ClusterState?) async throws -> DoctorCheck? {
        let notes = try await notes()
        let needs =
            state.map { self.needs(of: $0, notes) }
            ?? MemberNeeds(parts: notes.parts(without: nil) + [MemberNeeds.Part(here: count, all: count)])
        let low = try await KernelSettings(root).lowLimits(needs.limits)
        if low.isEmpty { return nil }
        let topic = "kernel limits"
        var fixed: [LowLimit] = []
        for limit in low where try await !KernelSettings(root).canChange(limit.limit) { fixed.append(limit) }
        guard fixed.isEmpty else {
            let failure = Self.failure(fixed, needs)
            return DoctorCheck(topic, .problem, failure.message, failure.hint)
        }
        let changes = low.map { "\($0.limit.rawValue) from \($0.value) to \($0.needed)" }
        return DoctorCheck(
            topic, .ok, "for \(Self.members(needs)) up raises \(changes.joined(separator: ", "))")
    }

    /// Puts back what was raised since the host was booted, unless somebody else has changed it since.
    ///
    /// A cluster that comes up meanwhile has claimed its subnet first, and may have found the limits high: they are raised
    /// for it.
    func putLimitsBack(after state: ClusterState) async throws {
        let kernel = KernelSettings(root)
        let links = try await RootFiles(root).links(below: NamespaceLayout.limits, depth: 1)
        let raises = Dictionary(
            uniqueKeysWithValues: links.compactMap { name, text in Raise(name, text) }.map { ($0.name, $0) })
        if raises.isEmpty { return }
        let boot = try await kernel.bootIdentifier()
        let values = try await kernel.limits(Set(raises.values.map(\.limit.rawValue)).sorted())
        var former: [KernelLimit: Int] = [:]
        for limit in KernelLimit.allCases {
            guard var value = values[limit.rawValue] else { continue }
            while let raise = raises[Raise.name(limit, value)], raise.boot == boot, raise.former < value {
                value = raise.former
                former[limit] = value
            }
        }
        try await kernel.setLimits(former)
        try await RootFiles(root).remove(raises.keys.sorted().map { "\(NamespaceLayout.limits)/\($0)" })
        if try await isLast(state) { return }
        _ = try await raise(to: MemberNeeds(parts: await notes().parts(without: state.identifier)))
    }

    // MARK: How many members there are

    /// What the notes on the host say of its clusters.
    struct Notes: Sendable, Equatable {
        private var parts: [String: MemberNeeds.Part] = [:]
        private var clusters: Set<String> = []
        /// How many machines each cluster has on the host.
        private var machines: [String: Int] = [:]

        /// The notes, by path below the provider's folder, with what they say.
        init(_ links: [String: String]) {
            for (path, text) in links {
                let words = path.split(separator: "/")
                guard words.count == 2 else { continue }
                switch "\(NamespaceLayout.root)/\(words[0])" {
                case NamespaceLayout.subnets: clusters.insert(text)
                case NamespaceLayout.machines: machines[text, default: 0] += words[1].hasSuffix(".owner") ? 1 : 0
                case NamespaceLayout.limits:
                    let counts = text.split(separator: "/").compactMap { Int($0) }
                    if counts.count == 2, counts.allSatisfy(Bounds.counts.contains) {
                        parts[String(words[1])] = MemberNeeds.Part(here: counts[0], all: counts[1])
                    }
                default: continue
                }
            }
        }

        /// What that cluster's note says.
        func part(of identifier: String) -> MemberNeeds.Part? { parts[identifier] }

        /// The parts of all clusters but that one; of a cluster of version 0.1.0, which left no note, its machines count.
        func parts(without identifier: String?) -> [MemberNeeds.Part] {
            clusters.filter { $0 != identifier }.sorted().map { cluster in
                let machines = machines[cluster] ?? 0
                return parts[cluster] ?? MemberNeeds.Part(here: machines, all: machines)
            }
        }
    }

    private func notes() async throws -> Notes {
        Notes(try await RootFiles(root).links(below: NamespaceLayout.root, depth: 2))
    }

    private func part(of state: ClusterState) -> MemberNeeds.Part {
        let all = state.members.count
        return MemberNeeds.Part(here: state.spread == nil ? all : state.members(on: name).count, all: all)
    }

    private func needs(of state: ClusterState, _ notes: Notes) -> MemberNeeds {
        MemberNeeds(parts: notes.parts(without: state.identifier) + [part(of: state)])
    }

    // MARK: Raising

    /// A note on a limit that was raised.
    private struct Raise: Sendable {
        var limit: KernelLimit
        var name: String
        /// The value that it had before.
        var former: Int
        /// The boot of the host since which it has the new one.
        var boot: String

        init?(_ name: String, _ text: String) {
            let (left, right) = (name.split(separator: "="), text.split(separator: "@"))
            guard left.count == 2, right.count == 2, let limit = KernelLimit(rawValue: String(left[0])),
                let former = Int(right[0])
            else { return nil }
            (self.limit, self.name, self.former, boot) = (limit, name, former, String(right[1]))
        }

        static func name(_ limit: KernelLimit, _ value: Int) -> String { "\(limit.rawValue)=\(value)" }
    }

    /// Raises what is too low; false where nothing is.
    private func raise(to needs: MemberNeeds) async throws -> Bool {
        let kernel = KernelSettings(root)
        let low = try await kernel.lowLimits(needs.limits)
        if low.isEmpty { return false }
        let boot = try await kernel.bootIdentifier()
        for limit in low {
            let note = "\(NamespaceLayout.limits)/\(Raise.name(limit.limit, limit.needed))"
            try await RootFiles(root).putNote(note, saying: "\(limit.value)@\(boot)")
        }
        do {
            try await kernel.setLimits(Dictionary(uniqueKeysWithValues: low.map { ($0.limit, $0.needed) }))
        } catch let failure as Failure where failure.code == .commandFailed {
            var explained = Self.failure(low, needs)
            (explained.command, explained.output) = (failure.command, failure.output)
            throw explained
        }
        return true
    }

    private static func members(_ needs: MemberNeeds) -> String {
        "\(needs.members) member\(needs.members == 1 ? "" : "s") on the host"
    }

    private static func failure(_ low: [LowLimit], _ needs: MemberNeeds) -> Failure {
        let limits = low.map { "\($0.limit.rawValue)=\($0.needed) (is \($0.value))" }
        let words = low.map { "\($0.limit.rawValue)=\($0.needed)" }.joined(separator: " ")
        return Failure(
            .missing,
            "\(members(needs)) need \(limits.joined(separator: ", ")), which cannot be set here, as in an unprivileged container",
            hint: "run sysctl -w \(words) on the host that the container is on, or create fewer members")
    }
}
