import FoundationEssentials
import Testing

@testable import Provisioning

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What the user calls a host, and where it is.
@Suite struct HostTests {
    @Test(arguments: ["a", "rack1", "R-2", String(repeating: "x", count: 40)])
    func names(_ text: String) throws { #expect(try HostName(text).text == text) }

    @Test(arguments: ["", "1a", "-a", "a-", "a.b", "a b", "ä", String(repeating: "x", count: 41)])
    func namesThatAreNone(_ text: String) throws {
        let failure = try #require(throws: Failure.self) { try HostName(text) }
        #expect(failure.code == .badInput)
    }

    @Test func thisMachineComesFirst() throws {
        let names = [try HostName("b"), .local, try HostName("a")]
        #expect(names.sorted().map(\.text) == ["local", "a", "b"])
    }

    @Test(arguments: [
        ("192.0.2.7", nil, "192.0.2.7"), ("root@rack", "root", "rack"), ("a@b@host", "a@b", "host"),
        ("u@2001:db8::1", "u", "2001:db8::1"),
    ])
    func destinations(_ text: String, _ user: String?, _ address: String) throws {
        let host = try Host(name: HostName("h"), destination: text)
        #expect(host.user == user && host.address == address && host.destination == text)
    }

    @Test(
        "An IPv6 address may stand in brackets, with a port behind them",
        arguments: [
            ("root@[::1]", nil, "root@::1", nil), ("[2001:db8::7]", 22, "2001:db8::7", 22),
            ("u@[fe80::1%eth0]:2222", nil, "u@fe80::1%eth0", 2222), ("[::1]:22", 22, "::1", 22),
        ] as [(String, Int?, String, Int?)])
    func brackets(_ text: String, _ port: Int?, _ destination: String, _ found: Int?) throws {
        let host = try Host(name: HostName("h"), destination: text, port: port)
        #expect(host.destination == destination && host.port == found)
        #expect(try JSONDecoder().decode(Host.self, from: JSONEncoder().encode(host)) == host)
    }

    @Test(arguments: ["[::1", "[]", "[host]", "root@[::1]x", "[::1]:", "[::1]:x", "[::1]:22"])
    func bracketsThatAreNone(_ text: String) throws {
        let failure = try #require(throws: Failure.self) {
            try Host(name: HostName("h"), destination: text, port: 23)
        }
        #expect(failure.code == .badInput)
    }

    /// What OpenSSH would take for one of its own flags, or for two words.
    @Test(arguments: ["", "-oProxyCommand=x", "root@", "@host", "root@-x", "a b", "a/b", "host\n"])
    func destinationsThatAreNone(_ text: String) throws {
        let failure = try #require(throws: Failure.self) { try Host(name: HostName("h"), destination: text) }
        #expect(failure.code == .badInput)
    }
}

/// The list of hosts on disk.
@Suite struct HostStoreTests {
    private let files = InMemoryFiles()
    private var store: HostStore { HostStore(runtime: "/r", files: files, time: VirtualTime()) }

