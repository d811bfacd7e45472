/// A chain of a firewall with its rules, as far as it has to be known whether it drops what none of them accepts.
package struct FilterChain: Sendable, Equatable {
    /// Whose chain it is, and by which program it is changed.
    package enum Table: Sendable, Hashable {
        /// One of nftables' own.
        case nftables(family: String, name: String)
        /// One that iptables keeps, by the kernel's newer or older interface: a rule of nftables' own in it would make
        /// it unreadable to iptables.
        case xtables(program: String, name: String)
    }

    /// What becomes of packets that come to a rule.
    enum Outcome: Sendable, Equatable {
        case accepted, dropped
        /// The next rule decides.
        case undecided
        /// The chain from which this one was called decides.
        case returned
        case calls(String)
    }

    struct Rule: Sendable, Equatable {
        /// Its number, by which nftables deletes it.
        var handle: Int?
        var comment: String?
        /// What becomes of packets of every kind; of those of some kind alone, nothing is known.
        var outcome = Outcome.undecided
    }

    package let table: Table
    package let name: String
    /// `nil` where it is only called by others.
    let hook: AcceptRule.Hook?
    /// Whether it drops what passes all its rules.
    let dropsRest: Bool
    /// Whether the program that made it lets no other change it.
    let isLocked: Bool
    var rules: [Rule] = []
    /// The firewall that has made it, as far as its chains tell.
    var firewall: String?

    /// What tells it from all other chains.
    struct Key: Sendable, Hashable {
        let table: Table
        let chain: String
    }

    var key: Key { Key(table: table, chain: name) }

    /// The chain in words, such as `ufw (iptables-nft, chain FORWARD)`.
    package var title: String {
        let place =
            switch table {
            case .nftables(let family, let name): "nftables table \(family) \(name)"
            case .xtables(let program, let table): program + (table == "filter" ? "" : " table \(table)")
            }
        return firewall.map { "\($0) (\(place), chain \(name))" } ?? "\(place), chain \(name)"
    }

    /// The comments of the rules that come before the first that drops everything; `nil` where none does.
    func commentsBeforeDrop(_ called: [String: FilterChain]) -> [String]? {
        var comments: [String] = []
        for rule in rules {
            switch Self.outcome(rule.outcome, called, depth: 0) {
            case .dropped: return comments
            case .accepted: return nil
            case .undecided, .returned, .calls: comments += [rule.comment].compactMap { $0 }
            }
        }
        return dropsRest ? comments : nil
    }

    /// What a rule amounts to, also where it calls a chain; the kernel allows 16 calls in each other.
    private static func outcome(_ outcome: Outcome, _ called: [String: FilterChain], depth: Int) -> Outcome {
        guard case .calls(let name) = outcome, depth < 16 else { return outcome }
        for rule in called[name]?.rules ?? [] {
            switch Self.outcome(rule.outcome, called, depth: depth + 1) {
            case .undecided, .calls: continue
            case .returned: return .undecided
            case let decided: return decided
            }
        }
        return .undecided
    }
}

// MARK: What the programs print

