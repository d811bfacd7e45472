import Provisioning
import Testing

@testable import Provisioning
@testable import bcmcluster

/// Numbers at the ends of what a number can be, and things that stand twice, in every file and in every program's answer:
/// refused or cut off, and shown without ending the process.
@Suite struct ExtremeNumbers {
    /// What is broken below is sound before that.
    @Test func samples() async throws {
        let folder = ClusterFolder(runtime: "/r", cluster: try ClusterName("DEV"))
        for file in Self.files { try await file.use(file.text, folder) }
        for question in Self.questions { try await question.ask(Answering(text: question.sample)) }
        try await Self.plan(unit: Self.units[0], Self.cluster)
    }

    @Test func files() async throws {
        let tally = Tally("numbers in files")
        let folder = ClusterFolder(runtime: "/r", cluster: try ClusterName("DEV"))
        await tally.run(1_500) { dice, trying in
            let sample = dice.pick(Self.files)
            let text = dice.withExtremes(sample.text)
            trying(text)
            do { try await sample.use(text, folder) } catch is Failure {}
            return nil
        }
        #expect(tally.broken == [])
    }

    @Test func answers() async throws {
        let tally = Tally("numbers in answers")
        await tally.run(2_000) { dice, trying in
            let question = dice.pick(Self.questions)
            let text = dice.withExtremes(question.sample)
            trying("\(question.name): \(text)")
            do { try await question.ask(Answering(text: text)) } catch is Failure {}
            return nil
        }
        #expect(tally.broken == [])
    }

    /// A whole unit, and a whole status, on what the programs answer.
    @Test func plans() async throws {
        let tally = Tally("numbers in plans")
        await tally.run(300) { dice, trying in
            let answers = Self.cluster.mapValues { dice.withExtremes($0) }
            trying(answers.sorted { $0.key < $1.key }.map { "\($0): \($1)" }.joined(separator: "\n"))
            do { try await Self.plan(unit: dice.pick(Self.units), answers) } catch is Failure {}
            return nil
        }
        #expect(tally.broken == [])
    }

    // MARK: Files

    private struct File: Sendable {
        var text: String
        var use: @Sendable (String, ClusterFolder) async throws -> Void
    }

    private static let state =
        #"{"version":1,"name":"DEV","identifier":"0123abcd","created":1000,"subnet":"10.64.0.0/22","port":20001,"#
        + #""spread":[{"host":"local","address":"192.0.2.1","number":0}],"members":[{"name":"DEV-00","address":"10.64.0.10"}],"#
        + #""settings":{"provider":"namespace","storage":"dir"}}"#

    private static let files = [
        File(text: #"{"version":1,"hosts":[{"name":"a","address":"x","port":22,"lastSeen":1700000000}]}"#) { text, _ in
            let hosts = try HostStore(
                runtime: "/r", files: FewFiles(texts: ["/r/hosts.json": text]), time: HurriedTime()
            ).all()
            let listing = HostListing(hosts.map { HostListing.Row(host: $0, observation: nil, trouble: "down") })
            _ = listing.text(width: 80, now: 1_800_000_000)
            _ = try JSONText.text(listing.data)
            _ = hosts.map(\.wordsForSSH)
        },
        File(text: state) { text, folder in
            let files = FewFiles(texts: [folder.state: text])
            guard let state = try StateStore.read(folder, files) else { return }
            let answers = Answering(text: nil)
            _ = try await PlanTrial(state: state, folder: folder, files: files, answers: answers).complaint()
        },
        File(text: #"{"version":1,"taken":1700000000,"bytes":4096,"isClone":false,"state":\#(state)}"#) {
            text, folder in
            let name = try SnapshotName("before")
            let files = FewFiles(texts: [folder.snapshot(name): text, folder.state: state])
            let saved = try SavedCluster.read(name, in: folder, files)
            let listing = SnapshotListing(
                folder.cluster, [ClusterSnapshot(name: name, saved: saved, present: [])])
            _ = listing.text(width: 80, now: 1_800_000_000)
            guard let saved, let present = try StateStore.read(folder, files) else { return }
            _ = try JSONText.text(present.stateForRestore(to: name, saved).becoming(saved))
        },
        File(text: "BCM_ENDPOINT_CPU_COUNT=4\nBCM_ENDPOINT_MEM_SIZE=4G\nBCM_ENDPOINT_DISK_SIZE=30G\n") { text, _ in
            let file = try EnvironmentFile(text, path: "/r/.env")
            for (setting, value) in Setting.allCases.compactMap({ one in file.values[one.variable].map { (one, $0) } })
            {
                try setting.check(value, from: "/r/.env")
                _ = ByteSize(value).map { ByteSize.brief($0.bytes) }
            }
        },
        File(
            text: """
                [spacecore]
                name = "web"
                [hardware]
                cores = 2
                memory = 512
                ref = "tiny"
                [instance]
                count = 3
                disk = "10GiB"
                [[volume]]
                name = "data"
                size = "2GiB"
                path = "/srv"
                [[network]]
                name = "back"
                address = "10.77.0.1/24"
                [[port]]
                listen = 8080
                target = 80
                """
        ) { text, _ in _ = try UnitFile.read("web.toml", FewFiles(texts: ["web.toml": text])) },
    ]

