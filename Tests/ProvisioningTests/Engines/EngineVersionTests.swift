import Testing

@testable import Provisioning

/// What versions of engines can do, held to the recordings of real ones.
@Suite struct EngineVersionTests {
    @Test(
        arguments: [
            ("5.0.2", EngineVersion(5, 0, 2)), ("5.21.7 LTS", EngineVersion(5, 21, 7)), ("6.9", EngineVersion(6, 9)),
            ("6.9-ab8fad2", EngineVersion(6, 9)), ("6.0.4\n", EngineVersion(6, 0, 4)),
            ("7.0.2", EngineVersion(7, 0, 2)),
            ("6", nil), ("", nil), ("x.1", nil), (".5", nil),
        ] as [(String, EngineVersion?)])
    func aVersionIsRead(_ text: String, _ version: EngineVersion?) { #expect(EngineVersion(text) == version) }

    @Test(arguments: RecordedEngine.allCases)
    func whatWasRecordedIsKnown(_ engine: RecordedEngine) throws {
        let said = try engine.recorded("daemon version", .server).stdout
        let version = try #require(EngineVersion(said))
        #expect(engine.engine.knows(version))
        #expect(engine.rawValue.hasSuffix(said.split(separator: " ")[0].trimmed))
    }

    @Test(
        arguments: [
            (Engine.lxd, "6.12", EngineVersion(6, 9)), (.lxd, "7.0.1", EngineVersion(6, 9)),
            (.lxd, "5.5", EngineVersion(5, 21)), (.incus, "6.14", EngineVersion(6, 0)),
            (.incus, "8.0", EngineVersion(7, 0)),
        ] as [(Engine, String, EngineVersion)])
    func anUnknownVersionIsTakenForTheNewestOfItsMajorVersion(
        _ engine: Engine, _ text: String, _ known: EngineVersion
    ) throws {
        let version = try #require(EngineVersion(text))
        #expect(!engine.knows(version) && engine.knows(known))
        #expect(engine.abilities(of: version) == engine.abilities(of: known))
    }

    @Test func anEngineOfWhichNothingIsKnownCanDoTheLeast() {
        #expect(Engine.hydra.abilities(of: EngineVersion(1, 0)) == EngineAbilities())
    }

    private func abilities(_ engine: RecordedEngine) throws -> EngineAbilities {
        let version = try #require(EngineVersion(try engine.recorded("daemon version", .server).stdout))
        return engine.engine.abilities(of: version)
    }

    /// However an engine calls them: the leader of LXD 6.9 has no other role.
    @Test(arguments: RecordedEngine.allCases)
    func votersAreTold(_ engine: RecordedEngine) throws {
        let text = try engine.recorded("members, all online", .members).stdout
        let members = try Command("lxc", []).decode([ClusterMember].self, from: text)
        #expect(members.count == 3 && members.allSatisfy { $0.isVoter })
        #expect(members.filter(\.isLeader).map(\.name) == ["REC-00"])
    }

    @Test(arguments: RecordedEngine.allCases)
    func namesOfCertificates(_ engine: RecordedEngine) throws {
        let areUnique = try abilities(engine).hasUniqueCertificateNames
        let name = "debris, made anew: join of a fresh server, the certificate of the failed one is still trusted"
        #expect(try engine.recorded(name, .join).succeeded != areUnique)
        let second = try engine.recorded("trust add of a third client whose file has the name of the second's", .trust)
        #expect(second.succeeded != areUnique)
    }

    /// LXD 4.0 alone is given one: all of these have tokens.
    @Test(arguments: RecordedEngine.allCases)
    func passwords(_ engine: RecordedEngine) throws {
        let text = try engine.recorded("server after clustering", .server).stdout
        let server = try Command("lxc", []).decode(ServerInfo.self, from: text)
        #expect(server.trust == .tokens)
    }
}
