import Provisioning
import Testing

@testable import bcmcluster

/// Command lines as POSIX, GNU, kubectl and docker have them.
@Suite struct LineReaderTests {
    private func failure(_ line: [String]) throws -> Failure {
        try #require(throws: Failure.self, "\(line)") { try Invocation(line) }
    }

    @Test(arguments: [
        ["up", "-c", "DEV", "-m", "2", "-q"], ["up", "-cDEV", "-m2", "-q"], ["up", "-qc", "DEV", "-m", "2"],
        ["up", "-qcDEV", "-m=2"], ["-c", "DEV", "up", "-m2", "--quiet"], ["-qcDEV", "up", "--members=2"],
        ["up", "DEV", "-m", "2", "-q"], ["up", "-q", "-m", "2", "DEV"], ["-q", "up", "-m2", "--", "DEV"],
        ["--quiet", "create", "DEV", "-m2"], ["--cluster=DEV", "-q", "up", "DEV", "-m2"],
        ["up", "-q", "-q", "DEV", "-m2"],
    ])
    func oneLineInManyForms(_ line: [String]) throws {
        let invocation = try Invocation(line)
        #expect(invocation.verb == .up && invocation.operands.isEmpty)
        #expect(invocation.values == [.cluster: "DEV", .members: "2", .quiet: ""])
    }

    @Test(arguments: [
        (["create", "DEV"], Verb.up), (["delete", "DEV"], .destroy), (["down", "DEV"], .destroy), (["ls"], .list),
        (["host", "ls"], .hostList), (["vm", "ls"], .vmList), (["snapshot", "ls", "-cX"], .snapshotList),
        (["snapshot", "rm", "-cX", "a"], .snapshotDelete), (["member", "rm", "-cX", "X-01"], .memberRemove),
        (["member", "delete", "-cX", "X-01"], .memberRemove), (["host", "delete", "a"], .hostRemove),
        (["vm", "rm", "a"], .vmDelete), (["rm", "-cX", "web"], .rm), (["version"], .version),
    ])
    func wordsOfOtherToolsAreTaken(_ line: [String], _ verb: Verb) throws {
        #expect(try Invocation(line).verb == verb)
    }

    @Test func theHelpNamesTheSynonyms() throws {
        #expect(try Help.text(for: ["create"]).hasPrefix("usage: bcmcluster up "))
        #expect(try Help.text(for: ["up"]).contains("synonyms: create\n"))
        #expect(try Help.text(for: ["destroy"]).contains("synonyms: delete, down\n"))
        #expect(try Help.text(for: ["rm"]).contains("synonyms") == false, "delete is destroy there")
    }

    /// A first operand is a cluster only where a command has no others.
    @Test func theClusterAsAnOperand() throws {
        for (line, names) in [
            (["status", "DEV"], true), (["destroy", "DEV", "-y"], true), (["stop", "DEV"], true),
            (["repair", "DEV"], true), (["env", "stub", "DEV"], true), (["member", "add", "DEV"], true),
            (["api", "DEV"], true), (["ps", "DEV"], false), (["logs", "DEV"], false), (["shell", "DEV"], false),
            (["rm", "DEV"], false), (["snapshot", "create", "DEV"], false), (["host", "remove", "DEV"], false),
        ] {
            let invocation = try Invocation(line)
            #expect(invocation.values[.cluster] == (names ? "DEV" : nil), "\(line)")
            #expect(invocation.operands == (names ? [] : ["DEV"]), "\(line)")
        }
        #expect(try Invocation(["status", "DEV"]).cluster { _ in "ENV" }.text == "DEV", "before the environment")
        #expect(try failure(["status", "-c", "A", "B"]).message == "status: two clusters specified: A and B")
        #expect(try failure(["status", "A", "B"]).message == "status: unexpected argument B after CLUSTER")
    }

