import Testing

@testable import Provisioning

@Suite struct MachineStepTests {
    private func bench(_ state: Machine.State?) throws -> (Bench, StubProvider) {
        let name = try MemberName.dev(0)
        let provider = StubProvider(.multipass, machines: state.map { [name: Machine(state: $0)] } ?? [:])
        return (try Bench(provider: provider), provider)
    }

    /// By the state `destroy` would remove it.
    @Test func aMachineOfAnothersIsNotInTheState() async throws {
        let (bench, provider) = try bench(nil)
        let (step, context) = (LaunchMachine(name: try .dev(0)), bench.context)
        provider.takenName.withLock { $0 = step.name }
        await #expect(throws: Failure(.taken, "another has DEV-00")) { try await step.run(context) }
        #expect(await context.store.state.members.isEmpty)
    }

    @Test func oneThatIsDeletedIsTheirsToDecide() async throws {
        let (bench, provider) = try bench(.deleted)
        let step = LaunchMachine(name: try .dev(0))
        let failure = try await #require(throws: Failure.self) { try await step.run(bench.context) }
        #expect(failure.code == .conflict && failure.hint?.contains("recover") == true && provider.log.isEmpty)
    }

    @Test func whoIsSecondChoosesAgain() async throws {
        let (bench, provider) = try bench(nil)
        provider.takenSubnets.withLock { $0 = [(), ()] }
        try await PrepareHost().run(bench.context)
        #expect(provider.log == ["prepare", "assign", "prepare", "assign", "prepare"])
        provider.takenSubnets.withLock { $0 = Array(repeating: (), count: 40) }
        let context = bench.context
        let failure = try await #require(throws: Failure.self) { try await PrepareHost().run(context) }
        #expect(failure.code == .taken, "not for ever")
    }

    @Test func theRecordStaysWhileAnythingIsLeft() async throws {
        let (left, _) = try bench(.stopped)
        let machine = try await #require(throws: Failure.self) { try await VerifyRemoval().run(left.context) }
        #expect(machine.message == "DEV is not completely deleted: DEV-00 is left")
        let (gone, provider) = try bench(nil)
        let shared = try await #require(throws: Failure.self) { try await VerifyRemoval().run(gone.context) }
        #expect(shared.message.contains("something that its machines shared"))
        provider.releases.withLock { $0 = true }
        try await VerifyRemoval().run(gone.context)
    }
}
