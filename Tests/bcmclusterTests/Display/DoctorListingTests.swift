import Schemas
import Testing

@testable import Provisioning
@testable import bcmcluster

@Suite struct DoctorTests {
    /// A host on which everything works; tests take things away from it.
    private struct Host {
        static let needed = ["lxd", "lxc", "ip", "nft", "dnsmasq", "nsenter", "find", "sysctl"]
        static let which = Which.question(needed).pasteable
        static let neededByIncus =
            ["/usr/libexec/incus/incusd", "incus", "ip", "nft", "dnsmasq", "nsenter", "find", "sysctl"]
        static let whichOfIncus = Which.question(neededByIncus).pasteable
        var programs = [
            "lxc": "/usr/bin/lxc", "lxd": "/usr/bin/lxd", "multipass": "/snap/bin/multipass", "sudo": "/usr/bin/sudo",
        ]
        var answers = [
            "uname -srm": "Linux 6.1 x86_64\n", "lxc --version": "5.0.2\n", "lxd --version": "5.0.2\n",
            "multipass version --format json": #"{"multipass":"1.16.3","multipassd":"1.16.3"}"#,
            "multipass list --no-ipv4 --format json": #"{"list":[]}"#,
            Host.which: Host.needed.map { "-rwxr-xr-x /usr/bin/\($0)\n" }.joined(), Host.whichOfIncus: "",
            "df -Pk /r": Self.df(40 << 20), "df -Pk /": Self.df(40 << 20), "sudo -n true": "",
            "df -Pk /var/lib/bcmcluster /var/lib /var /": Self.df(40 << 20),
            "cat -- /proc/self/status": "Name:\tcat\nCapEff:\t000001ffffffffff\n", "mount --bind /dev/null /": "",
            Self.namespaces: "", "cat -- /proc/meminfo": "MemAvailable:   8388608 kB\nSwapFree: 0 kB\n",
            "cat /proc/self/mounts": "/dev/vda / ext4 rw 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n",
            "nft --json --terse list ruleset": #"{"nftables":[]}"#, Self.notes: "",
            "sysctl --ignore \(KernelLimit.allCases.map(\.rawValue).sorted().joined(separator: " "))": "",
        ]
        /// What clusters have left in the host's folder.
        static let notes = #"find /var/lib/bcmcluster -mindepth 1 -maxdepth 2 -type l -printf '%P %l\n'"#
        static let namespaces = "unshare --mount --uts --ipc --net --pid --fork ip -batch -"
        var failing: [String: CommandResult] = [:]
        var files = TextFiles(
            texts: ["/r/x": "", "/proc/meminfo": "MemTotal: 1 kB\nMemAvailable:   8388608 kB\n"],
            kinds: ["/dev/kvm": .other])
        var variables = ["HOME": "/home/p"]
        var isRoot = true

        static func df(_ kibibytes: Int) -> String {
            "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda \(kibibytes + 9) 9 \(kibibytes) 9% /\n"
        }

        func examined() async -> DoctorListing {
            var runner = HostRunner(answers: answers.mapValues { CommandResult(output: $0) })
            runner.answers.merge(failing) { $1 }
            let (files, variables, programs, base) = (files, variables, programs, runner)
            let templates = TemplateLibrary(runtime: "/r", files: files)
            let doctor = Doctor(
                runner: base, files: files, environment: { variables[$0] }, program: { programs[$0] }, isLinux: true,
                isRoot: isRoot, runtime: "/r"
            ) { name in
                var context = ProviderContext(
                    runner: base, root: base, engine: .current, templates: templates, files: files, time: SystemTime())
                context.isInspection = true
                return try ProviderRegistry.standard.provider(name, context)
            }
            return DoctorListing(await doctor.examine())
        }
    }

