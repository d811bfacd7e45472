import Testing

@testable import Provisioning

@Suite struct MachineStepTests {
    private func bench(_ state: Machine.State?) throws -> (Bench, StubProvider) {
        let name = try MemberName.dev(0)
        let provider = StubProvider(.multipass, machines: state.map { [name: Machine(state: $0)] } ?? [:])
        return (try Bench(provider: provider), provider)
    }

    @Test func aMachineThatIsNotThereIsMade() async throws {
        let (bench, provider) = try bench(nil)
        bench.files.put("BCM_ENDPOINT_MEM_SIZE=7G\n", at: "\(Bench.folder)/endpoints/DEV-00/.env")
        let step = LaunchMachine(name: try .dev(0))
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        #expect(provider.log == ["create DEV-00 4 7G 30G"])
    }

    /// By the state `destroy` would remove it.
    @Test func aMachineOfAnothersIsNotInTheState() async throws {
        let (bench, provider) = try bench(nil)
        let (step, context) = (LaunchMachine(name: try .dev(0)), bench.context)
        provider.takenName.withLock { $0 = step.name }
        await #expect(throws: Failure(.taken, "another has DEV-00")) { try await step.run(context) }
        #expect(await context.store.state.members.isEmpty)
    }

    @Test func oneThatIsOffIsStarted() async throws {
        let (bench, provider) = try bench(.stopped)
        let step = LaunchMachine(name: try .dev(0))
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        #expect(provider.log == ["start DEV-00"])
    }

    @Test(arguments: [Machine.State.running, .starting])
    func oneThatRunsIsDone(_ state: Machine.State) async throws {
        #expect(try await LaunchMachine(name: try .dev(0)).isDone(bench(state).0.context))
    }

    @Test func oneThatIsDeletedIsTheirsToDecide() async throws {
        let (bench, provider) = try bench(.deleted)
        let step = LaunchMachine(name: try .dev(0))
        let failure = try await #require(throws: Failure.self) { try await step.run(bench.context) }
        #expect(failure.code == .conflict && failure.hint?.contains("recover") == true && provider.log.isEmpty)
    }

    @Test func settlingStartsWhatIsDeadInARunningMachine() async throws {
        let (running, provider) = try bench(.running)
        try await SettleMachine(name: try .dev(0)).run(running.context)
        #expect(provider.log == ["start DEV-00", "settle DEV-00"])
        let (fresh, other) = try bench(nil)
        #expect(try await !SettleMachine(name: try .dev(0)).isDone(fresh.context))
        try await SettleMachine(name: try .dev(0)).run(fresh.context)
        #expect(other.log == ["settle DEV-00"])
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

    @Test func removingAsksTheWorldFirst() async throws {
        let (bench, provider) = try bench(.stopped)
        let step = RemoveMachine(name: try .dev(0))
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        #expect(provider.log == ["remove DEV-00"])
        #expect(try await step.isDone(self.bench(nil).0.context))
        #expect(
            try await !RemoveMachine(name: try .dev(0)).isDone(self.bench(.deleted).0.context), "it is not purged"
        )
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

    @Test func theFilesGoWithTheirFolder() async throws {
        let (bench, _) = try bench(nil)
        bench.files.put("x", at: "\(Bench.folder)/endpoints/DEV-00/.env")
        bench.files.put("x", at: "/r/clusters/DEV2/cluster.json")
        #expect(try await !RemoveFiles().isDone(bench.context))
        try await RemoveFiles().run(bench.context)
        #expect(try await RemoveFiles().isDone(bench.context))
        #expect(bench.files.files.keys.sorted() == ["/r/clusters/DEV2/cluster.json"])
    }
}
