import Foundation
import Provisioning
import Testing

extension Fleets {
    /// A real host, reached by a real `sshd`, that becomes a member and is left as it was.
    @Suite struct Baremetal {
        private static let package = PackagedEngine.tested

        @Test("A host becomes a member, is stopped and started, and is left with an engine that holds nothing")
        func life() async throws {
            try await BaremetalHost.use { host in
                let state = try await host.assigned()
                #expect(state.members[0].address?.description == host.address)
                try await host.provider.check()
                #expect(try await host.provider.machines(of: state) == [:])
                try await host.provider.create(host.specification, of: state)
                try await host.provider.settle(host.member, of: state, limit: .seconds(60))
                #expect(try await host.provider.machines(of: state)[host.member]?.state == .running)
                try await host.bootstrap()
                try await host.launch("web")
                try await expectThatOthersAreRefused(host)
                try await expectThatInstancesSurviveTheDaemon(host, state)
                try await expectThatItStopsAndStarts(host, state)
                #expect(
                    try await host.run("find", ["/root", "-mindepth", "1", "-type", "f"]) == "",
                    "no client has left its files")
                try await host.provider.remove(host.member, of: state)
                try await expectThatItIsClean(host, state)
                // Whoever comes next can have it, also when its daemon is dead and orphans are about as it goes.
                let other = try host.of("89abcdef")
                let next = try await other.assigned()
                try await other.provider.create(host.specification, of: next)
                try await other.bootstrap()
                try await other.launch("web")
                try await host.run("pkill", ["-KILL", "-f", "^\(Self.package.daemons)"])
                #expect(try await host.inits().count == 1)
                try await other.provider.remove(host.member, of: next)
                try await expectThatItIsClean(host, next)
            }
        }

        private func expectThatOthersAreRefused(_ host: BaremetalHost) async throws {
            let other = try host.of("89abcdef")
            let (member, state, limit) = (host.member, try other.state(), Duration.seconds(60))
            let taken = "h0 is \(member) of another cluster already"
            let belongs = "the machine \(member) belongs to another cluster"
            let attempts: [(String, () async throws -> Void)] = [
                (taken, { _ = try await other.provider.assign(state, newMembers: [member]) }),
                (taken, { try await other.provider.create(host.specification, of: state) }),
                (belongs, { try await other.inside(Product.engine.client, ["delete", "--force", "web"]) }),
                (belongs, { try await other.provider.stop(member, of: state, limit: limit) }),
                (belongs, { try await other.provider.start(member, of: state, limit: limit) }),
                (belongs, { try await other.provider.restartDaemon(of: member, in: state) }),
                (belongs, { try await other.provider.refreshEngine(of: member, to: nil, in: state, limit: limit) }),
            ]
            let daemons = try await host.daemons()
            for (message, attempt) in attempts {
                let failure = try await #require(throws: Failure.self) { try await attempt() }
                #expect([.conflict, .taken].contains(failure.code) && failure.message == message)
            }
            #expect(try await other.provider.machines(of: state) == [:])
            try await other.provider.remove(member, of: state)
            #expect(try await host.server().environment.isClustered)
            #expect(try await host.daemons() == daemons)
            #expect(try await host.inits().count == 1)
        }

        private func expectThatInstancesSurviveTheDaemon(_ host: BaremetalHost, _ state: ClusterState) async throws {
            let (daemon, container) = (try await host.daemons(), try await host.inits())
            #expect(daemon.count == 1 && container.count == 1)
            try await host.provider.restartDaemon(of: host.member, in: state)
            try await host.provider.settle(host.member, of: state, limit: .seconds(60))
            #expect(try await host.daemons() != daemon)
            try await host.provider.refreshEngine(of: host.member, to: nil, in: state, limit: .seconds(60))
            #expect(try await host.run("cat", ["/run/apt-get.log"]).contains("install --only-upgrade"))
            #expect(try await host.provider.currency(of: host.member, in: state) == .current)
            #expect(try await host.inits() == container)
        }

        private func expectThatItStopsAndStarts(_ host: BaremetalHost, _ state: ClusterState) async throws {
            try await host.provider.stop(host.member, of: state, limit: .seconds(60))
            #expect(try await host.provider.machines(of: state)[host.member]?.state == .stopped)
            #expect(try await host.leftProcesses() == [])
            try await host.provider.start(host.member, of: state, limit: .seconds(60))
            try await host.provider.settle(host.member, of: state, limit: .seconds(60))
            #expect(try await host.server().environment.isClustered)
            _ = try await SystemTime().wait(for: "the container", limit: .seconds(30), every: .milliseconds(200)) {
                try await host.inits().count == 1 ? true : nil
            }
        }

