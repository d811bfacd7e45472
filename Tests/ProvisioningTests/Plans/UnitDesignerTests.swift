import Testing

@testable import Provisioning

/// From the file to the places: one look at the cluster.
@Suite struct UnitDesignerTests {
    private let inside = ScriptedRunner()

    /// LXD on a cluster of three members of the namespace provider, with one image and one instance of another unit.
    private func answer(_ members: [(String, String)], instances: String = "[]", volumes: String = "[]") {
        inside.on("lxc query '/1.0/cluster/members?recursion=1'", Server.members(members))
        inside.on("lxc query '/1.0/instances?recursion=1&all-projects=true'", .prints(instances))
        inside.on("lxc query '/1.0/networks?recursion=1'", .prints("[]"))
        inside.on(
            "lxc query /1.0/profiles/default",
            .prints(#"{"devices":{"root":{"type":"disk","path":"/","pool":"fast"}}}"#))
        inside.on("lxc query '/1.0/storage-pools/fast/volumes/custom?recursion=1'", .prints(volumes))
        inside.on(
            "lxc query '/1.0/images?recursion=1'",
            .prints(#"[{"fingerprint":"f00","type":"container","aliases":[{"name":"tiny"}]}]"#))
        for index in 0..<3 {
            inside.on(
                "lxc query '/1.0/resources?target=DEV-0\(index)'",
                .prints(#"{"cpu":{"total":4},"memory":{"used":0,"total":2147483648}}"#))
        }
    }

    private func design(_ unit: Unit, provider: ProviderName = .namespace) async throws -> UnitDesigner.Outcome {
        let settings = ClusterSettings(provider: provider, storage: .dir)
        let bench = try Bench(
            members: 3, settings: settings, provider: StubProvider(provider, inside: ["DEV-00": inside]))
        return try await UnitDesigner(unit, .init(), until: nil, bench.context).design()
    }

    private let online = [("DEV-00", "Online"), ("DEV-01", "Online"), ("DEV-02", "Online")]

    @Test func membersByNamespaceShareAndOneIsAskedForAll() async throws {
        answer(online)
        let outcome = try await design(.web(count: 4))
        #expect(
            outcome.design.changes.map(\.line) == [
                "+ network web: 10.249.0.0/22 over all members",
                "+ instance web-1: on DEV-00: least loaded",
                "+ instance web-2: on DEV-01: least loaded, spread from web-1",
                "+ instance web-3: on DEV-02: spread from web-1",
                "+ instance web-4: on DEV-00: least loaded",
            ])
        #expect(outcome.design.remarks == ["web: using containers: the image is a container image"])
        #expect(outcome.plan.entries.count == 5 && outcome.design.pool == "fast")
        #expect(inside.lines.filter { $0.contains("/1.0/resources") }.count == 1)
        await #expect(throws: Failure.self, "4 × 512 MiB is all there is") { try await design(.web(count: 5)) }
    }

    @Test func whoIsOfflineOrEvacuatedGetsNothing() async throws {
        answer([("DEV-00", "Evacuated"), ("DEV-01", "Offline"), ("DEV-02", "Online")])
        let outcome = try await design(.web(count: 2))
        #expect(
            outcome.design.changes.map(\.details)
                == ["on DEV-02: the only member", "on DEV-02: the only member"])
        answer([("DEV-00", "Evacuated"), ("DEV-01", "Offline"), ("DEV-02", "Offline")])
        let failure = try await #require(throws: Failure.self) { try await design(.web()) }
        #expect(failure.message == "no member of DEV takes instances: none is online")
    }

    @Test func whatNoPoolHasRoomForIsRefused() async throws {
        answer(online)
        inside.on("lxc query /1.0/storage-pools/fast/resources", .prints(#"{"space":{"used":1,"total":2000000000}}"#))
        let failure = try await #require(throws: Failure.self) { try await design(.web { $0.disk = 2 << 30 }) }
        #expect(failure.message == "a disk of 2G does not fit: the pool fast has 1.9G")
    }

    /// Only the database knows of an instance whose member does not answer.
    @Test func whatOnlyTheDatabaseKnowsIsKnown() async throws {
        answer(
            online, instances: #"[{"name":"web-1","location":"DEV-01","status":"Error","type":"","project":"default"}]"#
        )
        let rows = [
            #"["web-1","type","0",""]"#, #"["web-1","config","user.bcm.unit","web"]"#,
            #"["web-1","device","vol-d",""]"#,
        ]
        let asked = LastCommand()
        _ = try await LXC(asked, engine: .lxd).notes(marks: UnitMark.prefix, and: UnitMark.engineIdentifier)
        inside.on(asked.line, .prints(#"{"Results":[{"rows":[\#(rows.joined(separator: ","))]}]}"#))
        let outcome = try await design(.web { $0.volumes = [.of("d")] })
        #expect(
            outcome.design.changes.map(\.line) == ["= instance web-1: unreachable: DEV-01 does not answer"])
        #expect(outcome.design.lost == ["web-1"] && !outcome.design.isComplete)
        #expect(outcome.design.remarks.first?.contains("as are its volumes") ?? false)
    }
}