    // MARK: Answers

    private struct Question: Sendable {
        var name: String
        var sample: String
        var ask: @Sendable (Answering) async throws -> Void
    }

    private static let questions = [
        Question(name: "storage", sample: #"{"space":{"used":4096,"total":8192}}"#) {
            let use = try await LXC($0, engine: .lxd).storageUse(of: "default")
            _ = [use.used, use.total, use.free].map(ByteSize.brief)
            _ = try JSONText.text(use)
        },
        Question(name: "heartbeats", sample: #"{"Results":[{"rows":[["DEV-00","0.0001"],["DEV-01","2.5"]]}]}"#) {
            let runner = ScriptedAnswers(answers: ["/internal/sql": $0.text ?? ""])
            _ = try await LXC(runner, engine: .lxd).heartbeatAges().mapValues(\.brief)
        },
        Question(name: "uptime", sample: "1234.56 99.9\n") {
            let provider = MultipassProvider(
                base: $0, engine: .lxd, templates: TemplateLibrary(runtime: "/r", files: FewFiles()),
                time: HurriedTime())
            try await show(began: provider)
        },
        Question(name: "stat", sample: "1700000000 /var/lib/bcmcluster/machines/DEV-00/holder\n") {
            let provider = try NamespaceProvider(
                root: $0, engine: .lxd, templates: TemplateLibrary(runtime: "/r", files: FewFiles()),
                files: FewFiles(), time: HurriedTime())
            try await show(began: provider)
        },
        Question(name: "df", sample: "Filesystem 1024-blocks Used Available\n/dev/vda 100 40 60 40% /\n") {
            _ = try await HostRoom($0, FewFiles()).freeDisk(at: "/").map(ByteSize.brief)
        },
        Question(name: "meminfo", sample: "MemTotal: 4000 kB\nMemAvailable: 1000 kB\n") { runner in
            let text = runner.text ?? ""
            _ = try await HostRoom(runner, FewFiles(texts: ["/proc/meminfo": text])).freeMemory().map(ByteSize.brief)
            _ = StorageUse(meminfo: text).map { ByteSize.brief($0.free) }
        },
        Question(name: "sysctl", sample: "8589934592\n") {
            _ = try await HostRoom($0, FewFiles()).freeMemory().map(ByteSize.brief)
        },
        Question(name: "a host", sample: "4\n") {
            let observation = try await HostInspector($0, limit: .seconds(5)).observation()
            let host = try Host(name: HostName("a"), destination: "a")
            let listing = HostListing([HostListing.Row(host: host, observation: observation)])
            _ = listing.text(width: 80, now: 1_800_000_000)
            _ = try JSONText.text(listing.data)
        },
        Question(name: "du", sample: "4096\t/a\n8192\ttotal\n") {
            let bytes = try await RootCopies($0).bytes(of: ["/a"], limit: .seconds(5))
            let copies = SnapshotCopies()
            for index in 0..<20 { copies.note(bytes, of: MemberName(try ClusterName("DEV"), index)) }
            _ = copies.bytes.map(ByteSize.brief)
            try CopyRoom(needed: bytes, free: 1 << 40, isShared: false, place: "/").check()
        },
        Question(name: "folders", sample: "before\nbefore/DEV-00\n/\n") {
            _ = try await NamespaceSnapshots(root: $0, engine: .lxd, files: FewFiles(), state: sample).all()
        },
        Question(name: "ports", sample: "LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\nLISTEN 0 128 [::]:20001 [::]:*\n") {
            var state = try sample
            state.spread = [.init(host: .local, address: IPv4(bits: 1), number: 0)]
            for port in [1, 20_001, 31_999, 32_000, 40_000, 65_535] {
                state.port = port
                let host = NamespaceHost(root: $0, engine: .lxd, name: .local, entrypoint: "", resolver: { "" })
                do { _ = try await host.choosePort(for: state) } catch is Failure {}
            }
        },
        Question(name: "multipass info", sample: info) {
            let info = try await Multipass($0).info("box")
            let instance = Multipass.Instance(name: "box", state: "Running", ipv4: [], release: nil)
            let details = VMDetails(VM(host: try .local, instance: instance, cluster: nil), info)
            _ = (details.text, try JSONText.text(details))
        },
        Question(name: "multipass snapshots", sample: #"{"info":{"DEV-00":{"s1":{"comment":"bcmcluster"}}}}"#) {
            _ = try await MultipassSnapshots($0).list()
        },
        Question(name: "versions", sample: "multipass 1.16.3\n") { _ = await Versions($0).line("multipass") },
        Question(name: "fdb", sample: #"[{"mac":"00:00:00:00:00:00","dst":"192.0.2.7"}]"#) {
            _ = try await Bridge($0).peers(of: "x")
        },
        Question(name: "umoci", sample: #"{"process":{"args":["a"],"cwd":"/","user":{"uid":1000,"gid":1000}}}"#) {
            _ = try ImageProcess(configuration: $0.text ?? "", of: "i").lxc
        },
    ]

