import Testing

@testable import Provisioning

/// Generated answers of the tools: understood, or a failure that says so.
@Suite struct GeneratedAnswers {
    @Test func answers() async throws {
        let tally = Tally("answers of tools")
        await tally.run(1_500) { dice, trying in
            let text = dice.chance(15) ? dice.nonsense() : dice.mutated(dice.pick(Self.samples))
            let number = dice.below(Self.questions.count)
            trying("question \(number): \(text)")
            do { try await Self.questions[number](Answering(text: text)) } catch is Failure {}
            return nil
        }
        #expect(tally.broken == [])
    }

    private static let questions: [@Sendable (Answering) async throws -> Void] = [
        { _ = try await Multipass($0).list().map(\.image) },
        { _ = try await Multipass($0).version() },
        { _ = try await LXC($0, engine: .lxd).server().trust },
        { _ = try await LXC($0, engine: .lxd).trustedClients().map(\.shortFingerprint) },
        { _ = try await LXC($0, engine: .lxd).members() },
        { _ = try await LXC($0, engine: .lxd).memberConfigurationKeys() },
        { _ = try await LXC($0, engine: .lxd).network("lxdbr0") },
        { _ = try await LXC($0, engine: .lxd).isJoining("DEV-00") },
        { _ = try await LXC($0, engine: .lxd).profile("default") },
        { _ = try await LXC($0, engine: .lxd).joinToken(for: "DEV-01") },
        { _ = try await LXCRemotes($0, engine: .lxd).all() },
        { _ = try await IP($0).routes().map(\.subnet.count) },
        { _ = try await IP($0).uplink() },
        { _ = try await IP($0).namespaces() },
        { _ = try await NamespaceMachines(root: $0).standing() },
        { _ = try await RootFiles($0).inodes(of: ["/x"]) },
        {
            _ = try await NamespaceHost(root: $0, engine: .lxd, name: .local, entrypoint: "", resolver: { "" })
                .chooseSubnet(
                    for: sample)
        },
    ]

    private static var sample: ClusterState {
        get throws {
            ClusterState(
                name: try ClusterName("DEV"), identifier: "0123abcd", created: 0,
                settings: ClusterSettings(provider: .namespace, storage: .dir))
        }
    }

    private static let samples = [
        #"{"list":[{"name":"DEV-00","state":"Running","ipv4":["10.64.0.10","N/A"],"release":"24.04"}]}"#,
        #"{"multipass":"1.16.3","multipassd":"1.16.3"}"#,
        #"{"api_extensions":["clustering_join_token"],"environment":{"server_clustered":true,"certificate":"C","server_version":"5.0"}}"#,
        #"[{"server_name":"DEV-00","url":"","database":true,"status":"Online","message":"","roles":[]}]"#,
        #"{"member_config":[{"entity":"storage-pool","name":"default","key":"source","value":""}]}"#,
        #"{"status":"Created","locations":["DEV-00"]}"#, #"{"running":[{"description":"Joining cluster"}]}"#,
        #"{"devices":{"root":{"path":"/","pool":"default"}}}"#, "Member DEV-01 join token:\nabcdef\n",
        #"{"local":{"Addr":"unix://"},"DEV-00":{"Addr":"https://10.64.0.10:8443"}}"#,
        #"[{"dst":"default","dev":"eth0"},{"dst":"10.64.0.0/22"},{"dst":"255.255.255.255"}]"#,
        #"[{"name":"bcm-DEV-00"}]"#,
        "DEV-00.owner 0123abcd\nDEV-00/holder 4242\n10.64.0.0_22 0123abcd\n", "4026531840 /run/netns/bcm-DEV-00\n",
    ]
}
