import Testing

@testable import Provisioning
@testable import bcmcluster

@Suite struct OperandTests {
    private func command(_ operands: [Operand], passing: CommandSpecification.Passing = .nothing)
        -> CommandSpecification
    {
        CommandSpecification(
            verb: .list, words: ["do"], group: .other, summary: "", details: "", flags: [.cluster], operands: operands,
            passing: passing)
    }

    private let member = Operand("MEMBER", .optional, "")
    private let members = Operand("MEMBER", .any, "")
    private let shell = Operand("SHELL", .one, "", choices: ["bash", "zsh", "fish"])

    @Test func theUsageShowsThem() {
        #expect(command([]).usage == "bcmcluster do [FLAGS] [CLUSTER]")
        #expect(command([member]).usage == "bcmcluster do [FLAGS] [MEMBER]")
        #expect(command([members], passing: .command).usage == "bcmcluster do [FLAGS] [MEMBER…] -- CMD…")
        #expect(command([shell]).usage == "bcmcluster do [FLAGS] SHELL")
    }

    @Test func asManyAsThereMayBe() throws {
        try command([]).check([], [])
        try command([member]).check([], [])
        try command([member]).check(["a"], [])
        try command([members]).check(["a", "b", "c"], [])
        try command([shell]).check(["zsh"], [])
        try command([shell, members]).check(["fish", "a", "b"], [])
        try command([members], passing: .command).check([], ["true"])
    }

    /// One clear sentence each, exit status 2.
    @Test func whatDoesNotFitIsNamed() throws {
        func failure(_ command: CommandSpecification, _ words: [String], _ passedOn: [String] = []) throws -> Failure {
            try #require(throws: Failure.self) { try command.check(words, passedOn) }
        }
        #expect(try failure(command([]), ["a"]).message == "do: unexpected argument a after CLUSTER")
        #expect(try failure(command([member]), ["a", "b"]).message == "do: unexpected argument b after MEMBER")
        #expect(try failure(command([shell]), []).message == "do needs SHELL: bash, zsh, fish")
        #expect(try failure(command([shell]), ["basch"]).message == "do: basch is not one of bash, zsh, fish")
        #expect(try failure(command([shell]), ["basch"]).hint == "did you mean bash?")
        #expect(try failure(command([shell]), ["tcl"]).hint == "try bcmcluster help do")
        #expect(try failure(command([], passing: .command), []).message == "do needs a command after --")
        for program in ["", "-n", "A=1"] {
            #expect(try failure(command([], passing: .command), [], [program, "x"]).exitStatus == 2)
        }
    }

    @Test func membersAreThoseOfTheRecord() throws {
        var state = ClusterState(
            name: try ClusterName("DEV"), identifier: "0123abcd", created: 0,
            settings: ClusterSettings(provider: .namespace, storage: .dir))
        state.members = (0..<3).map { ClusterState.Member(name: MemberName(state.name, $0)) }
        func members(_ words: String...) throws -> [String] {
            try state.members(named: words).map(\.text)
        }
        #expect(try members() == [])
        #expect(try members("DEV-02", "DEV-00", "DEV-02") == ["DEV-02", "DEV-00"])
        let unknown = try #require(throws: Failure.self) { try members("DEV-07") }
        #expect(unknown.exitStatus == 5 && unknown.message == "DEV has no member DEV-07")
        #expect(throws: Failure.self) { try members("") }
        #expect(throws: Failure.self) { try members("DEV-1") }
        #expect(
            try #require(throws: Failure.self) { try members("DEV2-00") }.hint == "it has DEV-00, DEV-01, DEV-02")
    }
}