extension FilterChain {
    /// The chains that `iptables-save` prints; those of address translation drop nothing.
    static func chains(saved text: String, by program: String) -> [FilterChain] {
        var chains: [FilterChain] = []
        var table = ""
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if line.hasPrefix("*") {
                table = String(line.dropFirst())
            } else if line.hasPrefix(":"), words.count > 1, table != "nat" {
                let name = String(words[0].dropFirst())
                let hook = words[1] == "-" ? nil : AcceptRule.Hook(rawValue: name.lowercased())
                chains.append(
                    FilterChain(
                        table: .xtables(program: program, name: table), name: name, hook: hook,
                        dropsRest: words[1] == "DROP", isLocked: false))
            } else if line.hasPrefix("-A "), words.count > 1,
                let index = chains.lastIndex(where: {
                    $0.name == words[1] && $0.table == .xtables(program: program, name: table)
                })
            {
                chains[index].rules.append(rule(words: words.dropFirst(2), comment: XTables.comment(String(line))))
            }
        }
        return chains
    }

    /// A rule of iptables: what stands before its target are its conditions, and a comment is none.
    private static func rule(words: ArraySlice<String>, comment: String?) -> Rule {
        guard let jump = words.firstIndex(where: { $0 == "-j" || $0 == "-g" }), jump + 1 < words.endIndex else {
            return Rule(comment: comment)
        }
        var conditions = words[..<jump]
        if let start = conditions.firstIndex(of: "--comment"), let quote = conditions[start...].dropFirst().first {
            let isQuoted = quote.hasPrefix("\"") && !(quote.count > 1 && quote.hasSuffix("\""))
            let end = isQuoted ? conditions[(start + 2)...].firstIndex { $0.hasSuffix("\"") } : start + 1
            conditions = conditions[..<start].dropLast(2) + conditions[((end ?? start + 1) + 1)...]
        }
        guard conditions.isEmpty else { return Rule(comment: comment) }
        let outcome: Outcome =
            switch words[jump + 1] {
            case "ACCEPT": .accepted
            case "DROP", "REJECT": .dropped
            case "RETURN": .returned
            case let chain where words.count == jump + 2 - words.startIndex: .calls(chain)
            default: .undecided
            }
        return Rule(comment: comment, outcome: outcome)
    }

    /// The chains that `nft --json list ruleset` prints.
    static func chains(listed ruleset: NFTRuleset) -> [FilterChain] {
        // nftables 1.0.6 prints the table's name in the place of the flag `owner`.
        let locked = ruleset.nftables.compactMap(\.table).filter { !($0.flags?.names ?? []).isEmpty }
        var chains = ruleset.nftables.compactMap(\.chain).map { chain in
            FilterChain(
                table: .nftables(family: chain.family, name: chain.table), name: chain.name,
                hook: chain.type == "filter" ? chain.hook.flatMap(AcceptRule.Hook.init) : nil,
                dropsRest: chain.policy == "drop",
                // What a bridge forwards has no form that all kernels can match by the bridge's name.
                isLocked: chain.family == "bridge"
                    || locked.contains { $0.family == chain.family && $0.name == chain.table })
        }
        let indices = Dictionary(chains.enumerated().map { ($1.key, $0) }) { first, _ in first }
        for rule in ruleset.nftables.compactMap(\.rule) {
            let key = Key(table: .nftables(family: rule.family, name: rule.table), chain: rule.chain)
            guard let index = indices[key] else { continue }
            chains[index].rules.append(
                Rule(handle: rule.handle, comment: rule.comment, outcome: NFTRuleset.outcome(of: rule.expr ?? [])))
        }
        return chains
    }
}

/// What `nft --json list ruleset` prints (libnftables-json(5)), as far as it is looked at.
struct NFTRuleset: Decodable, Sendable {
    struct Table: Decodable {
        var family: String, name: String
        var flags: Flags?
    }
    struct Chain: Decodable {
        var family: String, table: String, name: String, type: String?, hook: String?, policy: String?
    }
    struct Rule: Decodable {
        var family: String, table: String, chain: String, handle: Int?, comment: String?
        var expr: [Expression]?
    }
    struct Entry: Decodable {
        var table: Table?
        var chain: Chain?
        var rule: Rule?
    }
    /// One flag, or a list of them.
    struct Flags: Decodable {
        var names: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            names = try (try? container.decode([String].self)) ?? [container.decode(String.self)]
            // A dormant table's chains see no packets, and a persistent one takes rules of others.
            names.removeAll { $0 == "dormant" || $0 == "persist" }
        }
    }

    /// A part of a rule, of which only the kind matters, and where it leads.
    struct Expression: Decodable {
        var kind = ""
        var target: String?

        private struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
        private struct Jump: Decodable { var target: String }
        private struct Foreign: Decodable { var type: String?, name: String? }

        init(from decoder: any Decoder) throws {
            // Some are a word.
            guard let container = try? decoder.container(keyedBy: Key.self), let key = container.allKeys.first else {
                return
            }
            kind = key.stringValue
            if kind == "jump" || kind == "goto" { target = try container.decode(Jump.self, forKey: key).target }
            if kind == "xt", let foreign = try? container.decode(Foreign.self, forKey: key) {
                kind = foreign.type == "match" && foreign.name == "comment" ? "comment" : "xt \(foreign.name ?? "")"
            }
        }
    }

    var nftables: [Entry]

    /// What becomes of every packet that comes to a rule of those parts.
    static func outcome(of parts: [Expression]) -> FilterChain.Outcome {
        for part in parts {
            switch part.kind {
            case "counter", "log", "comment": continue
            case "accept": return .accepted
            case "drop", "reject", "xt REJECT", "xt DROP": return .dropped
            case "return": return .returned
            case "jump", "goto": return part.target.map { .calls($0) } ?? .undecided
            default: return .undecided
            }
        }
        return .undecided
    }
}
