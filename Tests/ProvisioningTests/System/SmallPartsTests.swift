import Provisioning
import Synchronization
import Testing

@Suite struct RedactorTests {
    @Test func labelsStandForSecrets() {
        let redactor = Redactor()
        redactor.conceal("HUNTER22", as: "<secret>")
        redactor.conceal("HUNTER22LONGER", as: "<token>")
        #expect(redactor.redact("a HUNTER22 b HUNTER22LONGER c HUNTER2") == "a <secret> b <token> c HUNTER2")
    }

    @Test func secretsAreFoundWhereverTheyStand() {
        let redactor = Redactor()
        redactor.conceal("AAAB", as: "<a>")
        redactor.conceal("geheim-ü", as: "<b>")
        #expect(redactor.redact("AAAAB") == "A<a>")
        #expect(redactor.redact("AAABAAAB geheim-ü") == "<a><a> <b>")
        #expect(redactor.redact("AAA geheim- é AA") == "AAA geheim- é AA")
        #expect(redactor.redact("") == "")
    }

    @Test func aShortValueHidesNothing() {
        let redactor = Redactor()
        redactor.conceal("a", as: "<secret>")
        redactor.conceal("", as: "<secret>")
        #expect(redactor.redact("banana") == "banana")
    }

    @Test func everyPartOfAFailureIsCleaned() {
        let redactor = Redactor()
        redactor.conceal("HUNTER22", as: "<secret>")
        let failure = redactor.redact(
            Failure(.conflict, "m HUNTER22", command: "c HUNTER22", output: "o HUNTER22", hint: "r HUNTER22"))
        #expect(
            failure
                == Failure(.conflict, "m <secret>", command: "c <secret>", output: "o <secret>", hint: "r <secret>"))
    }
}

@Suite struct DurationTests {
    @Test(arguments: [
        (0.0, "0s"), (0.4, "0.4s"), (1.0, "1s"), (9.94, "9.9s"), (9.96, "10s"), (12.4, "12s"), (59.6, "1m"), (60, "1m"),
        (80, "1m20s"),
        (65, "1m05s"), (3599.7, "1h"), (3600, "1h"), (7500, "2h05m"), (86_400, "24h"),
    ])
    func isWrittenAsAPersonWould(_ seconds: Double, _ text: String) {
        #expect(Duration.seconds(seconds).brief == text)
    }
}

@Suite struct WaitTests {
    @Test func asksUntilThereIsAnAnswer() async throws {
        let time = VirtualTime()
        var asked = 0
        let answer = try await time.wait(for: "x", limit: .seconds(10), every: .seconds(1)) { () -> Int? in
            asked += 1
            return asked == 4 ? 42 : nil
        }
        #expect(answer == 42 && asked == 4 && time.elapsed == .seconds(3))
    }