    /// The finding about a topic on the changed host, and the status of the whole.
    private func found(_ topic: String, _ change: (inout Host) -> Void) async throws -> (DoctorCheck, Int32) {
        var host = Host()
        change(&host)
        let report = await host.examined()
        #expect(report.findings.allSatisfy { $0.level == .ok || $0.hint != nil }, "each has a line to type")
        #expect(try Schema("doctor").complaints(about: report) == [])
        return (try #require(report.findings.first { $0.topic == topic }), report.exitStatus)
    }

    #if os(Linux)
        @Test func whichStorageDriversThereAreIsSaid() async throws {
            let (storage, status) = try await found("storage") { host in
                host.answers["cat -- /proc/filesystems"] = "nodev\tproc\n\text4\n\tbtrfs\n"
                host.answers[Which.question(["mkfs.btrfs"]).pasteable] = "-rwxr-xr-x /usr/sbin/mkfs.btrfs\n"
            }
            #expect(
                storage.message.hasPrefix("storage drivers: dir, btrfs; not here: zfs (this kernel has no zfs)")
                    && status == 0)
            let (without, _) = try await found("storage") { host in
                host.answers["cat -- /proc/filesystems"] = "\tbtrfs\n"
                host.answers[Which.question(["mkfs.btrfs"]).pasteable] = ""
            }
            #expect(without.message.contains("btrfs (mkfs.btrfs: command not found; apt-get install btrfs-progs)"))
        }

        @Test func aHostOnWhichEverythingWorks() async throws {
            let report = await Host().examined()
            #expect(report.findings.filter { $0.level != .ok } == [])
            #expect(report.providers == ["multipass", "namespace"] && report.exitStatus == 0)
            #expect(report.sentence == "multipass and namespace work here")
            #expect(try Schema("doctor").complaints(about: report) == [])
        }

        @Test func rights() async throws {
            let (asks, status) = try await found("rights") {
                $0.isRoot = false
                $0.failing["sudo -n true"] = CommandResult(.exited(1), errors: "a password is required")
            }
            #expect(asks.level == .warning && asks.hint == "sudo -v" && status == 0)
            let (none, _) = try await found("rights") {
                $0.isRoot = false
                $0.programs["sudo"] = nil
            }
            #expect(none.message.contains("sudo is not installed"))
            #expect(try await found("rights") { $0.isRoot = false }.0.level == .ok)
        }

        @Test func withoutKVMMultipassIsNoProvider() async throws {
            let (kvm, _) = try await found("kvm") { $0.files.kinds = [:] }
            #expect(kvm.level == .warning && kvm.hint?.contains("modprobe") == true)
            let (provider, status) = try await found("provider") { $0.files.kinds = [:] }
            #expect(provider.level == .warning && provider.hint == "bcmcluster up -c NAME --provider namespace")
            #expect(status == 0)
        }

