import Testing

@testable import Provisioning

/// Who joins beside whom.
@Suite(.endsHangs) struct JoinTurnsTests {
    private let turns = JoinTurns()
    private let crowd = Crowd()
    private let flags = Flags()

    private func join(_ name: String, until flag: String? = nil, alone: Bool = false) async throws {
        let work = {
            self.crowd.enter()
            await self.flags.raise("in \(name)")
            if let flag { await self.flags.wait(flag) }
            self.crowd.leave()
        }
        if alone { try await turns.alone(work) } else { try await turns.together(work) }
    }

    @Test func untilTheVersionIsKnownJoinsGoOneByOne() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<5 { group.addTask { try await join("\(number)") } }
            try await group.waitForAll()
        }
        #expect(crowd.most == 1)
    }

    @Test func asManyJoinAtOnceAsAreAllowed() async throws {
        turns.allow(3)
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Each of the first three waits for the others.
            for number in 0..<3 { group.addTask { try await join("\(number)", until: "in \((number + 1) % 3)") } }
            try await group.waitForAll()
            for number in 3..<9 { group.addTask { try await join("\(number)") } }
            try await group.waitForAll()
        }
        #expect(crowd.most == 3)
    }

    @Test func whoRepeatsAJoinHasTheClusterToItself() async throws {
        turns.allow(3)
        let repeating = Crowd()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await join("first", until: "go on") }
            await flags.wait("in first")
            group.addTask {
                await flags.raise("repeats")
                try await turns.alone {
                    repeating.enter()
                    #expect(crowd.now == 0)
                    try await Task.sleep(for: .milliseconds(20))
                    #expect(crowd.now == 0)
                    repeating.leave()
                }
            }
            await flags.wait("repeats")
            await flags.raise("go on")
            for number in 0..<6 { group.addTask { try await join("\(number)") } }
            try await group.waitForAll()
        }
        #expect(repeating.most == 1 && crowd.most <= 3)
    }

    @Test func aTurnComesBackFromWorkThatFails() async throws {
        for alone in [false, true] {
            await #expect(throws: Failure.self) {
                let fails = { throw Failure(.conflict, "no") }
                if alone { try await turns.alone(fails) } else { try await turns.together(fails) }
            }
        }
        try await join("last")
        #expect(crowd.most == 1)
    }

    @Test func whoWaitsWhileTheRunIsCancelledDoesNothing() async throws {
        let waiting = Task {
            await flags.wait("cancelled")
            try await turns.together { _ = Issue.record("it was cancelled") }
        }
        waiting.cancel()
        await flags.raise("cancelled")
        await #expect(throws: CancellationError.self) { try await waiting.value }
        try await join("last")
    }
}
