import Provisioning
import Testing

@Suite struct UpRequestTests {
    private func request(_ further: Int?, flags: [Setting: String] = [:], environment: [String: String] = [:]) throws
        -> UpRequest
    {
        UpRequest(
            name: try ClusterName("DEV"), further: further,
            sources: SettingSources(flags: flags, environment: { environment[$0] }))
    }

    private func settings(
        _ request: UpRequest, existing: ClusterState? = nil, changeable: Set<Setting> = [],
        files: [String: String] = [:], automatic: ProviderName = .namespace, engine: Engine = .incus
    ) throws -> UpSettings {
        let files = InMemoryFiles(files)
        return try request.settings(
            existing: existing, changeable: changeable, folder: ClusterFolder(runtime: "/r", cluster: request.name),
            files: files,
            templates: TemplateLibrary(runtime: "/r", files: files),
            automatic: { ProviderChoice(name: automatic, reason: "nobody chose") },
            automaticEngine: { _ in EngineChoice(engine: engine, reason: "installed") })
    }

    @Test func theEngineComesFromFlagEnvironmentFileOrWhatIsInstalled() throws {
        let file = ["/r/clusters/DEV/endpoints/DEV-00/.env": "BCM_ENGINE=lxd\n"]
        #expect(try settings(request(nil)).engine == EngineChoice(engine: .incus, reason: "installed"))
        #expect(try settings(request(nil), files: file).engine.engine == .lxd)
        let environment = ["BCM_ENGINE": "incus"]
        #expect(try settings(request(nil, environment: environment), files: file).engine.engine == .incus)
        let flag: [Setting: String] = [.engine: "lxd"]
        #expect(try settings(request(nil, flags: flag, environment: environment)).engine.engine == .lxd)
        let failure = try #require(throws: Failure.self) { try settings(request(nil, flags: [.engine: "docker"])) }
        #expect(failure.message == "--engine: docker is not an engine; there are lxd and incus")
        #expect(failure.exitStatus == 2)
    }