        private func expectThatItIsClean(_ host: BaremetalHost, _ state: ClusterState) async throws {
            #expect(try await host.provider.machines(of: state) == [:])
            #expect(try await host.inits() == [], "the container went with it")
            #expect(try await host.daemons().count == 1)
            let client = LXC(host.root, engine: Product.engine)
            #expect(try await !client.server().environment.isClustered)
            #expect(try await client.holdings() == [])
            #expect(
                try await host.run("ip", ["-json", "link", "show", "type", "bridge"]).contains(Product.engine.bridge)
                    == false)
            #expect(try await host.run("nft", ["list", "tables"]) == "")
            #expect(
                try await host.run(
                    "find", ["\(Self.package.folder)/networks", Self.package.logs, "-mindepth", "1", "-type", "d"])
                    == "")
            #expect(try await host.run("find", ["/var/lib", "-maxdepth", "1", "-name", "bcmcluster"]) == "")
        }

        @Test("A host with instances of the user's, or in the user's cluster, is refused by their names")
        func refusals() async throws {
            try await BaremetalHost.use { host in
                try await host.run("systemctl", ["start", Self.package.service])
                try await host.run(Self.package.wait[0], Array(Self.package.wait.dropFirst()))
                try await host.run(Product.engine.client, ["storage", "create", "mine", "dir"])
                try await host.launch("web", by: host.root, ["--storage", "mine"])
                let before = try await host.inits()
                #expect(before.count == 1)
                for attempt in [
                    { _ = try await host.assigned() },
                    { try await host.provider.create(host.specification, of: try host.state()) },
                ] {
                    let failure = try await #require(throws: Failure.self) { try await attempt() }
                    #expect(failure.code == .conflict && failure.hint != nil)
                    #expect(
                        failure.message.hasPrefix(
                            "\(Product.engine.title) on h0 has data that would be lost: instances web; "),
                        "\(failure)")
                }
                #expect(try await host.run("find", ["/var/lib", "-maxdepth", "1", "-name", "bcmcluster"]) == "")
                try await host.run(
                    Product.engine.client, ["config", "set", "core.https_address", "\(host.address):8443"])
                try await host.run(Product.engine.client, ["cluster", "enable", "theirs"])
                let failure = try await #require(throws: Failure.self) { _ = try await host.assigned() }
                #expect(failure.message == "\(Product.engine.title) on h0 is in a cluster already, as theirs")
                #expect(try await host.inits() == before, "nobody has touched what is theirs")
            }
        }

        @Test("An engine that its owner uses again is not emptied, whatever the note on the host says")
        func changedHands() async throws {
            try await BaremetalHost.use { host in
                let state = try await host.assigned()
                try await host.provider.create(host.specification, of: state)
                try await host.bootstrap()
                try await host.run(Product.engine.client, ["cluster", "rename", "\(host.member)", "renamed"])
                try await expectRefusal(
                    host, state, "\(Product.engine.title) on h0 is the member renamed, not \(host.member)")
                try await host.run(Product.engine.client, ["cluster", "rename", "renamed", "\(host.member)"])
                // Its owner makes it new, and uses it.
                try await host.run("pkill", ["-f", "^\(Self.package.daemons)"])
                _ = try await SystemTime().wait(for: "its end", limit: .seconds(60), every: .milliseconds(100)) {
                    try await host.daemons().isEmpty ? true : nil
                }
                try await host.run("find", [Self.package.folder, "-xdev", "-mindepth", "1", "-delete"], mayFail: true)
                try await host.run("systemctl", ["start", Self.package.service])
                try await host.run(Self.package.wait[0], Array(Self.package.wait.dropFirst()))
                try await host.run(Product.engine.client, ["storage", "create", "mine", "dir"])
                try await host.run(Product.engine.client, ["storage", "volume", "create", "mine", "data"])
                try await expectRefusal(
                    host, state, "\(Product.engine.title) on h0 has data that would be lost: volumes data")
                try await host.launch("web", by: host.root, ["--storage", "mine"])
                let before = try await host.inits()
                #expect(before.count == 1)
                try await host.run(
                    Product.engine.client, ["config", "set", "core.https_address", "\(host.address):8443"])
                try await host.run(Product.engine.client, ["cluster", "enable", "\(host.member)"])
                try await expectRefusal(
                    host, state, "\(Product.engine.title) on h0 is in another cluster by now, as \(host.member)")
                try await host.run("pkill", ["-KILL", "-f", "^\(Self.package.daemons)"])
                try await expectRefusal(
                    host, state, "\(Product.engine.title) on h0 does not answer, so its contents are unknown")
                #expect(try await host.inits() == before, "nobody has touched what is theirs")
            }
        }

        @Test("Another daemon of the engine on the host keeps its daemon, its containers, its bridge and its firewall")
        func anotherDaemon() async throws {
            try await BaremetalHost.use { host in
                let folder = "/var/lib/other"
                let theirs = OtherDaemon(host: host, folder: folder)
                try await theirs.start()
                let state = try await host.assigned()
                try await host.provider.create(host.specification, of: state)
                try await host.bootstrap()
                try await host.launch("web", ["--config", "security.privileged=true"])
                let before = try await theirs.whatIsThere()
                #expect(before.chains.count >= 3 && before.processes.count >= 5, "\(before)")
                for work in [
                    { try await host.provider.restartDaemon(of: host.member, in: state) },
                    { try await host.provider.stop(host.member, of: state, limit: .seconds(60)) },
                    { try await host.provider.start(host.member, of: state, limit: .seconds(60)) },
                    { try await host.provider.settle(host.member, of: state, limit: .seconds(60)) },
                    { try await host.provider.remove(host.member, of: state) },
                ] {
                    try await work()
                    #expect(try await theirs.whatIsThere() == before)
                }
                let chains = try await host.run("nft", ["list", "ruleset"])
                #expect(!chains.contains(Product.engine.bridge) && !chains.contains("web.eth0"))
            }
        }

        /// A second daemon of the engine on a host, whose files are elsewhere.
        private struct OtherDaemon {
            /// What of it runs and stands.
            struct Traces: Equatable {
                var processes: Set<String>
                var chains: Set<String>
            }

            let host: BaremetalHost
            let folder: String
            private let package = PackagedEngine.tested

            init(host: BaremetalHost, folder: String) {
                self.host = host
                self.folder = folder
            }

            func start() async throws {
                try await host.run("install", ["-d", "-m", "0711", folder])
                try await host.run(
                    "setsid",
                    ["--fork", "env", "\(Product.engine.folderVariable)=\(folder)", "sh", "-c"]
                        + [
                            "exec \(package.daemons) \(package.group) --logfile=\(folder)/daemon.log </dev/null >/dev/null 2>&1"
                        ])
                let preseed = """
                    storage_pools: [{name: default, driver: dir}]
                    networks: [{name: br-theirs, type: bridge, config: {ipv4.address: 10.98.98.1/24, ipv6.address: none}}]
                    profiles: [{name: default, devices: {root: {path: /, pool: default, type: disk},
                    eth0: {type: nic, network: br-theirs, name: eth0, security.mac_filtering: "true"}}}]
                    """
                let own = "\(Product.engine.folderVariable)=\(folder)"
                try await host.run("env", [own] + package.wait)
                try await host.run(
                    "env", [own] + Product.engine.administration + ["init", "--preseed"], input: preseed)
                try await host.launch("theirs", by: InFolder(base: host.root, folder: folder))
            }

            func whatIsThere() async throws -> Traces {
                let lines = try await host.run("ps", ["-eo", "pid,args"]).split(separator: "\n").map(String.init)
                let first = "\(Product.engine.client) info theirs"
                let own = lines.filter { $0.contains(folder) && !$0.contains("ps -eo") }
                let info = try await host.run(
                    "env", ["\(Product.engine.folderVariable)=\(folder)"] + first.split(separator: " ").map(String.init)
                )
                let status = info.split(separator: "\n").filter { $0.hasPrefix("Status:") || $0.hasPrefix("PID:") }
                let rules = try await host.run("nft", ["list", "ruleset"]).split(separator: "\n").map(String.init)
                return Traces(
                    processes: Set(own + status.map(String.init)),
                    chains: Set(rules.filter { $0.contains("chain ") && $0.contains("theirs") }))
            }
        }

        /// Runs commands with a daemon whose files are in that folder.
        private struct InFolder: CommandRunner {
            let base: any CommandRunner
            let folder: String

            func run(_ command: Command) async throws -> CommandResult {
                var own = command
                own.environment[Product.engine.folderVariable] = folder
                return try await base.run(own)
            }
        }

        private func expectRefusal(
            _ host: BaremetalHost, _ state: ClusterState, _ message: String
        ) async throws {
            var destroyed = state
            destroyed.isDeleting = message.contains("renamed") ? nil : true
            let failure = try await #require(throws: Failure.self) {
                try await host.provider.remove(host.member, of: destroyed)
            }
            #expect(failure.code == .conflict && failure.message == message, "\(failure)")
        }

        @Test(
            "What was installed for a cluster goes with --purge; an installation that was cut off is ended, or undone")
        func installation() async throws {
            try await BaremetalHost.use(purges: true) { host in
                try await host.run("mv", [Self.package.program, Self.package.hidden])
                try await host.run("install", ["/dev/stdin", "/run/slow"], input: "600")
                let state = try await host.assigned()
                // Cut off in the middle, once to be undone, and once to be ended.
                try await cutOffInstallation(host, state)
                try await host.provider.remove(host.member, of: state)
                #expect(try await host.provider.machines(of: state) == [:])
                try await host.run("install", ["/dev/stdin", "/run/slow"], input: "600")
                try await cutOffInstallation(host, state)

                try await host.provider.start(host.member, of: state, limit: .seconds(60))
                try await host.provider.settle(host.member, of: state, limit: .seconds(60))
                try await host.bootstrap()
                #expect(try await host.provider.machines(of: state)[host.member]?.state == .running)
                try await host.provider.remove(host.member, of: state)
                #expect(try await host.leftProcesses() == [])
                let left = try await host.run(
                    "find", [Self.package.program, Self.package.folder, "/var/lib/bcmcluster"], mayFail: true)
                #expect(left == "")
                let log = try await host.run("cat", ["/run/apt-get.log"]).split(separator: "\n")
                #expect(
                    log.allSatisfy { $0.hasPrefix("noninteractive --assume-yes ") && $0.contains("Lock::Timeout=") })
                let verbs = log.compactMap {
                    $0.split(separator: " ").last { ["update", "install", "purge"].contains($0) }
                }
                #expect(verbs == ["update", "purge", "update", "update", "install", "purge"])
            }
        }

        @Test("Archives without the package are named, before the host is taken where they are known")
        func noPackage() async throws {
            try await BaremetalHost.use { host in
                let engine = Product.engine
                try await host.run("mv", [Self.package.program, Self.package.hidden])
                try await host.provider.check()
                try await host.run("install", ["/dev/stdin", "/run/archives"], input: "apt\n")
                let message =
                    "\(engine.title) is not installed on h0, and the archives of its apt have no \(engine == .lxd ? "lxd" : "incus-base")"
                let early = try await #require(throws: Failure.self) { try await host.provider.check() }
                #expect(early.code == .missing && early.message == message, "\(early)")
                #expect(engine == .lxd || early.hint?.contains("bookworm-backports") == true, "\(early)")
                let late = try await #require(throws: Failure.self) {
                    try await host.provider.create(host.specification, of: host.assigned())
                }
                #expect(late.message == message)
                try await host.provider.remove(host.member, of: host.state())
                #expect(try await host.run("find", ["/var/lib", "-maxdepth", "1", "-name", "bcmcluster"]) == "")
            }
        }

        @Test("A daemon of the other engine is left alone; where it has the member's port, that is said")
        func anotherEngine() async throws {
            let other = PackagedEngine.other
            try await BaremetalHost.use { host in
                func ask(_ words: String...) async throws -> String { try await host.run(other.engine.client, words) }
                try await host.run("install", ["-d", other.folder, other.logs])
                try await host.run(
                    "setsid", ["--fork", "sh", "-c", "exec \(other.start) </dev/null >/dev/null 2>&1"])
                try await host.run(other.wait[0], Array(other.wait.dropFirst()))
                _ = try await ask("storage", "create", "mine", "dir")
                _ = try await ask("config", "set", "core.https_address", ":8443")
                let refusal = try await #require(throws: Failure.self) { _ = try await host.assigned() }
                #expect(
                    refusal.message == "port 8443 of \(host.address) on h0 is in use by \(other.process)", "\(refusal)")
                #expect(
                    refusal.hint?.contains("\(other.engine.client) config set core.https_address") == true, "\(refusal)"
                )
                _ = try await ask("config", "set", "core.https_address", ":8444")
                let daemon = try await host.run("pgrep", ["-f", "^\(other.daemons)"])
                let state = try await host.assigned()
                try await host.provider.create(host.specification, of: state)
                try await host.bootstrap()
                try await host.provider.stop(host.member, of: state, limit: .seconds(60))
                try await host.provider.start(host.member, of: state, limit: .seconds(60))
                try await host.provider.settle(host.member, of: state, limit: .seconds(60))
                try await host.provider.remove(host.member, of: state)
                #expect(try await host.run("pgrep", ["-f", "^\(other.daemons)"]) == daemon)
                #expect(try await ask("storage", "list", "--format", "csv").hasPrefix("mine,"))
            }
        }

        /// Begins to install, and leaves off when the host's note says so; by then the program there hangs.
        private func cutOffInstallation(_ host: BaremetalHost, _ state: ClusterState) async throws {
            let creation = Task { try await host.provider.create(host.specification, of: state) }
            _ = try await SystemTime().wait(for: "apt-get", limit: .seconds(30), every: .milliseconds(100)) {
                try await host.run("pgrep", ["-f", "apt-get --assume-yes"], mayFail: true).isEmpty ? nil : true
            }
            creation.cancel()
            await #expect(throws: (any Error).self) { try await creation.value }
            try await host.run("rm", ["/run/slow"])
            #expect(try await host.provider.machines(of: state)[host.member]?.state == .stopped)
        }
    }
}
