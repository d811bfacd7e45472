import Testing

@testable import Provisioning

/// What `lxd init` is given and what is kept of it, held to files written by hand from the specification.
@Suite struct PreseedTests {
    static let query = "lxc query /1.0"
    static let pool = #"{"member_config":[{"entity":"storage-pool","name":"default","key":"source","value":""}]}"#
    static let zfs = """
        {"member_config":[{"entity":"storage-pool","name":"default","key":"size","value":"5GiB"},\
        {"entity":"storage-pool","name":"default","key":"zfs.pool_name","value":""}]}
        """
    static let token = "eyJzZXJ2ZXJfbmFtZSI6IkRFVi0wMSJ9"

    private func settings(_ provider: ProviderName) -> ClusterSettings {
        ClusterSettings(provider: provider, storage: provider == .namespace ? .dir : .zfs)
    }

    private func bench(
        _ provider: ProviderName, first: ScriptedRunner, second: ScriptedRunner = ScriptedRunner()
    ) throws -> Bench {
        let bench = try Bench(
            members: 2, settings: settings(provider),
            provider: StubProvider(provider, inside: ["DEV-00": first, "DEV-01": second]))
        bench.files.put("BCM_LXD_SECRET=S3CRETS3CRETS3CRETS3CRETS3CRET\n", at: "\(Bench.folder)/endpoints/DEV-00/.env")
        return bench
    }

    @Test(arguments: [ProviderName.namespace, .multipass])
    func theFirstMember(_ provider: ProviderName) async throws {
        let inside = ScriptedRunner([Self.query: [Server.info()], "lxd init --preseed": [.works]])
        let bench = try bench(provider, first: inside)
        let step = BootstrapCluster(name: try .dev(0))
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        let golden = try TestFile.golden("master.\(provider.rawValue).preseed.yml")
        let given = try #require(inside.last("lxd init --preseed")?.input)
        #expect(meaning(of: given) == golden)
        let kept = bench.files.files["\(Bench.folder)/endpoints/DEV-00/lxd/preseed.yml"]
        #expect(kept == InMemoryFiles.Entry(text: given, mode: 0o600))
        inside.on(Self.query, Server.info(clustered: true))
        inside.on("lxc query '/1.0/cluster/members?recursion=1'", Server.members([("DEV-00", "Online")]))
        #expect(try await step.isDone(bench.context))
    }

    /// A daemon uses no proxy of the environment, or it would reach other members by it.
    @Test func proxiesForImageServersAreConfigured() async throws {
        func keys(_ environment: [String: String], _ provider: ProviderName = .namespace) async throws -> [String:
            String]
        {
            let bench = try Bench(
                settings: settings(provider), provider: StubProvider(provider), environment: environment)
            return Dictionary(await DaemonProxies(bench.context).keys) { first, _ in first }
        }
        let proxies = ["https_proxy": "http://p:3128", "HTTP_PROXY": "http://q", "no_proxy": "corp"]
        #expect(
            try await keys(proxies) == [
                "core.proxy_https": "http://p:3128", "core.proxy_http": "http://q", "core.proxy_ignore_hosts": "corp",
            ])
        #expect(try await keys(proxies, .multipass) == [:], "a VM has an environment of its own")
        for own in ["http://127.0.0.1:9", "http://user:pw@localhost:3128", "[::1]:1"] {
            #expect(try await keys(["https_proxy": own]) == [:], "a member has a loopback of its own")
        }
        #expect(try await keys(["no_proxy": "corp"]) == [:])
    }

    @Test(arguments: [(ProviderName.namespace, pool), (.multipass, zfs)])
    func aMemberThatJoins(_ provider: ProviderName, _ keys: String) async throws {
        let first = ScriptedRunner([
            Self.query: [Server.info(clustered: true)], "lxc query /1.0/cluster": [.prints(keys)],
            Server.objects: [Server.rows()],
            "lxc cluster add DEV-01": [.prints("Member DEV-01 join token:\n\(Self.token)\n")],
        ])
        let second = ScriptedRunner([Self.query: [Server.info()], "lxd init --preseed": [.works]])
        let bench = try bench(provider, first: first, second: second)
        let step = JoinMember(name: try .dev(1), first: try .dev(0))
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        let given = try #require(second.last("lxd init --preseed")?.input)
        #expect(meaning(of: given) == (try TestFile.golden("member.\(provider.rawValue).preseed.yml")))
        #expect(first.changes == ["lxc cluster add DEV-01"] && second.changes == ["lxd init --preseed"])
        #expect(bench.redactor.redact(Self.token) == "<join token for DEV-01>")
    }

    /// A daemon calls itself clustered while it joins still; only what the cluster lists has joined.
    @Test(arguments: [(["DEV-00"], false), (["DEV-00", "DEV-01"], true)])
    func whoHasJoinedIsSaidByTheCluster(_ known: [String], _ hasJoined: Bool) async throws {
        let first = ScriptedRunner([
            "lxc query '/1.0/cluster/members?recursion=1'": [Server.members(known.map { ($0, "Online") })]
        ])
        let second = ScriptedRunner([Self.query: [Server.info(clustered: true, name: "DEV-01")]])
        let bench = try bench(.namespace, first: first, second: second)
        #expect(try await JoinMember(name: try .dev(1), first: try .dev(0)).isDone(bench.context) == hasJoined)
    }

    /// LXD 4.0 knows no tokens: the choice is made by what the daemon answers.
    @Test func passwordsAreForLXD4Alone() async throws {
        let certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
        let first = ScriptedRunner([
            Self.query: [Server.info(certificate: certificate, tokens: false)], "lxd init --preseed": [.works],
            "lxc query /1.0/cluster": [.prints(Self.pool)], Server.objects: [Server.rows()],
        ])
        let second = ScriptedRunner([
            "lxd init --preseed": [.works], Self.query: [Server.info(tokens: false)],
        ])
        let bench = try bench(.namespace, first: first, second: second)
        try await BootstrapCluster(name: try .dev(0)).run(bench.context)
        #expect(
            meaning(of: try #require(first.last("lxd init --preseed")?.input))
                == (try TestFile.golden("master.password.preseed.yml")))
        try await JoinMember(name: try .dev(1), first: try .dev(0)).run(bench.context)
        #expect(
            meaning(of: try #require(second.last("lxd init --preseed")?.input))
                == (try TestFile.golden("member.password.preseed.yml")))
        #expect(!first.lines.contains { $0.contains("S3CRET") } && !first.lines.contains { $0.contains("cluster add") })
        #expect(bench.redactor.redact("S3CRETS3CRETS3CRETS3CRETS3CRET") == "<secret>")
    }

    @Test func noPasswordNoLXD4() async throws {
        let first = ScriptedRunner([Self.query: [Server.info(tokens: false)]])
        let bench = try bench(.namespace, first: first)
        bench.files.put("BCM_LXD_SECRET=\n", at: "\(Bench.folder)/endpoints/DEV-00/.env")
        let step = BootstrapCluster(name: try .dev(0))
        let failure = try await #require(throws: Failure.self) { try await step.run(bench.context) }
        #expect(failure.code == .badInput && failure.message.contains("/endpoints/DEV-00/.env has no BCM_LXD_SECRET"))
        #expect(first.changes.isEmpty)
    }
}
