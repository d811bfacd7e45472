import Testing

@testable import bcmcluster

@Suite struct CompletionTests {
    private func words(_ line: String..., defaultCluster: String? = nil) -> [String] {
        Completion(
            clusters: { ["DEV", "DEMO", "CI"] },
            members: { $0 == "DEV" ? ["DEV-00", "DEV-01"] : $0 == "CI" ? ["CI-00"] : [] },
            snapshots: { $0 == "DEV" ? ["before", "s20261121-170500"] : [] },
            units: { $0 == "DEV" ? ["web", "web/1", "web/2", "db", "db/1"] : [] }, hosts: { ["rack1", "rack2"] },
            defaultCluster: defaultCluster
        ).candidates(line).map(\.word)
    }

    @Test func commandsWordByWord() {
        #expect(Set(words("")) == Set(CommandTable.commands.map { $0.words[0] }))
        #expect(words("de") == ["destroy"])
        #expect(words("env", "") == ["show", "stub"])
        #expect(words("env", "sh") == ["show"])
        #expect(words("nonsense", "") == [])
        #expect(!words("").contains("__complete"))
    }

    @Test func flagsThatAreNotGivenYet() {
        #expect(words("list", "--") == ["--help", "--json", "--quiet", "--verbose"])
        #expect(words("list", "") == words("list", "--"), "nothing else could stand there")
        #expect(words("list", "-q", "--") == ["--help", "--json", "--verbose"])
        #expect(words("--c") == ["--cluster"], "before the command too")
        #expect(words("destroy", "--json", "--j") == [])
        #expect(words("up", "-c", "DEV", "--cl") == [], "the short form is the same flag")
        #expect(words("up", "--par") == ["--parallel"])
    }

    @Test func clustersThatThereAre() {
        #expect(words("up", "-c", "") == ["CI", "DEMO", "DEV"])
        #expect(words("up", "--cluster", "DE") == ["DEMO", "DEV"])
        #expect(words("up", "--cluster", "=", "DEV") == ["DEV"], "bash cuts at =")
        #expect(words("up", "--cluster", "=") == ["CI", "DEMO", "DEV"])
        #expect(words("up", "--cluster=DE") == ["--cluster=DEMO", "--cluster=DEV"], "zsh and fish do not")
        #expect(words("up", "--json=") == [] && words("up", "--nonsense=D") == [] && words("--mem=D") == [])
        #expect(words("--cluster=D") == ["--cluster=DEMO", "--cluster=DEV"], "also before the command")
        #expect(words("-c", "DEM") == ["DEMO"] && words("-c", "DEV", "stat") == ["status"])
        #expect(words("status", "D") == ["DEMO", "DEV"] && words("destroy", "") == ["CI", "DEMO", "DEV"])
        #expect(words("status", "DEV", "D") == [] && words("status", "-c", "DEV", "D") == [], "one at the most")
        #expect(words("up", "-m", "") == [])
        #expect(words("up", "--provider", "") == ["baremetal", "multipass", "namespace"])
        #expect(words("up", "--storage", "z") == ["zfs"])
    }

    @Test func membersOfTheClusterThatIsNamed() {
        #expect(words("exec", "-c", "DEV", "") == ["DEV-00", "DEV-01"])
        #expect(words("exec", "-c", "DEV", "DEV-01", "") == ["DEV-00"], "each once")
        #expect(words("exec", "--cluster=CI", "") == ["CI-00"])
        #expect(words("exec", "-cCI", "") == ["CI-00"] && words("-c", "CI", "exec", "") == ["CI-00"])
        #expect(words("member", "rm", "-c", "CI", "") == ["CI-00"], "also behind a synonym")
        #expect(words("shell", "-c", "DEV", "DEV-00", "D") == [], "one at the most")
        #expect(words("exec", "-c", "DEV", "--", "") == [])
        #expect(words("shell", "DEV", defaultCluster: "DEV") == ["DEV-00", "DEV-01"])
        #expect(words("shell", "D") == [])
    }

    @Test func snapshotsOfTheClusterThatIsNamed() {
        for verb in ["restore", "delete"] {
            #expect(words("snapshot", verb, "-c", "DEV", "") == ["before", "s20261121-170500"])
            #expect(words("snapshot", verb, "-c", "DEV", "before", "") != ["before"], "one at the most")
        }
        #expect(words("snapshot", "create", "-c", "DEV", "b") == [], "there it is a new name")
        #expect(words("snapshot", "") == ["create", "delete", "export", "import", "list", "restore"])
    }

    @Test func unitsOfTheClusterThatIsNamed() {
        #expect(words("rm", "-c", "DEV", "") == ["db", "web"] && words("ps", "-cDEV", "w") == ["web"])
        #expect(words("unit", "logs", "-c", "DEV", "web") == ["web", "web/1", "web/2"])
        #expect(words("unit", "stop", "-c", "CI", "w") == [])
    }

    /// A command that only reads means the only cluster that there is.
    @Test func theOnlyClusterNeedNotBeNamed() {
        let completion = Completion(
            clusters: { ["DEV"] }, members: { _ in ["DEV-00"] }, snapshots: { _ in [] }, defaultCluster: nil)
        #expect(completion.candidates(["logs", "D"]).map(\.word) == ["DEV-00"])
        #expect(completion.candidates(["member", "remove", "D"]).isEmpty)
    }

    @Test func hostsThatThereAre() {
        #expect(words("vm", "launch", "--host", "") == ["auto", "local", "rack1", "rack2"])
        #expect(words("vm", "launch", "--host", "l") == ["local"])
        #expect(words("host", "remove", "r") == ["rack1", "rack2"])
        #expect(words("host", "add", "r") == [], "there it is a new name")
    }

    @Test func otherOperands() {
        #expect(words("completion", "") == ["bash", "fish", "zsh"])
        #expect(words("completion", "bash", "f") == [])
        #expect(words("help", "env", "") == ["show", "stub"])
        #expect(words("help", "compl") == ["completion"])
    }

    /// Nobody presses the tabulator in vain: whatever the parser takes is offered.
    @Test func everyFlagOfEveryCommandIsOffered() {
        for command in CommandTable.commands {
            let completion = Completion(
                clusters: { [] }, members: { _ in [] }, snapshots: { _ in [] }, defaultCluster: nil)
            let offered = Set(completion.candidates(command.words + ["--"]).map(\.word))
            #expect(offered == Set(command.allFlags.map(\.long)), "\(command.title)")
        }
    }

    @Test func thereIsAScriptForEachShell() throws {
        for shell in CompletionScript.shells {
            let script = try #require(CompletionScript.text(for: shell))
            #expect(script.contains("__complete --") && script.contains("bcmcluster completion \(shell)"))
            #expect(script.hasSuffix("\n") && !script.contains("\n\n"))
        }
        #expect(try Invocation(["__complete", "--", ""]).passedOn == [""])
        #expect(try Invocation(["__complete", "--", "up", "-c"]).passedOn == ["up", "-c"])
        #expect(throws: (any Error).self) { try Help.text(for: ["__complete"]) }
    }
}