    /// A client may stall for a minute, and only the wait's own limit ends the wait.
    @Test func aQuestionThatTookTooLongIsATryThatFailed() async throws {
        let time = VirtualTime()
        let late = Failure(.timedOut, "multipass took longer than its limit of 1m30s", command: "multipass exec …")
        var asked = 0
        let answer = try await time.wait(for: "x", limit: .seconds(300), every: .seconds(1)) { () -> Int? in
            asked += 1
            time.advance(.seconds(90))
            if asked < 3 { throw late }
            return 42
        }
        #expect(answer == 42 && asked == 3)
        let failure = try await #require(throws: Failure.self) {
            try await time.wait(for: "x", limit: .seconds(300), every: .seconds(1)) { () -> Int? in
                time.advance(.seconds(90))
                throw late
            }
        }
        #expect(failure.message == "timed out waiting for x after 5m")
        // A wait inside a question has said its last word.
        let inner = Failure(.timedOut, "timed out waiting for y after 5s")
        await #expect(throws: inner) {
            try await time.wait(for: "x", limit: .seconds(300), every: .seconds(1)) { () -> Int? in throw inner }
        }
    }

    @Test func givesUpAtTheLimitAndSaysWhatToRead() async throws {
        let time = VirtualTime()
        let failure = try await #require(throws: Failure.self) {
            try await time.wait(for: "the moon", limit: .seconds(80), every: .seconds(3), hint: "read it") {
                () -> Int? in nil
            }
        }
        #expect(failure == Failure(.timedOut, "timed out waiting for the moon after 1m20s", hint: "read it"))
        #expect(time.elapsed <= .seconds(80) && time.elapsed >= .seconds(74))
    }

    @Test func asksOnceEvenWithoutTime() async throws {
        #expect(try await VirtualTime().wait(for: "x", limit: .zero, every: .seconds(1)) { 1 } == 1)
    }

    /// Somebody who looks on is told of a wait that really is one, and of its end, also where it ends badly.
    @Test func waitsAreReported() async throws {
        let reports = Mutex<[Wait?]>([])
        let time = VirtualTime()
        try await Wait.$listener.withValue(Wait.Listener { wait in reports.withLock { $0.append(wait) } }) {
            _ = try await time.wait(for: "nothing", limit: .seconds(9), every: .seconds(1)) { 1 }
            await #expect(throws: Failure.self) {
                try await time.wait(for: "the moon", limit: .seconds(9), every: .seconds(1)) { Int?.none }
            }
        }
        let wait = Wait(what: "the moon", since: .zero, limit: .seconds(9))
        #expect(reports.withLock { $0 } == [wait, nil])
    }

    /// What is waited for may say how far it is: told when that changes, and not each time that it is asked.
    @Test func aDetailIsReportedWhenItChanges() async throws {
        let reports = Mutex<[Wait?]>([])
        let time = VirtualTime()
        var details = ["a", "a", "b", "b", "b"][...]
        let failure = try await #require(throws: Failure.self) {
            try await Wait.$listener.withValue(Wait.Listener { wait in reports.withLock { $0.append(wait) } }) {
                try await time.wait(for: "x", limit: .seconds(5), every: .seconds(1)) { detail -> Int? in
                    detail = details.popFirst()
                    return nil
                }
            }
        }
        #expect(failure.message == "timed out waiting for x (b) after 5s")
        #expect(reports.withLock { $0.map { $0?.detail } } == ["a", "b", nil])
        #expect(reports.withLock { $0.compactMap { $0?.since } } == [.zero, .zero])
    }

    @Test func anErrorEndsTheWait() async {
        let time = VirtualTime()
        await #expect(throws: Failure(.conflict, "no")) {
            try await time.wait(for: "x", limit: .seconds(9), every: .seconds(1)) { () -> Int? in
                throw Failure(.conflict, "no")
            }
        }
        #expect(time.elapsed == .zero)
    }

    @Test func cancellationEndsTheWait() async {
        let waiting = Task {
            try await SystemTime().wait(for: "x", limit: .untilItHangs, every: .milliseconds(5)) { () -> Int? in nil }
        }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }
}

@Suite struct FailureTests {
    /// The contract: 1 failed; 2 wrong usage; 3 something needed is missing; 4 partly; 5 not found; 6 changing; 130 interrupted.
    @Test func everyCodeHasItsExitStatus() {
        let statuses = Dictionary(uniqueKeysWithValues: Failure.Code.allCases.map { ($0, Failure($0, "").exitStatus) })
        let expected: [Failure.Code: Int32] = [
            .badInput: 2, .unknownCluster: 5, .notFound: 5, .damagedState: 1, .missing: 3, .partial: 4,
            .interrupted: 130,
            .damaged: 1, .locked: 1, .commandFailed: 1,
            .timedOut: 1, .changing: 6,
            .files: 1, .conflict: 1, .taken: 1, .unreachable: 4,
        ]
        #expect(statuses == expected)
        #expect(Failure(CancellationError()).exitStatus == 130)
    }

    @Test func aCommandsFailureShowsTheEndOfWhatItPrinted() {
        let lines = (1...20).map { "line \($0)" }.joined(separator: "\n")
        let failure = Failure(Command("lxc", ["a b"]), CommandResult(.exited(7), output: "out", errors: lines))
        #expect(failure.message == "lxc exited with status 7" && failure.command == "lxc 'a b'")
        #expect(failure.output?.hasSuffix("line 20") == true && failure.output?.contains("line 12\n") == false)
        #expect(
            Failure(Command("x", []), CommandResult(.signalled(9), output: "out")).message == "x was killed by signal 9"
        )
        #expect(Failure(Command("x", []), CommandResult(.exited(1), output: "out\n")).output == "out")
    }
}
