/// The firewalls of the machine that the runner reaches, as root: which of their chains drop what none of their rules
/// accepts, and rules of our own in them.
///
/// Of two chains at the same hook each has to accept a packet: a table of our own cannot overrule another's (nft(8)).
package struct Firewall: Sendable {
    private let runner: any CommandRunner

    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// What the firewalls hold.
    package struct Rules: Sendable {
        fileprivate var chains: [FilterChain] = []

        /// The chains that drop whatever their rules do not accept, with the comments of those rules.
        fileprivate func closed() -> [(chain: FilterChain, comments: [String])] {
            let tables = Dictionary(grouping: chains, by: \.table).mapValues { chains in
                Dictionary(chains.map { ($0.name, $0) }) { first, _ in first }
            }
            return chains.compactMap { chain in
                guard chain.hook != nil else { return nil }
                return chain.commentsBeforeDrop(tables[chain.table] ?? [:]).map { (chain, $0) }
            }
        }

        /// The chains in which such a rule is needed and cannot be put.
        package func locked(for hooks: Set<AcceptRule.Hook>) -> [FilterChain] {
            closed().map(\.chain).filter { chain in chain.isLocked && chain.hook.map(hooks.contains) ?? false }
        }

        /// The chains that drop what passes through the host unless one of their rules accepts it, and take ours.
        package var openable: [FilterChain] {
            closed().map(\.chain).filter { $0.hook == .forward && !$0.isLocked }
        }

        /// The chains that lack some of the rules.
        fileprivate func lacking(_ rules: [AcceptRule], of owner: String) -> [(chain: FilterChain, rules: [AcceptRule])]
        {
            closed().compactMap { chain, comments in
                let wanted = rules.filter { $0.hook == chain.hook }
                let ours = comments.filter { Firewall.isComment($0, of: owner) }
                let isComplete = Set(ours) == Set(wanted.map { Firewall.comment(owner, $0.purpose) })
                return chain.isLocked || isComplete ? nil : (chain, wanted)
            }
        }

        /// The chains that would drop the cluster's traffic, and lack its rules though they take some.
        package func chainsLacking(_ rules: [AcceptRule], of owner: String) -> [String] {
            lacking(rules, of: owner).map(\.chain.title)
        }

        /// Whether a rule of the cluster's is there.
        package func has(rulesOf owner: String) -> Bool {
            chains.contains { $0.rules.contains { Firewall.isComment($0.comment, of: owner) } }
        }
    }

    /// The comment of a cluster's rule.
    fileprivate static func comment(_ owner: String, _ purpose: String) -> String { "bcmcluster \(owner) \(purpose)" }

    /// Whether the comment is that of a rule of the cluster's.
    fileprivate static func isComment(_ text: String?, of owner: String) -> Bool {
        text?.hasPrefix(comment(owner, "")) ?? false
    }

    /// What the firewalls hold; without a program of theirs there are none.
    package func rules() async throws -> Rules {
        async let listing = ruleset()
        async let saved = XTables(runner).filterChains()
        let xtables = try await saved
        // The kernel's newer interface shows what iptables keeps there as tables of nftables'.
        let kept = Set(
            xtables.compactMap { chain -> FilterChain.Key? in
                guard case .xtables(let program, let name) = chain.table, program != XTables.legacy else { return nil }
                return FilterChain.Key(table: .nftables(family: "ip", name: name), chain: chain.name)
            })
        let native = try await listing.map(FilterChain.chains(listed:)) ?? []
        return Rules(chains: Self.named(native.filter { !kept.contains($0.key) } + xtables))
    }

    private func ruleset() async throws -> NFTRuleset? {
        let command = Command("nft", ["--json", "--terse", "list", "ruleset"]).needed
        do {
            let result = try await runner.run(command)
            // One that is longer than what is kept of an output cannot be read: its host has thousands of services.
            return result.succeeded ? try? command.decode(NFTRuleset.self, from: result.output) : nil
        } catch let failure as Failure where failure.code == .missing {
            return nil
        }
    }

    /// Says which firewall each chain is of, by the names of the chains beside it.
    private static func named(_ chains: [FilterChain]) -> [FilterChain] {
        let known = [
            ("ufw", "ufw"), ("DOCKER", "Docker"), ("KUBE-", "Kubernetes"), ("cali-", "Calico"), ("LIBVIRT", "libvirt"),
        ]
        let names = Dictionary(grouping: chains, by: \.table).mapValues { $0.map(\.name) }
        return chains.map { chain in
            var named = chain
            let beside = names[chain.table] ?? []
            named.firewall = known.first { prefix, _ in beside.contains { $0.hasPrefix(prefix) } }?.1
            if case .nftables(_, "firewalld") = chain.table { named.firewall = "firewalld" }
            return named
        }
    }

    /// Puts the cluster's rules before all others in each chain that would drop its traffic, in the place of those that are
    /// there, without a moment between the two.
    package func accept(_ rules: [AcceptRule], of owner: String) async throws {
        try await retrying {
            for (chain, wanted) in try await self.rules().lacking(rules, of: owner) {
                let commented = wanted.map { (rule: $0, comment: Self.comment(owner, $0.purpose)) }
                switch chain.table {
                case .xtables(let program, let table):
                    try await XTables(runner, programs: [program]).replaceRules(
                        in: chain.name, of: table, by: commented.map { $0.arguments(comment: $1) }
                    ) { Self.isComment($0, of: owner) }
                case .nftables(let family, let table):
                    let inserts = commented.map { rule, comment in
                        NFTCommand(
                            insert: NFTCommand.Rule(
                                family: family, table: table, chain: chain.name, expr: rule.expressions,
                                comment: comment))
                    }
                    try await change(inserts + removals(of: owner, in: chain, family, table))
                }
            }
        }
    }

    /// Does it again where the firewall is loaded again meanwhile, and what was found is not there any more.
    private func retrying(_ work: () async throws -> Void) async throws {
        for attempt in 1...3 {
            do { return try await work() } catch let failure as Failure
                where failure.code == .commandFailed && attempt < 3
            {
                continue
            }
        }
    }

    private func change(_ commands: [NFTCommand]) async throws {
        if commands.isEmpty { return }
        let input = try JSONText.text(["nftables": commands], isCompact: true)
        try await runner.output(of: Command("nft", ["--json", "-f", "-"], input: input, effect: .changes))
    }

    /// Removes all rules of the cluster's, and no others.
    package func removeRules(of owner: String) async throws {
        try await retrying {
            for chain in try await rules().chains { try await removeRules(of: owner, in: chain) }
        }
    }

    private func removeRules(of owner: String, in chain: FilterChain) async throws {
        guard chain.rules.contains(where: { Self.isComment($0.comment, of: owner) }) else { return }
        switch chain.table {
        case .xtables(let program, _):
            try await XTables(runner, programs: [program]).removeRules { Self.isComment($0, of: owner) }
        case .nftables(let family, let table): try await change(removals(of: owner, in: chain, family, table))
        }
    }

    private func removals(
        of owner: String, in chain: FilterChain, _ family: String, _ table: String
    ) -> [NFTCommand] {
        let ours = chain.rules.filter { Self.isComment($0.comment, of: owner) }
        return ours.compactMap(\.handle).map {
            NFTCommand(delete: NFTCommand.Rule(family: family, table: table, chain: chain.name, handle: $0))
        }
    }
}

/// What nftables is told to do, all or nothing.
private struct NFTCommand: Encodable {
    struct Rule: Encodable {
        var family: String, table: String, chain: String
        var handle: Int?
        var expr: [NFTExpression]?
        var comment: String?
    }

    private var insert: [String: Rule]?
    private var delete: [String: Rule]?

    init(insert rule: Rule) { insert = ["rule": rule] }
    init(delete rule: Rule) { delete = ["rule": rule] }
}
