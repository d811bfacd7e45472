import Provisioning
import Testing

@testable import MultipassStandIn

/// The state's "The daemon's main thread": who waits for whom, and who does not.
@Suite(.timeLimit(.minutes(5))) struct DaemonTests {
    private static let hung = Faults(machines: ["t1": .init(hung: true)])

    @Test func noIPv4AsksNoMachine() async throws {
        try await Sandbox.open(light: true) { sandbox async throws in
            try await sandbox.launch("t1")
            #expect(try await sandbox.run(["list", "--format", "json"]).output.contains("192.0.2."))
            let list = ["list", "--no-ipv4", "--format", "json"]
            let quiet = try await sandbox.run(list)
            #expect(
                quiet.output.hasPrefix("\n{\n    \"list\": [\n        {\n            \"ipv4\": [\n            ],\n"))
            try sandbox.set(Self.hung)
            let hung = try await sandbox.run(list)
            #expect(hung == quiet && hung.output.contains(#""state": "Running""#))
            #expect(try sandbox.remembered().mainThread == nil)
        }
    }

    @Test(arguments: [["list", "--format", "json"], ["info", "t1", "--format", "json"]])
    func aQuestionToAHungMachineHoldsTheDaemon(_ question: [String]) async throws {
        try await Sandbox.open(Self.hung, light: true) { sandbox async throws in
            try await sandbox.launch("t1", "t2")
            let asked = Task { try await sandbox.run(question) }
            try await sandbox.wait(for: "the question") { $0.mainThread == "ask" }
            // The daemon continues without the client that asked.
            asked.cancel()
            _ = try? await asked.value
            try await Self.expectWaiting(
                sandbox, ["list", "--no-ipv4"], ["exec", "t2", "--no-map-working-directory", "--", "true"],
                ["info", "t2", "--no-runtime-information"], ["start", "t2"], ["stop", "t2"],
                ["transfer", "-", "t2:notes"], ["launch", "file:///no-such-image", "--name", "t2"], ["version"],
                ["snapshot", "nope"])
        }
    }

    @Test func otherQuestionsDoNotTouchAHungMachine() async throws {
        try await Sandbox.open(Self.hung, light: true) { sandbox async throws in
            try await sandbox.launch("t1", "t2")
            #expect(try await sandbox.run(["info", "t2"]).output.contains("192.0.2."))
            let quiet = try await sandbox.run(["info", "--no-runtime-information", "t1"]).output
            #expect(quiet.contains(#""state": "Running""#) && quiet.contains(#""ipv4": []"#))
        }
    }

    @Test func aCommandInAHungMachineHangsAlone() async throws {
        try await Sandbox.open(Self.hung, light: true) { sandbox async throws in
            try await sandbox.launch("t1", "t2")
            let note = "\(sandbox.folder)/note"
            let command = ["exec", "-n", "t1", "--", "touch", note]
            let killed = Task { try await sandbox.run(command) }
            let patient = Task { try await sandbox.run(command) }
            _ = try await SystemTime().wait(for: "both calls", limit: .seconds(60), every: .milliseconds(10)) {
                try sandbox.calls().filter { $0 == command }.count == 2 ? true : nil
            }
            killed.cancel()
            await #expect(throws: CancellationError.self) { try await killed.value }
            #expect(try await sandbox.run(["list", "--no-ipv4"]).succeeded)
            #expect(try await sandbox.run(["exec", "-n", "t2", "--", "true"]).succeeded)
            #expect(try LocalFiles().read(note) == nil)
            try sandbox.set(Faults())
            #expect(try await patient.value.succeeded)
            #expect(try LocalFiles().read(note) == "")
        }
    }

    @Test(arguments: [["stop", "t1"], ["delete", "t1"], ["delete", "--purge", "t1"]])
    func aStopOfAMachineThatBootsHoldsTheDaemon(_ stop: [String]) async throws {
        try await Sandbox.open(light: true) { sandbox async throws in
            try await sandbox.launch("t1")
            let store = StateStore(folder: sandbox.state)
            try await store.change { $0.instances["t1"]?.bootsUntil = StandIn.now + 3600 }
            let stopped = Task { try await sandbox.run(stop) }
            try await sandbox.wait(for: "the stop") { $0.mainThread != nil }
            let list = Task { try await sandbox.run(["list", "--no-ipv4", "--format", "json"]).output }
            try await Task.sleep(for: .milliseconds(300))
            try await store.change { $0.instances["t1"]?.bootsUntil = 0 }
            #expect(try await stopped.value.succeeded)
            // The list waited for the stop, or it would tell of a machine that boots.
            let output = try await list.value
            #expect(!output.contains("Unknown") && !output.contains("Running"))
        }
    }

    @Test func theDaemonHasAsManyWorkersAsProcessors() async throws {
        let slow = Faults.Machine(launchSeconds: 3600, absentSeconds: 0)
        let (a, b) = (slow, slow)
        try await Sandbox.open(Faults(processors: 2, machines: ["a": a, "b": b]), light: true) { sandbox async throws in
            let over = Complaint(5, "Timed out waiting for instance launch.")
            for name in ["a", "b"] {
                #expect(try await sandbox.complaint(["launch", "-n", name, "--timeout", "1"]) == over)
                try await sandbox.wait(for: name) { $0.instances[name]?.phase == .starting }
            }
            // It needs no time of its own, and waits for one of them all the same.
            #expect(try await sandbox.complaint(["launch", "-n", "c", "--timeout", "2"]) == over)
            #expect(try sandbox.remembered().instances["c"]?.phase == .preparing)
            try sandbox.set(Faults(processors: 2, machines: ["b": b]))
            try await sandbox.wait(for: "c") { $0.instances["c"]?.phase == .running }
            #expect(try sandbox.remembered().instances["a"]?.phase == .running)
            #expect(try sandbox.remembered().instances["b"]?.phase == .starting)
            try sandbox.set(Faults())
            try await sandbox.wait(for: "b") { $0.instances["b"]?.phase == .running }
        }
    }

    @Test(arguments: ["start", "restart"]) func aStartGoesOnWithoutItsClient(_ verb: String) async throws {
        let slow = Faults(every: .init(startSeconds: 3600))
        try await Sandbox.open(slow, light: true) { sandbox async throws in
            try await sandbox.launch("t1")
            if verb == "start" { #expect(try await sandbox.run(["stop", "t1"]).succeeded) }
            let over = Complaint(5, "Timed out waiting for instance to \(verb).")
            #expect(try await sandbox.complaint([verb, "t1", "--timeout", "1"]) == over)
            #expect(try await sandbox.complaint([verb, "--timeout=1", "t1"]) == over)
            #expect(try sandbox.remembered().instances["t1"]?.phase == .starting)
            try sandbox.set(Faults())
            try await sandbox.wait(for: "t1") { $0.instances["t1"]?.phase == .running }
            #expect(try await sandbox.run([verb, "--timeout", "100", "t1"]).succeeded)
        }
    }

    /// Starts the calls, ends the fault a little later, and expects that none of them has an answer before.
    private static func expectWaiting(_ sandbox: Sandbox, _ calls: [String]...) async throws {
        let before = try sandbox.calls().count
        let ends = calls.map { call in
            Task {
                _ = try await sandbox.run(call, input: "")
                return StandIn.now
            }
        }
        _ = try await SystemTime().wait(for: "the calls", limit: .seconds(120), every: .milliseconds(10)) {
            try sandbox.calls().count >= before + calls.count ? true : nil
        }
        try await Task.sleep(for: .milliseconds(500))
        let release = StandIn.now
        try sandbox.set(Faults())
        for (call, end) in zip(calls, ends) {
            let end = try await end.value
            #expect(end > release, "\(call) did not wait")
        }
    }
}
