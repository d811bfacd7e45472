import Provisioning
import Testing

@testable import MultipassStandIn

/// What surprised in a real multipass, and how the provider stands it: what is about machines that come to be.
@Suite(.timeLimit(.minutes(3))) struct LaunchSurpriseTests {
    @Test func aLaunchGoesOnWithoutItsClient() async throws {
        try await Sandbox.open(Faults(every: .init(launchSeconds: 2.5))) { sandbox async throws in
            try await sandbox.provider.create(sandbox.specification(limit: .seconds(1)), of: sandbox.state())
            try await sandbox.provider.settle(sandbox.member(), of: sandbox.state(), limit: .seconds(20))
            let killed = Task { try await sandbox.provider.create(sandbox.specification(1), of: sandbox.state(2)) }
            try await Task.sleep(for: .milliseconds(300))
            killed.cancel()
            await #expect(throws: CancellationError.self) { try await killed.value }
            try await sandbox.provider.create(sandbox.specification(1), of: sandbox.state(2))
            try await sandbox.provider.settle(sandbox.member(1), of: sandbox.state(2), limit: .seconds(20))
            #expect(try sandbox.remembered().instances.count == 2)
        }
    }

    @Test func aMachineOnItsWayIsRemovedToo() async throws {
        try await Sandbox.open(Faults(every: .init(launchSeconds: 3, absentSeconds: 2))) { sandbox async throws in
            #expect(try await !sandbox.provider.isBeingLaunched(sandbox.member()))
            let killed = Task { try await sandbox.provider.create(sandbox.specification(), of: sandbox.state()) }
            _ = try await SystemTime().wait(for: "the launch", limit: .seconds(10), every: .milliseconds(10)) {
                try sandbox.remembered().instances[sandbox.member().text]
            }
            killed.cancel()
            #expect(try await sandbox.provider.machines(of: sandbox.state()).isEmpty)
            #expect(try await sandbox.provider.isBeingLaunched(sandbox.member()))
            try await sandbox.provider.remove(sandbox.member(), of: sandbox.state())
            #expect(try sandbox.remembered().instances.isEmpty)
            #expect(try await !sandbox.provider.isBeingLaunched(sandbox.member()))
        }
    }

    /// The name was free a moment ago, and is a user's own now.
    @Test func aMachineThatSomebodyElseLaunchesIsNotAdopted() async throws {
        try await Sandbox.open(Faults(every: .init(launchSeconds: 3, absentSeconds: 1))) { sandbox async throws in
            let (member, state) = (sandbox.member(), sandbox.state())
            #expect(try await sandbox.provider.assign(state, newMembers: [member]) == state)
            let theirs = Task { try await sandbox.launch(member.text) }
            _ = try await SystemTime().wait(for: "the launch", limit: .seconds(60), every: .milliseconds(10)) {
                try sandbox.remembered().instances[member.text]
            }
            await #expect(throws: Failure.self) { try await sandbox.provider.assign(state, newMembers: [member]) }
            let failure = try await #require(throws: Failure.self) {
                try await sandbox.provider.create(sandbox.specification(), of: state)
            }
            #expect(failure.code == .taken && failure.message.contains("not labelled as this cluster's"))
            _ = try await theirs.value
            #expect(try sandbox.remembered().instances[member.text]?.userData == nil)
        }
    }

    @Test func aCommandGoesOnWithoutItsClient() async throws {
        try await Sandbox.open { sandbox async throws in
            try await sandbox.launch(sandbox.member().text)
            let note = "\(sandbox.folder)/went-on"
            let command = Command(
                "sh", ["-c", "sleep 1; echo yes >\(note)"], limit: .milliseconds(400), effect: .changes)
            let failure = await #expect(throws: Failure.self) {
                try await sandbox.provider.runner(in: sandbox.member()).run(command)
            }
            #expect(failure?.code == .timedOut)
            #expect(try LocalFiles().read(note) == nil)
            try await Task.sleep(for: .seconds(1.2))
            #expect(try LocalFiles().read(note) == "yes\n")
        }
    }

    @Test func aSetupThatFailedIsNoSuccess() async throws {
        try await Sandbox.open(Faults(every: .init(cloudInit: "error", cloudInitPolls: 1))) { sandbox async throws in
            try await sandbox.provider.create(sandbox.specification(), of: sandbox.state())
            let failure = await #expect(throws: Failure.self) {
                try await sandbox.provider.settle(sandbox.member(), of: sandbox.state(), limit: .seconds(20))
            }
            #expect(failure?.message == "cloud-init failed on \(sandbox.member()), though multipass launched it")
            #expect(failure?.output?.contains("Runparts: 1 failures") == true)
            let logs = sandbox.provider.logs(of: sandbox.member())
            let log = try #require(logs.first { $0.name == "cloud-init-output" })
            let end = try await LogFile(sandbox.provider.logRunner(for: sandbox.member()), log.path).end(.lines(2))
            #expect(end?.contains("Failed to run module scripts_user") == true)
            #expect(try await !sandbox.provider.isSettled(sandbox.member(), of: sandbox.state()))
        }
    }

    @Test func theLogTellsWhatCloudInitIsDoing() async throws {
        try await Sandbox.open(Faults(every: .init(cloudInitPolls: 4))) { sandbox async throws in
            try await sandbox.provider.create(sandbox.specification(), of: sandbox.state())
            let cloudInit = CloudInit(sandbox.provider.runner(in: sandbox.member()))
            var told: [String?] = []
            while try await cloudInit.status(.awaits) == .running { told.append(await cloudInit.activity()) }
            #expect(told == ["installing packages", "installing packages", "installing LXD", "installing LXD"])
            #expect(await cloudInit.activity() == "finishing")
        }
    }

    @Test func aRestartThatIsSaidToHaveFailedMayHaveWorked() async throws {
        let faults = Faults(every: .init(bootSeconds: 0.7, rebootRequired: true, refusedRestarts: 1))
        try await Sandbox.open(faults) { sandbox async throws in
            try await sandbox.provider.create(sandbox.specification(), of: sandbox.state())
            try await sandbox.provider.settle(sandbox.member(), of: sandbox.state(), limit: .seconds(20))
            #expect(try sandbox.calls().filter { $0.first == "restart" }.count == 1)
            #expect(try sandbox.remembered().counts["restart \(sandbox.member())"] == 1)
            #expect(try sandbox.remembered().instances[sandbox.member().text]?.wantsReboot == false)
            #expect(try await sandbox.provider.isSettled(sandbox.member(), of: sandbox.state()))
        }
    }

    @Test func twoLaunchesAtOnceTakeAboutAsLongAsOne() async throws {
        try await Sandbox.open(Faults(every: .init(launchSeconds: 4))) { sandbox async throws in
            let provider = sandbox.provider
            let took = try await ContinuousClock().measure {
                async let one: Void = provider.create(sandbox.specification(0), of: sandbox.state(2))
                async let other: Void = provider.create(sandbox.specification(1), of: sandbox.state(2))
                _ = try await (one, other)
            }
            #expect(took < .seconds(7))
            #expect(try await provider.machines(of: sandbox.state(2)).count == 2)
        }
    }
}
