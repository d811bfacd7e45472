import Testing

@testable import Provisioning

/// What a unit's file names of the cluster and its members, asked before anything is touched.
@Suite struct UnitRequirementsTests {
    private let first = ScriptedRunner()
    private let second = ScriptedRunner()

    private func answer(
        _ unit: Unit, isVM: Bool = false, provider: ProviderName = .multipass, engine: Engine = .lxd,
        _ change: (inout Workloads) -> Void = { _ in }
    ) async throws -> UnitRequirements.Answer {
        let settings = ClusterSettings(provider: provider, storage: .dir)
        let bench = try Bench(
            members: 2, settings: settings,
            provider: StubProvider(provider, inside: ["DEV-00": first, "DEV-01": second]), engine: engine)
        var workloads = Workloads.dev(2)
        change(&workloads)
        let state = await bench.context.store.state
        let client = LXC(first, engine: engine)
        return try await UnitRequirements(unit, isVM: isVM, workloads, state, client, bench.context).answer {
            state.members.map(\.name)
        }
    }

    private func refusal(_ unit: Unit, isVM: Bool = false, provider: ProviderName = .multipass) async throws -> Failure
    {
        try await #require(throws: Failure.self) { try await answer(unit, isVM: isVM, provider: provider) }
    }

    @Test func nothingIsAskedForAUnitThatNeedsNothing() async throws {
        let unit = try Unit.web { ($0.ports, $0.restart) = ([.tcp(80)], .no) }
        let answer = try await answer(unit)
        #expect(answer.unit == unit && answer.remarks.isEmpty && answer.closed.isEmpty && first.lines.isEmpty)
    }

    private func folder(_ path: String, _ runner: ScriptedRunner, is answer: ScriptedRunner.Answer) {
        runner.on("realpath --canonicalize-existing -- \(path)/.", answer)
    }

    private func mounting(_ shift: Bool? = false) throws -> Unit {
        try .web { $0.mounts = [.init(source: "/srv/x", path: "/x", isShifted: shift)] }
    }

    @Test func aFolderIsOnEachMemberThatCouldGetAnInstance() async throws {
        folder("/srv/x", first, is: .prints("/srv/x\n"))
        folder("/srv/x", second, is: .prints("/mnt/x\n"))
        #expect(try await answer(mounting()).remarks == [])
        folder("/srv/x", second, is: .ends(1, "realpath: /srv/x/.: No such file or directory"))
        let failure = try await refusal(mounting())
        #expect(failure.message == "web cannot mount /srv/x: DEV-01 has no such folder" && failure.code == .conflict)
        let answer = try await answer(mounting()) { $0.members[1].status = "Evacuated" }
        #expect(answer.remarks.isEmpty, "it gets none")
        folder("/srv/x", second, is: .prints("/var/lib\n"))
        let linked = try await refusal(mounting())
        #expect(linked.message.hasPrefix("web cannot mount /srv/x: on DEV-01 it is /var/lib, which has /var/lib/"))
    }

    @Test func membersThatHaveTheirHostsFilesAreAskedOnce() async throws {
        folder("/srv/x", first, is: .prints("/srv/x\n"))
        #expect(try await answer(mounting(), provider: .namespace).remarks == [])
        #expect(second.lines.isEmpty)
    }

    @Test(arguments: [("5.0.2", Engine.lxd, false), ("6.9", .lxd, true), ("6.0.4", .incus, true)])
    func ownersAreShiftedWhereTheEngineCan(_ version: String, _ engine: Engine, _ shifts: Bool) async throws {
        folder("/srv/x", first, is: .prints("/srv/x\n"))
        folder("/srv/x", second, is: .prints("/srv/x\n"))
        first.on("\(engine.client) query /1.0", Server.info(version: version))
        let answer = try await answer(mounting(nil), engine: engine)
        #expect(answer.unit.mounts[0].isShifted == shifts)
        #expect(answer.remarks.count == (shifts ? 0 : 1))
        #expect(try await self.answer(mounting(nil), isVM: true, engine: engine).unit.mounts[0].isShifted == nil)
    }