        @Test func whyAProviderDoesNotWork() async throws {
            let old = #"{"multipass":"1.9.0"}"#
            let topic = "provider multipass"
            #expect(
                try await found(topic) { $0.answers["multipass version --format json"] = old }.0.message.contains(
                    "1.9.0"))
            let (absent, _) = try await found(topic) {
                $0.programs["multipass"] = nil
                $0.variables["BCM_PROVIDER_NAME"] = "multipass"
            }
            #expect(absent.level == .warning && absent.hint == "snap install multipass")
            let refused = CommandResult(.exited(2), errors: "list failed: cannot connect to the multipass socket")
            #expect(
                try await found(topic) { $0.failing["multipass list --no-ipv4 --format json"] = refused }.0.message
                    == "the multipass daemon does not answer")
            let some = "-rwxr-xr-x /usr/bin/lxd\n-rwxr-xr-x /bin/ip\n"
            let (missing, _) = try await found("provider namespace") { $0.answers[Host.which] = some }
            #expect(missing.message.contains("nft") && missing.hint?.hasPrefix("apt-get install ") == true)
            #expect(try await found("provider namespace") { $0.programs["lxd"] = "/snap/bin/lxd" }.0.level == .warning)
            #expect(
                try await found("provider namespace") { $0.answers["lxd --version"] = "4.0.9" }.0.message.contains(
                    "4.0.9"))
        }

        @Test func whatIsNeitherThereNorNeededIsNotMissed() async throws {
            let (multipass, status) = try await found("provider multipass") {
                $0.programs["multipass"] = nil
                $0.files.kinds = [:]
            }
            #expect(multipass.level == .ok && multipass.hint == nil && status == 0)
            let (kvm, _) = try await found("kvm") {
                $0.programs["multipass"] = nil
                $0.files.kinds = [:]
            }
            #expect(kvm.level == .ok)
        }

        /// What `up` refuses stops the provider; what comes short is said.
        @Test func whatWouldStopUp() async throws {
            let topic = "provider namespace"
            let (kernel, status) = try await found(topic) {
                $0.failing[Host.namespaces] = CommandResult(.exited(2), errors: "Error: Unknown device type.\n")
            }
            #expect(kernel.level == .warning && kernel.message.contains("Unknown device type"))
            #expect(kernel.hint?.hasPrefix("modprobe bridge veth") == true && status == 0)
            let (groups, _) = try await found(topic) {
                $0.answers["cat /proc/self/mounts"] = "/dev/vda / ext4 rw 0 0\n"
            }
            #expect(groups.message.contains("no control groups are mounted"))
            let (nosuid, _) = try await found("disk of machines") {
                $0.answers["cat /proc/self/mounts"]? += "/dev/vdb /var ext4 rw,nosuid 0 0\n"
            }
            #expect(nosuid.level == .warning && nosuid.hint == "mount -o remount,suid /var")
            let (firewall, _) = try await found("firewall") {
                $0.answers["iptables-nft-save"] = "*filter\n:FORWARD DROP [0:0]\n:DOCKER - [0:0]\nCOMMIT\n"
            }
            #expect(firewall.level == .ok && firewall.message.hasPrefix("Docker (iptables-nft, chain FORWARD) drops"))
        }

        /// Incus alone is as good as LXD alone.
        private func haveIncus(_ host: inout Host) {
            host.programs["/usr/libexec/incus/incusd"] = "/usr/libexec/incus/incusd"
            host.programs["incus"] = "/usr/bin/incus"
            host.answers["/usr/libexec/incus/incusd --version"] = "6.0.4\n"
            host.answers["incus --version"] = "6.0.4\n"
            host.answers[Host.whichOfIncus] = Host.neededByIncus.map {
                "-rwxr-xr-x \($0.hasPrefix("/") ? $0 : "/usr/bin/\($0)")\n"
            }.joined()
        }

        private func haveNoLXD(_ host: inout Host) {
            (host.programs["lxd"], host.programs["lxc"], host.answers[Host.which]) = (nil, nil, "")
            host.programs["multipass"] = nil
        }

        @Test("Both engines are reported, the default with its reason; one of them is enough")
        func engines() async throws {
            let (none, _) = try await found("engine incus") { _ in }
            #expect(none.level == .ok && none.message == "Incus is not installed")
            let (lxd, _) = try await found("engine lxd") { _ in }
            #expect(lxd.message == "LXD: /usr/bin/lxd 5.0.2, /usr/bin/lxc 5.0.2")
            func both(_ host: inout Host) {
                haveIncus(&host)
                host.programs["multipass"] = nil
            }
            #expect(try await found("engine", both).0.message == "up uses LXD: installed here")
            #expect(
                try await found("engine incus", both).0.message
                    == "Incus: /usr/libexec/incus/incusd 6.0.4, /usr/bin/incus 6.0.4")
            func incusAlone(_ host: inout Host) {
                haveIncus(&host)
                haveNoLXD(&host)
            }
            let (engine, status) = try await found("engine", incusAlone)
            #expect(engine.message == "up uses Incus: installed here, and LXD is not" && status == 0)
            let (provider, _) = try await found("provider namespace", incusAlone)
            #expect(provider.level == .ok && provider.message == "Incus 6.0.4 and all requirements are installed")
            #expect(try await found("client", incusAlone).0.message.hasPrefix("/usr/bin/incus 6.0.4, "))
        }

        @Test("An engine of the environment is checked")
        func engineOfTheEnvironment() async throws {
            func host(_ engine: String) -> (inout Host) -> Void {
                { ($0.variables["BCM_ENGINE"], $0.programs["multipass"]) = (engine, nil) }
            }
            let (absent, status) = try await found("engine", host("incus"))
            #expect(absent.level == .problem && status == 3)
            #expect(absent.message == "up uses incus from BCM_ENGINE, and Incus is not installed here")
            #expect(absent.hint == "unset BCM_ENGINE, or apt-get install incus-base incus-client")
            #expect(try await found("engine", host("docker")).0.message.hasSuffix("which is not an engine"))
            #expect(try await found("engine", host("lxd")).0.message == "up uses LXD from BCM_ENGINE")
        }

        @Test func noProviderIsAProblem() async throws {
            let (provider, status) = try await found("provider") {
                $0.programs["multipass"] = nil
                $0.isRoot = false
                $0.programs["sudo"] = nil
            }
            #expect(provider.level == .problem && status == 3)
            let (chosen, _) = try await found("provider") {
                $0.programs["multipass"] = nil
                $0.variables["BCM_PROVIDER_NAME"] = "multipass"
            }
            #expect(chosen.level == .problem && chosen.hint == "unset BCM_PROVIDER_NAME")
            // Where that works is for other machines to say.
            let (hosts, _) = try await found("provider") { $0.variables["BCM_PROVIDER_NAME"] = "baremetal" }
            #expect(hosts.level == .ok && hosts.message.contains("--hosts"))
        }

        @Test func theClientAndItsSnap() async throws {
            let (none, status) = try await found("client") { $0.programs["lxc"] = nil }
            #expect(none.level == .problem && status == 3)
            let (closed, _) = try await found("snaps") {
                $0.programs["lxc"] = "/snap/bin/lxc"
                $0.variables["LXD_CONF"] = "/tmp/lxc"
            }
            #expect(closed.level == .warning && closed.hint == "unset LXD_CONF")
            #expect(try await found("snaps") { $0.programs["lxc"] = "/snap/bin/lxc" }.0.level == .ok)
        }

        @Test(arguments: [(40 << 20, "ok"), (5 << 20, "warning"), (1 << 20, "problem")])
        func diskAndMemory(_ kibibytes: Int, _ level: String) async throws {
            #expect(try await found("disk") { $0.answers["df -Pk /r"] = Host.df(kibibytes) }.0.level.rawValue == level)
            let (memory, _) = try await found("memory") {
                $0.files.texts["/proc/meminfo"] = "MemAvailable: \(kibibytes / 4) kB\n"
            }
            #expect(memory.level.rawValue == level)
        }

        @Test func aFileInTheWayAndATemplateThatCannotBeRead() async throws {
            #expect(try await found("files") { $0.files = TextFiles(texts: ["/r": ""]) }.0.level == .problem)
            let (template, status) = try await found("templates") {
                $0.files.texts["/r/templates/master.env"] = "A=${NO_SUCH_NAME}\n"
            }
            #expect(template.level == .problem && template.message.contains("NO_SUCH_NAME") && status == 3)
        }
    #endif

    @Test(arguments: [
        ("1.13.0", true), ("1.12.2", false), ("2.0", true), ("5.0.2 LTS", true), ("", false), ("x", false),
    ])
    func versionsAreCompared(_ text: String, _ isEnough: Bool) {
        #expect(Versions.isVersion(text, atLeast: 1, 13) == isEnough)
    }

    @Test func theTextHasALineForEachAndWhatToType() {
        let report = DoctorListing(
            DiagnoseMachine.Report(
                providers: [.namespace],
                findings: [
                    DoctorCheck("a", .ok, "is fine"), DoctorCheck("b", .warning, "is missing", "get b"),
                    DoctorCheck("c", .problem, "is broken", "repair c"),
                ]))
        #expect(
            report.text(width: .max) == """
                ✓ a: is fine
                ! b: is missing
                    hint: get b
                ✗ c: is broken
                    hint: repair c

                """)
        #expect(report.sentence == "namespace works here, 1 problem, 1 warning" && report.exitStatus == 3)
    }
}
