import Testing

@testable import Provisioning

@Suite struct StubEnvironmentTests {
    private func path(_ member: String) -> String { "\(Bench.folder)/endpoints/\(member)/.env" }

    private func stub(_ index: Int, _ settings: ClusterSettings, _ bench: Bench) async throws -> String {
        var decided: [Setting: String] = [:]
        for setting in Setting.allCases { decided[setting] = settings.value(of: setting) }
        decided[.engine] = Engine.lxd.name
        let step = WriteEnvironment(name: try .dev(index), provider: settings.provider, decided: decided)
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        #expect(try await step.isDone(bench.context))
        return try #require(bench.files[path(step.name.text)])
    }

    @Test func theFirstMemberOfANamespaceCluster() async throws {
        let bench = try Bench()
        let text = try await stub(0, ClusterSettings(provider: .namespace, storage: .dir), bench)
        #expect(meaning(of: text) == (try TestFile.golden("master.namespace.env")))
        #expect(bench.files.files[path("DEV-00")]?.mode == 0o600)
        #expect(bench.files.folders["\(Bench.folder)/endpoints/DEV-00"] == 0o700)
        #expect(bench.redactor.redact(text).contains("BCM_LXD_SECRET=<secret>\n"))
    }

    @Test func theFirstMemberOfAMultipassCluster() async throws {
        let settings = ClusterSettings(
            provider: .multipass, storage: .zfs, image: "22.04", channel: "5.0/stable", network: "en0")
        #expect(meaning(of: try await stub(0, settings, Bench())) == (try TestFile.golden("master.multipass.env")))
    }

    @Test func aFurtherMember() async throws {
        let text = try await stub(1, ClusterSettings(provider: .namespace, storage: .dir), Bench(members: 2))
        #expect(meaning(of: text) == (try TestFile.golden("member.namespace.env")))
    }

    @Test("A member that is added later has the sizes that up was given for the cluster")
    func sizesOfTheCluster() async throws {
        let settings = ClusterSettings(provider: .multipass, storage: .zfs, cpus: "1", memory: "1G", disk: "6G")
        let bench = try Bench(
            members: 3, settings: settings, flags: [.memory: "2G"], environment: ["BCM_ENDPOINT_CPU_COUNT": "3"])
        let step = WriteEnvironment(
            name: try .dev(1), provider: .multipass, decided: await bench.context.store.state.decided)
        try await step.run(bench.context)
        let text = try #require(bench.files[path("DEV-01")])
        #expect(text.contains("BCM_ENDPOINT_CPU_COUNT=3\n"), "the environment comes before what is remembered")
        #expect(text.contains("BCM_ENDPOINT_DISK_SIZE=6G\n"))
        #expect(text.contains("BCM_ENDPOINT_MEM_SIZE=2G\n"), "a flag comes first")
        bench.files.put("BCM_ENDPOINT_DISK_SIZE=12G\n", at: path("DEV-02"))
        let endpoint = try await bench.context.endpoint(try .dev(2))
        #expect(endpoint.disk == "12G", "so does an edited .env")
        #expect(endpoint.memory == "2G" && endpoint.cpus == "3")
        #expect(endpoint.chosen == [.cpus, .memory, .disk])
    }

    @Test func whatAPersonEditedIsHonoured() async throws {
        let bench = try Bench(members: 2)
        bench.files.put("BCM_ENDPOINT_MEM_SIZE=12G\n", at: path("DEV-01"))
        let endpoint = try await bench.context.endpoint(try .dev(1))
        #expect(endpoint.memory == "12G" && endpoint.cpus == "2" && endpoint.disk == "30G" && endpoint.secret == nil)
        bench.files.put("BCM_ENDPOINT_MEM_SIZE=much\n", at: path("DEV-01"))
        let member = try MemberName.dev(1)
        let failure = try await #require(throws: Failure.self) { try await bench.context.endpoint(member) }
        #expect(
            failure.exitStatus == 2 && failure.message.contains("BCM_ENDPOINT_MEM_SIZE in \(path("DEV-01")), line 1"))
    }

    @Test("A machine that is there keeps its size until a flag or an edited .env gives another; not the environment")
    func sizesOfAMachineThatIsThere() async throws {
        func endpoint(_ flags: [Setting: String] = [:], file: String) async throws -> Endpoint {
            let bench = try Bench(members: 2, flags: flags, environment: ["BCM_ENDPOINT_MEM_SIZE": "16G"])
            var state = await bench.context.store.state
            var sizes = MachineSizes()
            sizes.memory = MachineSizes.Size(value: "8G", file: "4G")
            state.members[1].sizes = sizes
            bench.files.put("BCM_ENDPOINT_MEM_SIZE=\(file)\n", at: path("DEV-01"))
            return try await bench.context.with(state).endpoint(try .dev(1))
        }
        #expect(try await endpoint(file: "4G").memory == "8G", "a flag had given it")
        #expect(try await endpoint(file: "6G").memory == "6G")
        #expect(try await endpoint([.memory: "2G"], file: "6G").memory == "2G")
        #expect(
            try await endpoint([.memory: "2G"], file: "6G").sizes.memory == MachineSizes.Size(value: "2G", file: "6G"))
        let (same, edited) = try await (endpoint(file: "4G"), endpoint(file: "6G"))
        #expect(!same.isEdited(.memory) && edited.isEdited(.memory))
    }
}

@Suite struct WhatIsInTheWayTests {
    @Test func aFolderInPlaceOfTheFileIsNamed() async throws {
        let home = try TemporaryFolder()
        let context = try Bench().context.inside(home)
        let folder = context.folder
        let name = try MemberName.dev(0)
        try LocalFiles().makeFolder(folder.environment(name), mode: 0o700)
        let step = WriteEnvironment(name: name, provider: .namespace, decided: [:])
        let failure = try await #require(throws: Failure.self) { try await step.isDone(context) }
        #expect(failure.message == "\(folder.environment(name)) is not a file")
    }
}