    @Test func restartsThatTheEngineDoesNotKeepAreTold() async throws {
        first.on("lxc query /1.0", Server.info())
        let onFailure = try await answer(.web { $0.restart = .onFailure })
        #expect(
            onFailure.remarks == [
                "restart = \"on-failure\" is not kept: LXD 5.0.2 restarts no instance that ends by itself"
            ])
        #expect(try await answer(.web { $0.restart = .always }).remarks.count == 1)
        first.on(
            "incus query /1.0",
            .prints(
                #"{"api_extensions":["instance_auto_restart"],"environment":{"server_clustered":true,"certificate":"","server_version":"6.0.4"}}"#
            ))
        let kept = try await answer(.web { $0.restart = .onFailure }, engine: .incus)
        #expect(kept.unit.isRestartedByEngine && kept.remarks.isEmpty)
    }

    @Test func deviceFilesAreLookedFor() async throws {
        let unit = try Unit.web {
            $0.devices = [
                .init(name: "a", kind: .unixCharacter, keys: ["source": "/dev/a", "required": "false"]),
                .init(name: "b", kind: .unixCharacter, keys: ["path": "/dev/b"]), .init(name: "g", kind: .gpu),
            ]
        }
        for runner in [first, second] { runner.on("test -c /dev/b", .works) }
        _ = try await answer(unit)
        second.on("test -c /dev/b", .ends(1))
        #expect(
            try await refusal(unit).message == "web cannot have the device /dev/b: DEV-01 has no such character device")
        let machine = try await refusal(unit, isVM: true)
        #expect(machine.message.hasPrefix("web: virtual machines cannot have the device a: LXD gives unix-char"))
    }

    @Test func membersWithoutTheAddressTakeNoInstance() async throws {
        let unit = try Unit.web {
            $0.ports = [
                Unit.Port(listen: 80, target: 80, transport: .tcp, address: "192.0.2.7"),
                Unit.Port(listen: 81, target: 80, transport: .tcp, address: "127.0.0.1"),
            ]
        }
        first.on("ip -json address show", .prints(#"[{"addr_info":[{"local":"127.0.0.1"},{"local":"192.0.2.7"}]},{}]"#))
        second.on("ip -json address show", .prints(#"[{"addr_info":[{"local":"192.0.2.8"}]}]"#))
        #expect(try await answer(unit).closed == ["DEV-01": "does not have the address 192.0.2.7"])
    }

    @Test func profilesAndGroupsHaveToBeThere() async throws {
        first.on("lxc query /1.0/profiles", .prints(#"["/1.0/profiles/default","/1.0/profiles/gpu?project=default"]"#))
        _ = try await answer(.web { $0.profiles = ["gpu", "default"] })
        let profile = try await refusal(.web { $0.profiles = ["gpv"] })
        #expect(profile.message == "the cluster has no profile gpv" && profile.hint == "did you mean gpu?")
        first.on(
            "lxc query '/1.0/cluster/groups?recursion=1'",
            .prints(#"[{"name":"default","members":["DEV-00"]},{"name":"ssd"}]"#))
        let group = try await refusal(.web { $0.group = "fast" })
        #expect(
            group.message == "the cluster has no group fast" && group.hint?.contains("known: default, ssd") ?? false)
        let unit = try Unit.web { $0.group = "ssd" }
        let workloads = try Workloads.dev(2).with(unit)
        let stray = try await answer(unit) { $0.instances = workloads.instances }
        #expect(stray.remarks.first?.hasPrefix("web-1 stays on DEV-00, which is not in the group ssd") ?? false)
    }

    @Test func anImageOfARegistryHasNoCloudInit() async throws {
        let unit = try Unit.web { ($0.image, $0.sshKeys) = (.registry("docker.io/library/nginx"), ["ssh-ed25519 x"]) }
        #expect(
            try await answer(unit).remarks == [
                "ssh-keys have no effect: the image docker.io/library/nginx has no cloud-init"
            ])
    }
}
