import Provisioning
import Testing

@testable import bcmcluster

@Suite struct InvocationTests {
    private func failure(_ line: String...) throws -> Failure {
        try #require(throws: Failure.self) {
            let invocation = try Invocation(line)
            _ = try invocation.cluster { _ in nil }
            _ = try (invocation.further(), invocation.parallel(), invocation.limits(), invocation.settings())
        }
    }

    @Test(arguments: [
        ["up", "-c", "DEV", "-m", "2"], ["up", "--cluster", "DEV", "--members", "2"],
        ["up", "--cluster=DEV", "--members=2"],
        ["up", "-m", "2", "--cluster=DEV"],
    ])
    func flagsHaveTwoFormsAndAShortOne(_ line: [String]) throws {
        let invocation = try Invocation(line)
        #expect(invocation.verb == .up)
        #expect(try invocation.cluster { _ in nil }.text == "DEV")
        #expect(try invocation.further() == 2)
        #expect(!invocation.isDryRun && !invocation.isJSON)
    }

    @Test func everyCommandIsKnown() throws {
        #expect(try Invocation(["destroy", "-y", "-c", "DEV"]).values == [.yes: "", .cluster: "DEV"])
        #expect(try Invocation(["env", "stub", "-c", "DEV", "--dry-run"]).verb == .envStub)
        #expect(try Invocation(["list", "--json"]).isJSON)
        #expect(try Invocation(["help", "env", "stub"]).operands == ["env", "stub"])
        #expect(try Invocation(["up", "-c", "DEV", "--help"]).operands == ["up"])
        for line in [[], ["--help"], ["-h"], ["help"]] { #expect(try Invocation(line).verb == .help) }
        for line in [["member"], ["member", "--help"], ["member", "-h"], ["help", "member"]] {
            let invocation = try Invocation(line)
            #expect(invocation.verb == .help && invocation.operands == ["member"])
        }
        #expect(try Invocation(["--version"]).values[.version] != nil)
    }

    @Test func theEnvironmentNamesTheClusterWhereNoFlagDoes() throws {
        #expect(try Invocation(["up"]).cluster { $0 == "BCM_CLUSTER_NAME" ? "ENV" : nil }.text == "ENV")
        #expect(try Invocation(["up", "-c", "FLAG"]).cluster { _ in "ENV" }.text == "FLAG")
    }

    @Test func anEmptyValueIsAValue() throws {
        #expect(try failure("up", "--cluster=").message.contains("empty"))
        #expect(try failure("up", "-c", "").exitStatus == 2)
    }

    /// The list: one clear sentence each, exit status 2.
    @Test(arguments: [
        ["up"], ["up", "-c", "../x"], ["up", "-c", "a b"], ["up", "-c", "-x"], ["up", "-c", "DEV_1"],
        ["up", "-c", String(repeating: "a", count: 41)], ["up", "-c", "DEV", "-m", "-1"],
        ["up", "-c", "DEV", "-m", "x"],
        ["up", "-c", "DEV", "-m", "1.5"], ["up", "-c", "DEV", "-m", "1000"], ["up", "-c", "DEV", "-m", ""],
        ["up", "-c", "DEV", "-m", "+1"],
        ["up", "-c", "DEV", "--provider", "docker"], ["up", "-c", "DEV", "--memory", "12 parsecs"],
        ["up", "-c", "DEV", "--cpus", "0"],
        ["up", "-c", "DEV", "--parallel", "0"], ["up", "-c", "DEV", "--timeout", "soon"],
        ["up", "-c", "DEV", "--timeout", "0s"],
        ["up", "-c", "DEV", "--timeout", "25h"],
    ])
    func badInputIsWrongUsage(_ line: [String]) throws {
        let failure = try #require(throws: Failure.self) {
            let invocation = try Invocation(line)
            _ = try invocation.cluster { _ in nil }
            _ = try (invocation.further(), invocation.parallel(), invocation.limits(), invocation.settings())
        }
        #expect(failure.exitStatus == 2)
        #expect(!failure.message.isEmpty && !failure.message.contains("\n") && !failure.message.hasSuffix("."))
    }

    @Test func theValueAndTheFlagAreNamed() throws {
        #expect(
            try failure("up", "-c", "DEV", "-m", "1000").message
                == "--members: 1000 is not a whole number from 0 to 999")
        #expect(try failure("up", "-c", "DEV", "--memory", "12 parsecs").message.hasPrefix("--memory: '12 parsecs' "))
        #expect(
            try failure("up", "-c", "DEV", "--provider", "docker").message.contains("multipass, namespace, baremetal"))
    }

    @Test func whatIsNotInTheTableIsRefused() throws {
        #expect(
            try failure("up", "--memroy", "4G")
                == Failure(.badInput, "unknown flag --memroy", hint: "did you mean --memory?"))
        #expect(try failure("dsetroy").hint == "did you mean bcmcluster destroy?")
        #expect(try failure("frobnicate").hint == "try bcmcluster help")
        #expect(try failure("up", "--zzzzzz").hint == "try bcmcluster help up")
        #expect(try failure("list", "-m", "2").message == "unknown flag --members for list")
        #expect(try failure("up", "DEV", "extra").message == "up: unexpected argument extra after CLUSTER")
        #expect(try failure("env", "--json").hint?.contains("bcmcluster env stub") == true)
        #expect(try failure("env", "stbu").message == "unknown command env stbu")
        #expect(try failure("up", "-c", "A", "--cluster=B").message == "--cluster is given twice")
        #expect(try failure("up", "-c").message == "--cluster needs a value: --cluster NAME")
        #expect(try failure("up", "--dry-run=yes").message == "--dry-run takes no value")
    }

    @Test(arguments: [("90s", 90), ("15m", 900), ("1h", 3600), ("45", 45), ("24h", 86_400)])
    func timesAreRead(_ text: String, _ seconds: Int) throws {
        #expect(try Invocation(["up", "--timeout", text]).limits().machine == .seconds(seconds))
    }

    @Test func settingsAreTheFlagsThatCanStandInEnv() throws {
        let line = [
            "up", "-c", "D", "--provider", "namespace", "--cpus=2", "--memory=1G", "--disk=9G", "--storage=dir",
        ]
        let more = ["--image=24.04", "--channel=5.21/stable", "--network=10.77.0.0/22", "--parallel=2"]
        #expect(
            try Invocation(line + more).settings() == [
                .provider: "namespace", .cpus: "2", .memory: "1G", .disk: "9G", .storage: "dir", .image: "24.04",
                .channel: "5.21/stable", .network: "10.77.0.0/22",
            ])
    }
}
