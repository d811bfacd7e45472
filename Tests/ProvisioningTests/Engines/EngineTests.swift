import Testing

@testable import Provisioning

extension Engine {
    /// An engine that does not exist, in which nothing is called as in those that do.
    static let hydra = Engine(
        name: "hydra", title: "Hydra", client: "hy", administration: ["hyctl", "admin"], daemon: "hyd",
        folderVariable: "HYDRA_DIR", configurationVariable: "HYDRA_CONF", remoteVariable: "HYDRA_REMOTE",
        trustArguments: ["trust", "put"], keyArguments: ["key", "make"], port: 9443, bridge: "hybr0", table: "hyd",
        ruleWords: ["made", "by", "Hydra"], snapConfiguration: "hydra", debianPackages: ["hydra", "hydra-client"],
        packageHint: nil, snap: "hydra", defaultChannel: "1/stable", userDataFile: "user-data.yml",
        packages: [
            EnginePackage(
                kind: .debian, process: "hyd", daemon: "/usr/bin/hyd", program: "/usr/bin/hyd", programs: "",
                folder: "/var/lib/hydra", logs: "/var/log/hydra", log: "/var/log/hydra/hyd.log",
                sockets: ["hyd.socket"], service: "hyd.service", stopLimit: .seconds(1), stopsInstances: false)
        ], documentation: "https://hydra.example", terraformSource: "example/fork", terraformNamesDefault: false,
        clientInstallation: ("get hydra", "get hydra"), oldest: 1)
}

@Suite struct EngineTests {
    /// By trials with real daemons; where joins at once hang, or a failed one cannot be repeated, one joins at a time.
    @Test(arguments: [
        (Engine.lxd, "4.0.9", 1), (.lxd, "5.0.2", 1), (.lxd, "5.21.7", 1), (.lxd, "6.9", 1), (.incus, "6.0.4", 1),
        (.incus, "6.23", 1), (.incus, "7.0.2", 4), (.incus, "7.3", 4), (.incus, "12.0", 4), (.incus, "", 1),
        (.incus, "unknown", 1), (.hydra, "9.9", 1),
    ])
    func joinsAtOnceFollowTheVersion(_ engine: Engine, _ version: String, _ joins: Int) {
        let abilities = EngineVersion(version).map(engine.abilities(of:)) ?? EngineAbilities()
        #expect(abilities.joinsAtOnce == joins)
    }

    private func context(_ recorder: Recorder, _ files: InMemoryFiles) throws -> PlanContext {
        let settings = ClusterSettings(provider: .multipass, storage: .dir)
        var state = try Bench.state(2, settings)
        state.engine = .hydra
        state.remote = ClusterState.Remote(name: "DEV-00")
        let recording = RecordingFiles(files, recorder)
        let runner = RecordingRunner(
            AnythingRunner { command in
                if command.program == "hy", command.arguments.contains("list") { return "{}" }
                return command.assumed ?? (command.arguments.last?.contains("recursion") ?? false ? "[]" : "")
            }, recorder)
        let folder = ClusterFolder(runtime: Bench.runtime, cluster: state.name)
        return PlanContext(
            store: StateStore(state, folder: folder, files: recording), folder: folder, files: recording,
            runner: runner, provider: StubProvider(.multipass, everywhere: runner), engine: .hydra,
            templates: TemplateLibrary(runtime: Bench.runtime, files: files),
            sources: SettingSources(flags: [:]) { ["HOME": "/home/p", "HYDRA_CONF": "/conf"][$0] },
            time: VirtualTime(), random: PlaceholderRandom(), redactor: Redactor(), limits: Limits())
    }

    /// The parts of a text in which another engine's name stands; the variables of `.env` bear LXD's for all.
    private func leaks(_ text: String) -> [Substring] {
        text.replacing(/BCM_LXD_[A-Z_]+/, with: "").split { " \n\"'()".contains($0) }.filter {
            $0.contains(/(?i)lxd|incus|8443/) || $0.contains(/\blxc\b(?!\.)/)
        }
    }

    @Test func nothingOfAnotherEngineIsInAPlan() async throws {
        for isUp in [true, false] {
            let recorder = Recorder()
            let context = try context(recorder, InMemoryFiles())
            let state = await context.store.state
            let plan =
                isUp
                ? UpPlan.plan(for: state, decided: state.decided) : DestroyPlan.plan(for: state)
            let review = try await PlanReview(plan, context, recorder)
            Engine.$current.withValue(.hydra) {
                for item in review.items {
                    #expect(leaks(item.title) == [])
                    for action in item.actions {
                        #expect(leaks(Self.text(action)) == [], "\(item.title)")
                    }
                }
                for note in review.notes { #expect(leaks(note) == []) }
            }
            let commands = review.items.flatMap(\.actions).compactMap { action -> String? in
                if case .command(let command) = action { command.program } else { nil }
            }
            if isUp { #expect(commands.contains("hyctl") && commands.contains("hy")) }
        }
    }

    private static func text(_ action: RecordedAction) -> String {
        switch action {
        case .command(let command): "\(command.pasteable) \(command.environment)"
        case .write(let path, _, let text): path + " " + meaning(of: text)
        default: "\(action)"
        }
    }

    @Test func nothingOfAnotherEngineIsInFindingsAndHints() throws {
        let member = try MemberName.dev(0)
        let findings: [Finding] = [
            .silent(running: 1, of: 2), .noQuorum(answering: 1, of: 3), .quorumLost(survivor: member, voters: 3),
            .stranger("x"), .foreignClient("x", fingerprint: "y"), .remoteMissing("x"), .remoteStale("x"),
            .notOnline(member, state: "evacuated"), .renamed(member, to: "x"),
        ]
        Engine.$current.withValue(.hydra) {
            for finding in findings {
                #expect(leaks(finding.sentence) == [])
                #expect(leaks(finding.hint(for: member.cluster)) == [])
            }
        }
    }

    @Test("The engine over hosts is the first that all of them have; the reason says so")
    func choiceOverHosts() {
        func choice(_ hosts: [(String, [Engine])]) -> EngineChoice {
            EngineChoice.automatic(over: hosts.map(\.0)) { host, engine in
                hosts.contains { $0.0 == host && $0.1.contains(engine) }
            }
        }
        let both = [Engine.lxd, .incus]
        #expect(choice([("a", both), ("b", both)]) == EngineChoice(engine: .lxd, reason: "installed on a, b"))
        #expect(
            choice([("a", both), ("b", [.incus])])
                == EngineChoice(engine: .incus, reason: "installed on a, b, and LXD is not on b"))
        #expect(
            choice([("a", [.lxd]), ("b", [.incus])])
                == EngineChoice(engine: .lxd, reason: "the default; none is installed on all of a, b"))
        #expect(choice([("a", [])]) == EngineChoice(engine: .lxd, reason: "the default; none is installed on a"))
        #expect(choice([]) == EngineChoice(engine: .lxd, reason: "the default"))
    }

    @Test func theClientsConfigurationIsTheEngines() {
        func folder(_ engine: Engine, _ program: String, _ variables: [String: String] = [:]) -> String {
            ClientConfiguration(engine, program: program) { variables.merging(["HOME": "/h"]) { $1 }[$0] }.folder
        }
        #expect(folder(.incus, "/usr/bin/incus") == "/h/.config/incus")
        #expect(folder(.hydra, "/snap/bin/hy") == "/h/hydra")
        #expect(folder(.hydra, "/usr/bin/hy", ["HYDRA_CONF": "/c"]) == "/c")
    }
}