    @Test(arguments: [
        "", "[]", #"{"version":2,"hosts":[]}"#, #"{"version":1,"hosts":[{"name":"local","address":"x"}]}"#,
        #"{"version":1,"hosts":[{"name":"a","address":"x"},{"name":"a","address":"y"}]}"#,
        #"{"version":1,"hosts":[{"name":"a","address":"-oProxyCommand=id"}]}"#,
        #"{"version":1,"hosts":[{"name":"a","address":"x","user":"-oProxyCommand=id"}]}"#,
        #"{"version":1,"hosts":[{"name":"a","address":"x\u001b]0;t"}]}"#,
        #"{"version":1,"hosts":[{"name":"a","address":"x","port":70000}]}"#,
        #"{"version":1,"hosts":[{"name":"a","address":"x","identity":"a\nb"}]}"#,
        #"{"version":1,"hosts":[{"name":"a","address":"x","lastSeen":-9223372036854775808}]}"#,
        #"{"version":1,"hosts":[{"name":"a","address":"x","lastSeen":9223372036854775807}]}"#,
    ])
    func aListThatIsNoneIsLeftAsItIs(_ text: String) async throws {
        files.put(text, at: "/r/hosts.json")
        let failure = try await #require(throws: Failure.self) {
            try await store.add(Host(name: HostName("b"), destination: "b"))
        }
        #expect(failure.code == .damaged)
        #expect(try files.read("/r/hosts.json") == text)
    }

    @Test(
        "What is wrong is named, and where",
        arguments: [
            ("[{", "it is not JSON"), ("[]", "it is not a JSON object"), (#"{"hosts":[]}"#, "version is missing"),
            (#"{"version":2,"hosts":[]}"#, "its version is 2"),
            (#"{"version":1,"hosts":[{"name":"a"}]}"#, "hosts[0].address is missing"),
            (#"{"version":1,"hosts":[{"name":"a","address":"x","port":"y"}]}"#, "hosts[0].port is not a whole number"),
            (#"{"version":1,"hosts":[{"name":"a","address":"x","port":70000}]}"#, "the port or the key file of a"),
            (#"{"version":1,"hosts":[{"name":"a","address":"x"},{"name":"a","address":"y"}]}"#, "a is listed twice"),
        ])
    func theFaultIsNamed(_ text: String, _ fault: String) throws {
        files.put(text, at: "/r/hosts.json")
        let failure = try #require(throws: Failure.self) { try store.all() }
        #expect(failure.message.contains("/r/hosts.json") && failure.message.contains(fault), "\(failure.message)")
    }
}

/// The list of hosts while several runs change it.
@Suite struct HostStoreLockTests {
    private let home: TemporaryFolder
    private var runtime: String { "\(home.path)/r" }
    /// By the real clock: a virtual one runs off while another has the lock.
    private var store: HostStore { HostStore(runtime: runtime, files: LocalFiles(), time: SystemTime()) }

    init() throws { home = try TemporaryFolder() }

    @Test func nothingIsLostAmongMany() async throws {
        let names = try (0..<24).map { try HostName("h\($0)") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in names {
                group.addTask {
                    try await store.add(Host(name: name, destination: "at-\(name)"))
                    try await store.note([name: 1_000])
                }
            }
            try await group.waitForAll()
        }
        let all = try store.all()
        #expect(Set(all.map(\.name)) == Set(names) && all.allSatisfy { $0.lastSeen == 1_000 })
        #expect(try LocalFiles().names(in: runtime) == ["hosts.json"], "neither a lock nor a temporary file is left")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in names { group.addTask { try await store.remove(name) } }
            try await group.waitForAll()
        }
        #expect(try store.all().isEmpty)
    }

    @Test func whoWaitsInVainSaysForWhat() async throws {
        try LocalFiles().makeFolder(runtime, mode: 0o700)
        let held = try #require(try LocalFiles().lock("\(runtime)/hosts.json.lock", mode: 0o600))
        let waiting = HostStore(runtime: runtime, files: LocalFiles(), time: VirtualTime())
        let failure = try await #require(throws: Failure.self) {
            try await waiting.add(Host(name: HostName("a"), destination: "a"))
        }
        #expect(failure.code == .timedOut && failure.message.contains("\(runtime)/hosts.json"))
        #expect(failure.hint?.contains("hosts.json.lock") == true)
        withExtendedLifetime(held) {}
    }

    @Test func theRemovalIsDecidedUnderTheLock() async throws {
        let (name, lock) = (try HostName("a"), "\(runtime)/hosts.json.lock")
        try await store.add(Host(name: name, destination: "a"))
        await #expect(throws: Failure.self) {
            try await store.remove(name) {
                #expect(try LocalFiles().kind(of: lock) == .file)
                throw Failure(.conflict, "no")
            }
        }
        #expect(try store.all().map(\.name) == [name])
        #expect(try LocalFiles().kind(of: lock) == nil)
    }

    @Test func whatAKilledRunLeftGoesWithTheNextChange() async throws {
        try LocalFiles().makeFolder(runtime, mode: 0o700)
        for name in ["hosts.json.0123456789abcdef.new", "mine.0123456789abcdef.new"] {
            try LocalFiles().write("half", to: "\(runtime)/\(name)", mode: 0o600)
        }
        try await store.add(Host(name: HostName("a"), destination: "a"))
        #expect(try LocalFiles().names(in: runtime) == ["hosts.json", "mine.0123456789abcdef.new"])
    }
}

/// What OpenSSH is given, and what is made of its answers.
@Suite struct SSHRunnerTests {
    private let base = ScriptedRunner()
    private let time = VirtualTime()

    private func runner(_ host: Host? = nil) throws -> SSHRunner {
        let host = try host ?? Host(name: HostName("rack"), destination: "root@192.0.2.7", port: 2222, identity: "/k")
        return SSHRunner(SSHConnection(host, by: base, time: time, folder: "/f"), by: base, random: FixedRandom())
    }

    private static let options =
        "-o ControlPath=/f/rack -o ConnectTimeout=10 -o ServerAliveInterval=3 -o ServerAliveCountMax=3 -T "
        + "-o BatchMode=yes -o LogLevel=INFO -p 2222 -o IdentitiesOnly=yes -i /k -o ControlMaster=no \(own) "
        + "-- root@192.0.2.7"
    private static let old = "-o ClearAllForwardings=yes -o PermitLocalCommand=no -o Tunnel=no -o ForwardX11=no"
    private static let newer = "-o StdinNull=no -o ForkAfterAuthentication=no -o SessionType=default"
    private static let own = "\(old) -o RemoteCommand=none \(newer)"
    private static let open =
        "ssh -f -N -o ControlMaster=yes -o ControlPersist=60 \(options)"

    private static let mark = "bcmcluster-0123abcd"

    private func carried(_ command: Command) throws -> String {
        let text = RemoteScript(command: command, mark: Self.mark).text
        return "ssh \(Self.options) \(Shell.quoted(text))"
    }

    @Test func itsOwnStatusIsTheHostsAndTheCommandsIsTheCommands() async throws {
        let command = Command("x", [])
        base.on(Self.open, .works)
        base.on(try carried(command), .ends(255, "mine\n\(RemoteScript.mark255)\n"), .ends(255, "Connection closed"))
        let runner = try runner()
        #expect(try await runner.run(command) == CommandResult(.exited(255), errors: "mine\n"))
        let failure = try await #require(throws: Failure.self) { try await runner.run(command) }
        #expect(failure.code == .unreachable && failure.exitStatus == 4)
        #expect(failure.message == "host rack is unreachable: Connection closed")
    }

    @Test func aProgramThatIsNotThereIsToldFromACommandThatFindsNone() async throws {
        let command = Command("nsenter", ["--", "x"])
        let own = "nsenter: failed to execute x: No such file or directory\nsh: y: not found"
        base.on(Self.open, .works)
        base.on(try carried(command), .ends(127, own), .ends(127, "\(RemoteScript.markMissing)\n"))
        let runner = try runner()
        #expect(try await runner.run(command) == CommandResult(.exited(127), errors: own))
        let failure = try await #require(throws: Failure.self) { try await runner.run(command) }
        #expect(failure.code == .missing && failure.message == "nsenter: command not found on rack")
    }

    /// Of what passes the user by it is unknown what it said: the connection itself is asked.
    @Test(arguments: [Command.Output.passed, .terminal])
    func theStatusOfWhatPassesByIsTheCommandsWhereTheConnectionStands(_ output: Command.Output) async throws {
        let command = Command("x", [], effect: .changes, output: output)
        let terminal = Self.options.replacing("-T -o BatchMode=yes -o LogLevel=INFO", with: "-t -o LogLevel=ERROR")
        let options = output == .terminal ? terminal : Self.options
        let check = "ssh -o ControlPath=/f/rack \(Self.own) -O check -- root@192.0.2.7"
        base.on(Self.open, .works)
        base.on("ssh \(options) \(Shell.quoted(RemoteScript(command: command, mark: Self.mark).text))", .ends(255))
        base.on(check, .works, .ends(255, "No such file or directory"))
        let runner = try runner()
        #expect(try await runner.run(command) == CommandResult(.exited(255)))
        let failure = try await #require(throws: Failure.self) { try await runner.run(command) }
        #expect(failure.code == .unreachable && base.lines.filter { $0 == check }.count == 2)
    }

    @Test func aHostThatDoesNotLetUsInIsAskedAgainAfterAWhile() async throws {
        base.on(Self.open, .ends(255, "root@192.0.2.7: Permission denied (publickey)."))
        let runner = try runner()
        for _ in 0..<3 {
            let failure = try await #require(throws: Failure.self) { try await runner.run(Command("x", [])) }
            #expect(failure.message.hasSuffix("Permission denied (publickey)."))
        }
        #expect(base.lines.count == 1, "who asks within the next moments gets the same answer")
        try await time.sleep(.seconds(6))
        _ = try? await runner.run(Command("x", []))
        #expect(base.lines.count == 2)
    }

    @Test("An OpenSSH that does not know the newest options is given fewer; one whose configuration is wrong says so")
    func olderVersions() async throws {
        let refusal = ScriptedRunner.Answer.ends(255, "command-line: line 0: Bad configuration option: stdinnull")
        let older = { (text: String) in text.replacing(" \(Self.newer)", with: "") }
        base.on(Self.open, refusal)
        base.on(older(Self.open), .works)
        base.on(older(try carried(Command("x", []))), .prints("y"))
        #expect(try await runner().run(Command("x", [])).output == "y")

        base.on(older(Self.open), refusal)
        base.on(older(Self.open).replacing(" -o RemoteCommand=none", with: ""), refusal)
        let failure = try await #require(throws: Failure.self) { try await runner().run(Command("x", [])) }
        #expect(failure.code == .unreachable && failure.message.contains("Bad configuration option"))
    }

    @Test func aPersonIsAskedWhereOpenSSHHasAQuestion() async throws {
        let asking = Self.open.replacing(" -o BatchMode=yes -o LogLevel=INFO", with: "")
        base.on(Self.open, .ends(255, "Host key verification failed."))
        base.on(asking, .ends(255), .works)
        let host = try Host(name: HostName("rack"), destination: "root@192.0.2.7", port: 2222, identity: "/k")
        let connection = SSHConnection(host, by: base, time: time, folder: "/f", person: AsyncSemaphore(atOnce: 1))
        let failure = try await #require(throws: Failure.self) { try await connection.open(limit: .seconds(10)) }
        #expect(failure.message == "host rack is unreachable: Host key verification failed.")
        #expect(base.commands.last?.output == .terminal)
        try await time.sleep(.seconds(6))
        try await connection.open(limit: .seconds(10))
        #expect(base.lines == [Self.open, asking, Self.open, asking])
    }

    @Test(arguments: [
        ("IT IS POSSIBLE: REMOTE HOST IDENTIFICATION HAS CHANGED!\nHost key verification failed.", 10),
        ("Connection refused", 10), ("Permission denied (publickey).", 5),
    ])
    func whatNoAnswerMendsAndWhoIsInAHurryIsNotAsked(_ words: String, _ seconds: Int) async throws {
        let limit = "ConnectTimeout=\(seconds)"
        base.on(Self.open.replacing("ConnectTimeout=10", with: limit), .ends(255, words))
        let host = try Host(name: HostName("rack"), destination: "root@192.0.2.7", port: 2222, identity: "/k")
        let connection = SSHConnection(host, by: base, time: time, folder: "/f", person: AsyncSemaphore(atOnce: 1))
        await #expect(throws: Failure.self) { try await connection.open(limit: .seconds(seconds)) }
        #expect(base.lines.count == 1)
    }

    @Test func aCommandWithoutWhatShellsReadInTheirOwnWaysIsSentAsItIs() {
        let text = RemoteScript(command: Command("lxc", ["query", "/1.0?a=b&c", ""]), mark: "bcmcluster-1").text
        #expect(
            text.contains(#"echo $0; echo $0 >&2; PATH="#)
                && text.contains(#"; lxc query "/1.0?a=b&c" ""; status=$?; "#) && !text.contains("base64"))
        #expect(text.hasPrefix("exec /bin/sh -c '") && text.hasSuffix("' bcmcluster-1"))
        #expect(text.count { $0 == "'" } == 2)
    }

    @Test(arguments: [Command("pgrep", ["-f", "lxd"]), Command("nsenter", ["--", "pkill", "-f", "lxd"])])
    func aSearchForProcessesDoesNotFindTheShellThatRunsIt(_ command: Command) {
        #expect(!RemoteScript(command: command, mark: "bcmcluster-1").text.contains("lxd"))
    }

    @Test func whatIsSentIsPlainForEveryShell() throws {
        let text = RemoteScript(command: Command("echo", ["it's", "!", "\\", "\n"]), mark: "bcmcluster-1").text
        let inside = try #require(text.split(separator: "'", omittingEmptySubsequences: false).dropFirst().first)
        #expect(text.hasPrefix("exec /bin/sh -c '") && text.hasSuffix("' bcmcluster-1"))
        #expect(inside.allSatisfy { $0.isLetter || $0.isNumber || " \"$()|+/=-".contains($0) })
    }
}

/// The folder of a run's connections.
@Suite struct HostConnectionsTests {
    /// A runner with which every command takes its time.
    private struct Slow: CommandRunner {
        func run(_ command: Command) async throws -> CommandResult {
            try await Task.sleep(for: .milliseconds(20))
            return CommandResult()
        }
    }

    private func connections(_ identifier: String) -> HostConnections {
        struct Fixed: RandomSource {
            let text: String
            func secret(length: Int) -> String { text }
            func identifier(length: Int) -> String { text }
        }
        return HostConnections(
            by: Slow(), files: LocalFiles(), random: Fixed(text: identifier), time: SystemTime(), canAsk: false)
    }

    @Test func manyAskAtOnceAndTheFolderGoesInTheEnd() async throws {
        let identifier = SystemRandom().identifier(length: 16)
        let connections = connections(identifier)
        let folder = "/tmp/bcmcluster-ssh-\(identifier)"
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<8 {
                group.addTask {
                    _ = try await connections.runner(on: Host(name: HostName("h\(index)"), destination: "x"))
                    #expect(try LocalFiles().kind(of: folder) == .folder)
                }
            }
            try await group.waitForAll()
        }
        await connections.close()
        #expect(try LocalFiles().kind(of: folder) == nil)
    }

    /// In `/tmp` somebody else may have put something there.
    @Test(arguments: [true, false]) func whatIsPlantedIsNotUsed(isLink: Bool) async throws {
        let home = try TemporaryFolder()
        let identifier = SystemRandom().identifier(length: 16)
        let folder = "/tmp/bcmcluster-ssh-\(identifier)"
        if isLink { symlink(home.path, folder) } else { mkdir(folder, 0o777) }
        defer { _ = isLink ? unlink(folder) : rmdir(folder) }
        let host = try Host(name: HostName("a"), destination: "x")
        let connections = connections(identifier)
        let failure = try await #require(throws: Failure.self) { try await connections.runner(on: host) }
        #expect(failure.message.contains(folder))
        await connections.close()
        #expect(try LocalFiles().kind(of: folder) == (isLink ? .link : .folder))
        #expect(try LocalFiles().names(in: home.path).isEmpty)
    }
}