    @Test func theOnlyClusterNeedNotBeNamedToLook() throws {
        func cluster(_ line: [String], _ known: [String]) throws -> String {
            try Invocation(line).cluster({ _ in nil }, known: { known }).text
        }
        for line in [
            ["status"], ["ps"], ["logs"], ["env", "show"], ["api"], ["volume", "list"], ["snapshot", "list"],
        ] {
            #expect(try cluster(line, ["DEV"]) == "DEV", "\(line)")
            #expect(
                try #require(throws: Failure.self) { try cluster(line, ["B", "A"]) }.hint?.hasSuffix("A, B") == true)
        }
        for command in CommandTable.commands where command.flags.contains(.cluster) && command.flags.contains(.dryRun) {
            #expect(!command.onlyReads, "\(command.title) changes something")
        }
        for line in [["destroy"], ["up"], ["stop"], ["exec", "--", "true"], ["shell"], ["rm", "web"]] {
            let failure = try #require(throws: Failure.self, "\(line)") { try cluster(line, ["DEV"]) }
            #expect(failure.message == "no cluster specified" && failure.hint == "did you mean -c DEV?")
        }
        let named = try #require(throws: Failure.self) { try cluster(["ps", "DEV"], ["CI", "DEV"]) }
        #expect(named.hint == "did you mean -c DEV?")
    }

    @Test(arguments: [
        (["exec", "DEV-01", "uname", "-a"], "bcmcluster exec DEV-01 -- uname -a"),
        (["exec", "-c", "DEV", "uname"], "bcmcluster exec -c DEV -- uname"),
        (
            ["-cDEV", "exec", "DEV-00", "DEV-01", "sh", "-c", "echo hi"],
            "bcmcluster -cDEV exec DEV-00 DEV-01 -- sh -c 'echo hi'"
        ),
        (["exec", "-cDEV", "ls", "--json"], "bcmcluster exec -cDEV -- ls --json"),
        (["unit", "exec", "-cDEV", "web/1", "ls", "-la"], "bcmcluster unit exec -cDEV web/1 -- ls -la"),
        (["vm", "exec", "rack1/box", "uptime"], "bcmcluster vm exec rack1/box -- uptime"),
    ])
    func aCommandWithoutDashesIsCorrected(_ line: [String], _ corrected: String) throws {
        let failure = try failure(line)
        #expect(failure.exitStatus == 2 && failure.message.hasSuffix(" needs -- before the command"))
        #expect(failure.hint == corrected)
    }

    @Test(arguments: [
        (["get", "nodes"], "did you mean bcmcluster list, bcmcluster status or bcmcluster ps?"),
        (["lst"], "did you mean bcmcluster list?"), (["member", "ad"], "did you mean bcmcluster member add?"),
        (["up", "--mem", "4G"], "did you mean --memory?"), (["up", "--cpu", "2"], "did you mean --cpus?"),
        (["up", "mem", "4G"], "did you mean --memory?"), (["up", "-c", "DEV", "cpus", "4"], "did you mean --cpus?"),
        (["up", "-cluster", "DEV"], "did you mean --cluster?"), (["up", "-json"], "did you mean --json?"),
        (["up", "--nodes", "3"], "did you mean --members?"), (["status", "--output", "json"], "did you mean --json?"),
        (["destroy", "DEV", "--force"], "did you mean --yes?"), (["up", "-n", "2"], "did you mean --members?"),
        (["--memory", "4G", "up"], "write it behind the command: bcmcluster COMMAND --memory"),
    ])
    func typosGetASuggestion(_ line: [String], _ hint: String) throws {
        let failure = try failure(line)
        #expect(failure.exitStatus == 2 && failure.hint == hint, "\(failure)")
    }

    @Test func whatIsNoCommand() throws {
        #expect(try failure(["-c", "DEV"]).message == "no command specified")
        #expect(try failure(["member", "-c", "DEV"]).message == "member needs a subcommand")
        #expect(try failure(["list", "-c", "DEV"]).message == "unknown flag --cluster for list")
        #expect(try failure(["-c", "DEV", "list"]).message == "unknown flag --cluster for list")
        #expect(try failure(["status", "-qv"]).message == "--quiet and --verbose exclude each other")
        #expect(try failure(["up", "-m"]).message == "--members needs a value: --members N")
        #expect(try failure(["up", "-q=1"]).message == "--quiet takes no value")
        #expect(try failure(["up", "-qx"]).message == "unknown flag -x")
        #expect(try Invocation(["member", "-c", "DEV", "add"]).verb == .memberAdd)
        #expect(try Invocation(["-v"]).values == [.version: ""])
        #expect(try Invocation(["--help", "up"]).operands == ["up"])
    }
}