    private static let info =
        #"{"info":{"box":{"state":"Running","cpu_count":"2","snapshot_count":"1","memory":{"used":1000,"total":4000},"#
        + #""disks":{"a":{"used":"100","total":"400"},"b":{"used":"9","total":"99"}},"ipv4":["192.0.2.7"]}}}"#

    private static var sample: ClusterState {
        get throws {
            var state = ClusterState(
                name: try ClusterName("DEV"), identifier: "0123abcd", created: 0,
                settings: ClusterSettings(provider: .namespace, storage: .dir))
            state.members = [.init(name: MemberName(state.name, 0), address: IPv4("10.64.0.10"))]
            return state
        }
    }

    private static func show(began provider: any MachineProvider) async throws {
        let state = try sample
        for (name, time) in try await #require(provider.uptimes).began(state.members.map(\.name), of: state) {
            var member = MemberStatus(name: name.text, isInState: true, machine: .running, daemon: .answers)
            member.since = time
            let status = ClusterStatus(ClusterObservation(state: state, members: [member], view: nil))
            let terminal = Terminal(isJSON: false, environment: { _ in nil })
            _ = StatusText(status: status, terminal: terminal, now: 1_800_000_000).lines(width: 80)
        }
    }

    // MARK: A cluster

    private static let instance =
        #"{"name":"web-1","location":"DEV-00","status":"Running","type":"container","project":"default","profiles":["default"],"#
        + #""config":{"user.bcm.unit":"web","user.bcm.image":"tiny","limits.cpu":"2","limits.memory":"512MiB"},"#
        + #""expanded_config":{"limits.cpu":"2","limits.memory":"512MiB"},"devices":{"root":{"type":"disk","path":"/","size":"10GiB"}},"#
        + #""expanded_devices":{"p":{"type":"proxy","listen":"tcp:0.0.0.0:80-90,8000"}},"last_used_at":"2026-01-02T03:04:05.678Z"}"#

    /// What is asked of a cluster, by a part of the command, and what it answers.
    private static let cluster = [
        "/1.0/cluster/members":
            #"[{"server_name":"DEV-00","url":"https://10.64.0.10:8443","database":true,"status":"Online","message":"","roles":["database"]}]"#,
        "/1.0/instances?":
            "[\(instance),\(instance.replacing("\"web-1\"", with: "\"other\"").replacing("\"web\"", with: "\"else\""))]",
        "/1.0/networks":
            #"[{"name":"lxdbr0","managed":true,"type":"bridge","config":{"ipv4.address":"10.10.0.1/24"},"status":"Created"}]"#,
        "/1.0/profiles/default":
            #"{"devices":{"root":{"type":"disk","path":"/","pool":"default"},"eth0":{"network":"lxdbr0"}}}"#,
        "/volumes/custom":
            #"[{"name":"web_data_1","config":{"size":"2GiB","user.bcm.unit":"web"},"location":"DEV-00","used_by":["/1.0/instances/web-1"]}]"#,
        "/1.0/images": #"[{"fingerprint":"0123","type":"container","aliases":[{"name":"tiny"}],"properties":{}}]"#,
        "/1.0/resources": #"{"cpu":{"total":8},"memory":{"used":1000000,"total":8000000000}}"#,
        "/resources": #"{"space":{"used":4096,"total":80000000000}}"#,
        "/1.0?target": #"{"environment":{"driver":"lxc | qemu"}}"#,
        "/internal/sql": #"{"Results":[{"rows":[["web-1","type","0",""]]}]}"#,
        "multipass list": #"{"list":[{"name":"DEV-00","state":"Running","ipv4":["10.64.0.10"],"release":"24.04"}]}"#,
        "/proc/uptime": "1234.56 99.9",
        "/1.0":
            #"{"api_extensions":[],"environment":{"server_clustered":true,"certificate":"C","server_version":"5.0","server_name":"DEV-00"}}"#,
    ]

    /// What is in the tables `[hardware]` and `[instance]`; the first fits.
    private static let units = [
        ("memory = 64", "count = 1\ndisk = \"10GiB\""), ("memory = 64", "count = 1000"),
        ("memory = \"1024TiB\"", "count = 9"), ("cores = 1024", "count = 2\ndisk = \"90000TiB\""),
    ]

    private static func plan(unit: (hardware: String, instance: String), _ answers: [String: String]) async throws {
        let text =
            "[spacecore]\nname = \"web\"\n[hardware]\nref = \"tiny\"\n\(unit.hardware)\n[instance]\n\(unit.instance)\n"
        let unit = try UnitFile.read("web.toml", FewFiles(texts: ["web.toml": text]))
        var state = try sample
        state.settings.provider = .multipass
        let context = context(state, ScriptedAnswers(answers: answers))
        let terminal = Terminal(isJSON: false, environment: { _ in nil })
        let status = try await ClusterInspector(context, .full).status()
        _ = StatusText(status: status, terminal: terminal, now: 1_800_000_000).lines(width: 80)
        _ = try JSONText.text(StatusJSON(status))
        let (_, workloads) = try await Workloads.look(context, withState: true)
        let listing = UnitListing(state.name, workloads, nil) { _ in "local" }
        _ = (listing.text(width: 80, now: 1_800_000_000), try JSONText.text(listing))
        _ = VolumeListing(state.name, workloads, nil).text(width: 80)
        _ = try await UnitDesigner(unit, .init(replaced: ["web"]), until: nil, context).design()
    }

    private static func context(_ state: ClusterState, _ runner: some CommandRunner) -> PlanContext {
        let files = FewFiles()
        let folder = ClusterFolder(runtime: "/r", cluster: state.name)
        let templates = TemplateLibrary(runtime: "/r", files: files)
        let time = HurriedTime()
        return PlanContext(
            store: StateStore(state, folder: folder, files: files), folder: folder, files: files, runner: runner,
            provider: MultipassProvider(base: runner, engine: .lxd, templates: templates, time: time), engine: .lxd,
            templates: templates, sources: SettingSources(flags: [:], environment: { _ in nil }), time: time,
            random: PlaceholderRandom(), redactor: Redactor(), limits: Limits())
    }
}
