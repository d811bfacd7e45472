import Testing

@testable import Provisioning

/// What the programs of firewalls print, and which rules of ours follow from that.
@Suite(.endsHangs) struct FirewallTests {
    private let runner = ScriptedRunner()
    private let rules = [
        AcceptRule(.forward, "out", from: "bcm0"),
        AcceptRule(
            .forward, "API", to: "bcm0", destination: IPv4(bits: 0x0A40_000A), port: .init(kind: "tcp", number: 8443)),
        AcceptRule(.input, "host", from: "bcm0", isReply: true),
    ]

    /// Three firewalls, of which a machine has one or several.
    private func answer(nft: String = "", newer: String = "", older: String = "") {
        runner.on("nft --json --terse list ruleset", .prints("{\"nftables\":[\(nft)]}"))
        runner.on("iptables-nft-save", .prints(newer))
        runner.on("iptables-legacy-save", .prints(older))
    }

    private func saved(_ policy: String, _ lines: String...) -> String {
        ([
            "*nat", ":PREROUTING DROP [0:0]", "COMMIT", "*filter", ":INPUT ACCEPT [0:0]", ":FORWARD \(policy) [7:8]",
            ":rest - [0:0]",
        ]
            + lines + ["COMMIT", ""]).joined(separator: "\n")
    }

    private var isOpen: Bool {
        get async throws { try await Firewall(runner).rules().openable.isEmpty }
    }