    @Test func aClusterKeepsItsEngine() throws {
        let existing = try Bench.state(2)
        #expect(
            try settings(request(nil), existing: existing).engine == EngineChoice(engine: .lxd, reason: "as before"))
        let failure = try #require(throws: Failure.self) {
            try settings(request(nil, flags: [.engine: "incus"]), existing: existing)
        }
        #expect(failure.message.contains("--engine incus is not possible: DEV was created with lxd"))
    }

    @Test("A channel is a snap's: of Incus none is kept, and a flag that gives one is refused")
    func channelOfAnEngineThatIsNoSnap() throws {
        let environment = ["BCM_LXD_CHANNEL": "5.0/stable"]
        #expect(
            try settings(request(nil, environment: environment), automatic: .multipass).settings.channel == nil)
        let lxd = try request(nil, flags: [.engine: "lxd"], environment: environment)
        #expect(try settings(lxd, automatic: .multipass).settings.channel == "5.0/stable")
        var existing = try Bench.state(1)
        existing.engine = .incus
        for present in [nil, existing] {
            let failure = try #require(throws: Failure.self) {
                try settings(
                    request(nil, flags: [.channel: "5.21/stable"]), existing: present, changeable: [.channel],
                    automatic: .multipass)
            }
            #expect(failure.message.hasPrefix("--channel is not possible with Incus: a snap has channels"))
            #expect(failure.exitStatus == 2 && failure.hint != nil)
        }
    }

    @Test func aNewClusterHasTheFirstAndNFurther() throws {
        #expect(try request(nil).members(existing: nil).map(\.text) == ["DEV-00"])
        #expect(try request(0).members(existing: nil).map(\.text) == ["DEV-00"])
        #expect(try request(2).members(existing: nil).map(\.text) == ["DEV-00", "DEV-01", "DEV-02"])
    }

    @Test func aLargerNumberGrows() throws {
        let existing = try Bench.state(2)
        let members = try request(3).members(existing: existing)
        #expect(members.map(\.text) == ["DEV-00", "DEV-01", "DEV-02", "DEV-03"])
        let grown = existing.including(members)
        #expect(grown.members.map(\.name) == members && existing.members.count == 2)
        #expect(existing.including([]) == existing)
    }

    @Test func aSmallerNumberIsRefused() throws {
        let failure = try #require(throws: Failure.self) { try request(1).members(existing: try Bench.state(4)) }
        #expect(failure.exitStatus == 2)
        #expect(failure.message == "DEV has members up to DEV-03, and -m 1 would be fewer")
        #expect(failure.hint?.contains("bcmcluster member remove -c DEV") == true)
    }

    @Test func nobodyChoseSoTheMachineDecides() throws {
        let namespace = try settings(request(nil))
        #expect(namespace.provider == ProviderChoice(name: .namespace, reason: "nobody chose"))
        #expect(namespace.settings == ClusterSettings(provider: .namespace, storage: .dir))
        let multipass = try settings(request(nil), automatic: .multipass, engine: .lxd)
        #expect(
            multipass.settings
                == ClusterSettings(provider: .multipass, storage: .zfs, image: "24.04", channel: "5.21/stable"))
    }

    @Test func hostsThatExistHaveNoImageAndPlainFolders() throws {
        let baremetal = try settings(request(nil, flags: [.provider: "baremetal"]), engine: .lxd)
        #expect(
            baremetal.settings == ClusterSettings(provider: .baremetal, storage: .dir, channel: "5.21/stable"))
        let wanted: [Setting: String] = [.provider: "baremetal", .storage: "zfs", .channel: "6/stable"]
        let chosen = try settings(request(nil, flags: wanted), engine: .lxd).settings
        #expect(chosen == ClusterSettings(provider: .baremetal, storage: .zfs, channel: "6/stable"))
    }

    @Test func flagsThenEnvironmentThenEnvDecide() throws {
        let env = ["/r/clusters/DEV/endpoints/DEV-00/.env": "BCM_PROVIDER_NAME=multipass\nBCM_VM_IMAGE=22.04\n"]
        #expect(try settings(request(nil), files: env).settings.image == "22.04")
        #expect(
            try settings(request(nil), files: env).provider == ProviderChoice(name: .multipass, reason: "as chosen"))
        #expect(try settings(request(nil, flags: [.provider: "namespace"]), files: env).settings.provider == .namespace)
        #expect(
            try settings(request(nil, environment: ["BCM_PROVIDER_NAME": "multipass"])).settings.provider == .multipass)
        #expect(
            try settings(request(nil, environment: ["BCM_VM_IMAGE": "20.04"]), files: env).settings.image == "20.04")
        #expect(try settings(request(nil, flags: [.storage: "zfs"])).settings.storage == .zfs)
    }

    @Test(
        "A flag that the provider does not go by is refused",
        arguments: [
            (ProviderName.namespace, Setting.image, "22.04"), (.namespace, .channel, "6/stable"),
            (.baremetal, .image, "22.04"),
            (.baremetal, .network, "10.77.0.0/22"),
        ])
    func flagsThatNobodyReads(_ provider: ProviderName, _ setting: Setting, _ value: String) throws {
        let failure = try #require(throws: Failure.self) {
            try settings(request(nil, flags: [setting: value]), automatic: provider)
        }
        #expect(failure.exitStatus == 2 && failure.message.hasPrefix("--\(setting.rawValue) is not possible with the"))
    }

    @Test func aBrokenEnvFileStopsEverything() throws {
        let failure = try #require(throws: Failure.self) {
            try settings(request(nil), files: ["/r/clusters/DEV/endpoints/DEV-00/.env": "BCM_PROVIDER_NAME\n"])
        }
        #expect(failure.message == "/r/clusters/DEV/endpoints/DEV-00/.env, line 1, is not NAME=value")
    }

    @Test func aClusterKeepsItsSettings() throws {
        let existing = try Bench.state(1, ClusterSettings(provider: .multipass, storage: .zfs, image: "22.04"))
        let kept = try settings(request(nil, environment: ["BCM_PROVIDER_NAME": "namespace"]), existing: existing)
        #expect(
            kept.settings == existing.settings && kept.provider == ProviderChoice(name: .multipass, reason: "as before")
        )
        #expect(
            try settings(request(nil, flags: [.image: "22.04"]), existing: existing).settings == existing.settings)
    }

    @Test("Sizes given to up are kept for members that are added later; a later up may give others")
    func sizesAreKept() throws {
        let sizes: [Setting: String] = [.cpus: "1", .memory: "1G", .disk: "6G"]
        let made = try settings(request(2, flags: sizes), automatic: .multipass).settings
        #expect(made.sizes == sizes)
        #expect(try settings(request(nil, environment: ["BCM_ENDPOINT_CPU_COUNT": "8"])).settings.sizes.isEmpty)
        let existing = try Bench.state(3, made)
        #expect(try settings(request(3), existing: existing).settings == made)
        let later = try settings(request(3, flags: [.memory: "2G"]), existing: existing).settings
        #expect(later.sizes == [.cpus: "1", .memory: "2G", .disk: "6G"])
        #expect(throws: Failure.self) { try settings(request(3, flags: [.cpus: "none"]), existing: existing) }
    }

    @Test("What may still change is taken from flags, and nothing else is")
    func correctedSettings() throws {
        let wrong = ClusterSettings(provider: .multipass, storage: .zfs, image: "nosuch", channel: "5.21/stable")
        let existing = try Bench.state(1, wrong)
        let flags: [Setting: String] = [.image: "12", .channel: "5.0/stable", .storage: "dir", .network: "en0"]
        let corrected = try settings(
            request(nil, flags: flags), existing: existing, changeable: [.image, .channel, .storage, .network]
        ).settings
        #expect(
            corrected
                == ClusterSettings(
                    provider: .multipass, storage: .dir, image: "12", channel: "5.0/stable", network: "en0"))
        let failure = try #require(throws: Failure.self) {
            try settings(request(nil, flags: flags), existing: existing, changeable: [.channel, .storage, .network])
        }
        #expect(failure.message.contains("--image 12 is not possible"))
        #expect(failure.hint?.contains("only while the cluster has no machine") == true)
        #expect(throws: Failure.self) {
            try settings(request(nil, flags: [.storage: "ceph"]), existing: existing, changeable: [.storage])
        }
    }

    @Test(arguments: [
        (Setting.provider, "namespace"), (.storage, "dir"), (.image, "24.04"), (.channel, "6/stable"),
        (.network, "en0"),
    ])
    func aFlagThatContradictsTheRecordIsRefused(_ setting: Setting, _ value: String) throws {
        let existing = try Bench.state(1, ClusterSettings(provider: .multipass, storage: .zfs, image: "22.04"))
        let failure = try #require(throws: Failure.self) {
            try settings(request(nil, flags: [setting: value]), existing: existing)
        }
        #expect(
            failure.exitStatus == 2 && failure.message.contains("--\(setting.rawValue)")
                && failure.message.contains("DEV"))
    }
}