    @Test(arguments: [
        ("ACCEPT", [], true), ("DROP", [], false), ("DROP", ["-A FORWARD -j ACCEPT"], true),
        ("DROP", ["-A FORWARD -i a -j ACCEPT"], false), ("ACCEPT", ["-A FORWARD -i a -j DROP"], true),
        ("ACCEPT", ["-A FORWARD -j REJECT --reject-with icmp-host-prohibited"], false),
        ("ACCEPT", [#"-A FORWARD -m comment --comment "all the rest" -j DROP"#], false),
        ("ACCEPT", ["-A FORWARD -m comment --comment rest -j DROP"], false),
        ("ACCEPT", [#"-A FORWARD -i a -m comment --comment "all of a" -j DROP"#], true),
        ("ACCEPT", ["-A FORWARD -j rest", "-A rest -j DROP"], false),
        ("ACCEPT", ["-A FORWARD -j rest", "-A rest -j RETURN", "-A rest -j DROP"], true),
        ("DROP", ["-A FORWARD -g rest", "-A rest -j ACCEPT"], true),
        ("ACCEPT", ["-A FORWARD -j LOG --log-level 4"], true),
    ]) func whatIptablesDrops(_ policy: String, _ lines: [String], _ isOpen: Bool) async throws {
        let text = saved(policy).replacing("COMMIT\n", with: "").replacing("*filter", with: "COMMIT\n*filter")
        for isNewer in [true, false] {
            let all = text + lines.map { $0 + "\n" }.joined() + "COMMIT\n"
            answer(newer: isNewer ? all : "", older: isNewer ? "" : all)
            #expect(try await self.isOpen == isOpen)
        }
    }

    private static let chain =
        #"{"chain":{"family":"inet","table":"t","name":"f","type":"filter","hook":"forward","policy":"POLICY"}}"#
    private static func rule(_ parts: String, _ handle: Int = 9, in chain: String = "f") -> String {
        #"{"rule":{"family":"inet","table":"t","chain":"\#(chain)","handle":\#(handle),"expr":[\#(parts)]}}"#
    }

    @Test(arguments: [
        ("accept", [], true), ("drop", [], false), ("accept", [#"{"counter":null},{"drop":null}"#], false),
        ("accept", [#"{"log":{"prefix":"x"}},{"reject":{"type":"icmpx","expr":"admin-prohibited"}}"#], false),
        ("accept", [#"{"match":{}},{"drop":null}"#], true), ("accept", [#"{"xt":null},{"drop":null}"#], true),
        ("accept", [#"{"xt":{"type":"match","name":"comment"}},{"xt":{"type":"target","name":"REJECT"}}"#], false),
        ("accept", [#"{"jump":{"target":"rest"}}"#], false), ("drop", [#"{"accept":null}"#], true),
    ]) func whatNftablesDrops(_ policy: String, _ rules: [String], _ isOpen: Bool) async throws {
        let rest = [
            #"{"chain":{"family":"inet","table":"t","name":"rest"}}"#, Self.rule(#"{"drop":null}"#, 3, in: "rest"),
        ]
        answer(
            nft: ([Self.chain.replacing("POLICY", with: policy)] + rest + rules.map { Self.rule($0) })
                .joined(separator: ","))
        #expect(try await self.isOpen == isOpen)
    }

    @Test func rulesStandBeforeThoseThatDropInTheLanguageOfTheChain() async throws {
        answer(nft: Self.chain.replacing("POLICY", with: "drop"), older: saved("DROP"))
        let comment = #"-m comment --comment "bcmcluster 0123abcd"#
        let lines = [
            #"-I FORWARD -i bcm0 \#(comment) out" -j ACCEPT"#,
            #"-I FORWARD -o bcm0 -d 10.64.0.10 -p tcp -m tcp --dport 8443 \#(comment) API" -j ACCEPT"#,
        ]
        let restore = "iptables-legacy-restore --noflush --wait"
        for line in [restore, "nft --json -f -"] { runner.on(line, .works) }
        #expect(try await !Firewall(runner).rules().chainsLacking(rules, of: "0123abcd").isEmpty)
        try await Firewall(runner).accept(rules, of: "0123abcd")
        #expect(runner.changes.sorted() == [restore, "nft --json -f -"], "INPUT accepts what comes")
        #expect(runner.last(restore)?.input == (["*filter"] + lines + ["COMMIT", ""]).joined(separator: "\n"))
        let input = try #require(runner.last("nft --json -f -")?.input)
        #expect(
            input.contains(
                #""comment":"bcmcluster 0123abcd out","expr":[{"match":{"left":{"meta":{"key":"iifname"}},"op":"==","right":"bcm0"}},{"accept":null}],"family":"inet","table":"t""#
            ), "\(input)")
    }

    /// Another's rule, or ours behind one that drops everything, does not help.
    @Test func rulesThatAreThereStay() async throws {
        let ours = [
            #"-A FORWARD -i bcm0 -m comment --comment "bcmcluster 0123abcd out" -j ACCEPT"#,
            #"-A FORWARD -d 10.64.0.10/32 -o bcm0 -p tcp -m tcp --dport 8443 -m comment --comment "bcmcluster 0123abcd API" -j ACCEPT"#,
        ]
        answer(newer: saved("DROP", ours[0], ours[1], "-A FORWARD -j DROP"))
        #expect(try await Firewall(runner).rules().chainsLacking(rules, of: "0123abcd").isEmpty)
        #expect(try await !Firewall(runner).rules().chainsLacking(rules, of: "ffffffff").isEmpty)
        answer(newer: saved("DROP", ours[0], "-A FORWARD -j DROP", ours[1]))
        #expect(try await !Firewall(runner).rules().chainsLacking(rules, of: "0123abcd").isEmpty)
        runner.on("iptables-nft-restore --noflush --wait", .works)
        let another = #"-A FORWARD -i bcm1 -m comment --comment "bcmcluster ffffffff out" -j ACCEPT"#
        answer(newer: saved("DROP", ours[0], another))
        try await Firewall(runner).removeRules(of: "0123abcd")
        #expect(
            runner.last("iptables-nft-restore --noflush --wait")?.input?.contains("-D \(ours[0].dropFirst(3))\n")
                == true)
        #expect(runner.changes.count == 1)
        #expect(runner.last("iptables-nft-restore --noflush --wait")?.input?.contains("ffffffff") == false)
    }

    /// What is there stays until what takes its place is there, also in other chains; a reload meanwhile is no failure.
    @Test func rulesAreReplacedAtOnce() async throws {
        let chain = Self.chain.replacing("POLICY", with: "drop")
        let old = Self.rule(#"{"match":{}},{"accept":null}"#, 4).replacing(
            #""handle""#, with: #""comment":"bcmcluster 0123abcd out","handle""#)
        let out = #"-A FORWARD -i bcm0 -m comment --comment "bcmcluster 0123abcd out" -j ACCEPT"#
        let host = #"-A INPUT -i bcm0 -m comment --comment "bcmcluster 0123abcd host" -j ACCEPT"#
        answer(nft: "\(chain),\(old)", newer: saved("DROP", host, out))
        let restore = "iptables-nft-restore --noflush --wait"
        runner.on(restore, .ends(1, "iptables-nft-restore: line 2 failed"), .works)
        runner.on("nft --json -f -", .works)
        try await Firewall(runner).accept(rules, of: "0123abcd")
        let lines = try #require(runner.last(restore)?.input).split(separator: "\n")
        #expect(
            lines.first == "*filter" && lines.dropFirst().first == "-D \(out.dropFirst(3))" && lines.last == "COMMIT")
        #expect(lines.filter { $0.hasPrefix("-I FORWARD ") }.count == 2 && !lines.contains { $0.contains("host") })
        #expect(runner.changes.filter { $0 == restore }.count == 2)
        let input = try #require(runner.last("nft --json -f -")?.input)
        let places = [#""insert""#, #""handle":4"#].map { input.ranges(of: $0).count }
        #expect(places == [2, 1], "in one go: \(input)")
    }

    /// The firewall was loaded again between the look and the removal.
    @Test func aReloadWhileRulesAreRemovedIsNoFailure() async throws {
        let chain = Self.chain.replacing("POLICY", with: "drop")
        let ours = Self.rule(#"{"accept":null}"#, 4).replacing(
            #""handle""#, with: #""comment":"bcmcluster 0123abcd out","handle""#)
        func listing(_ entries: String...) -> ScriptedRunner.Answer {
            .prints("{\"nftables\":[\(entries.joined(separator: ","))]}")
        }
        answer()
        runner.on("nft --json --terse list ruleset", listing(chain, ours), listing(chain))
        runner.on(
            "nft --json -f -", .ends(1, "internal:0:0-0: Error: Could not process rule: No such file or directory"))
        try await Firewall(runner).removeRules(of: "0123abcd")
        #expect(runner.last("nft --json -f -")?.input?.contains(#""handle":4"#) == true)
    }

    @Test func chainsOfOthersAloneAreNamed() async throws {
        let table = #"{"table":{"family":"inet","name":"t","flags":"owner"}}"#
        answer(nft: [table, Self.chain.replacing("POLICY", with: "drop")].joined(separator: ","))
        let found = try await Firewall(runner).rules()
        #expect(found.locked(for: [.forward]).map(\.title) == ["nftables table inet t, chain f"])
        #expect(found.locked(for: [.input]).isEmpty && found.openable.isEmpty)
        #expect(found.chainsLacking(rules, of: "0123abcd").isEmpty, "nothing more can be done")
        answer(newer: saved("DROP", "-A FORWARD -j ufw-before", ":ufw-before - [0:0]"))
        #expect(try await Firewall(runner).rules().openable.map(\.title) == ["ufw (iptables-nft, chain FORWARD)"])
    }

    @Test func withoutTheirProgramsThereAreNoFirewalls() async throws {
        let missing = ScriptedRunner.Answer.failure(Failure(.missing, "command not found"))
        for line in ["nft --json --terse list ruleset", "iptables-nft-save", "iptables-legacy-save"] {
            runner.on(line, missing)
        }
        runner.on("iptables-save", missing)
        #expect(try await isOpen)
        runner.on("iptables-save", .prints(saved("DROP")))
        #expect(try await Firewall(runner).rules().openable.map(\.title) == ["iptables, chain FORWARD"])
    }
}
