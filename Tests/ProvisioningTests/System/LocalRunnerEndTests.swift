import Provisioning
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// How programs are ended: by their limit and by cancellation, with everything that they started.
@Suite struct LocalRunnerEndTests {
    private let runner = LocalRunner()

    private func command(_ script: String, limit: Duration) -> Command {
        Command("/bin/sh", ["-c", script], limit: limit)
    }

    /// Whether the process is there and no zombie.
    private func lives(_ process: Int32) throws -> Bool {
        guard kill(process, 0) == 0 else { return false }
        guard let status = try LocalFiles().read("/proc/\(process)/stat") else { return false }
        return status.split(separator: ")").last?.trimmed.first != "Z"
    }

    private func processes(_ failure: Failure) throws -> [Int32] {
        let numbers = try #require(failure.output).split(separator: "\n").compactMap { Int32($0) }
        #expect(numbers.count == 2)
        return numbers
    }

    @Test func theLimitEndsTheWholeGroup() async throws {
        let start = ContinuousClock.now
        let failure = try await #require(throws: Failure.self) {
            try await runner.run(
                command("sleep 300 & echo $!; sh -c 'echo $$; sleep 300; true'; true", limit: .seconds(1)))
        }
        #expect(failure.code == .timedOut && failure.message == "/bin/sh took longer than its limit of 1s")
        // Those that have ended do not count as left, however slow init is; limits in tests are generous.
        #expect(ContinuousClock.now - start < .seconds(1) + LocalRunner.grace + .seconds(30))
        for process in try processes(failure) { #expect(try !lives(process)) }
    }

    /// TERM, a grace, then KILL: also for those of the group that outlive the child itself.
    @Test func whoDoesNotHeedTERMIsKilled() async throws {
        let stubborn = #"sh -c 'trap "" TERM; echo $$; exec sleep 300'"#
        let failure = try await #require(throws: Failure.self) {
            try await runner.run(command("\(stubborn) & \(stubborn) & wait", limit: .seconds(1)))
        }
        #expect(failure.code == .timedOut)
        let group = try processes(failure)
        let end = ContinuousClock.now + .seconds(1)
        while try group.contains(where: lives), ContinuousClock.now < end { usleep(10_000) }
        for process in group { #expect(try !lives(process)) }
    }

    @Test func cancellationEndsTheProgram() async throws {
        let home = try TemporaryFolder()
        let note = "\(home.path)/number"
        let running = Task {
            try await runner.run(
                command("echo $$ > \(note).new; mv \(note).new \(note); sleep 300; true", limit: .seconds(300)))
        }
        _ = try await SystemTime().wait(for: "the program", limit: .seconds(120), every: .milliseconds(5)) {
            try LocalFiles().read(note)
        }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        let number = try #require(try LocalFiles().read(note))
        let process = try #require(Int32(number.trimmed))
        #expect(try !lives(process))
    }

    @Test func aCancelledTaskStartsNothing() async throws {
        let home = try TemporaryFolder()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await runner.run(command("touch \(home.path)/started", limit: .seconds(9)))
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try LocalFiles().names(in: home.path).isEmpty)
    }

    @Test func whatTakesSomethingBackRunsToItsEnd() async throws {
        let home = try TemporaryFolder()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            var undoing = command("sleep 0.2; touch \(home.path)/undone", limit: .seconds(9))
            undoing.outlivesCancellation = true
            return try await runner.run(undoing)
        }
        task.cancel()
        #expect(try await task.value.succeeded)
        #expect(try LocalFiles().names(in: home.path) == ["undone"])
    }

    #if os(Linux)
        @Test func aChildLeadsAGroupOfItsOwn() async throws {
            let output = try await runner.output(
                of: command(
                    "read -r pid name state parent group rest < /proc/self/stat; echo $pid $group", limit: .seconds(9)))
            let numbers = output.split(separator: " ").map { Int32($0.trimmed) }
            #expect(numbers.count == 2 && numbers[0] == numbers[1] && numbers[0] != getpgrp())
        }

        /// This process ignores SIGPIPE, as the program does; a child must not.
        @Test func ignoredSignalsAreNotHandedDown() async throws {
            SystemCalls.ignoreBrokenPipes()
            let mine = try #require(try LocalFiles().read("/proc/self/status"))
            #expect(!mine.contains("SigIgn:\t0000000000000000"), "or this test shows nothing")
            let output = try await runner.output(of: Command("cat", ["/proc/self/status"]))
            let lines = output.split(separator: "\n").filter { $0.hasPrefix("SigIgn") || $0.hasPrefix("SigBlk") }
            // 32 and 33 are the C library's own, which it lets every child ignore.
            let masks = lines.compactMap { $0.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } }
            #expect(masks.count == 2 && masks.allSatisfy { $0 & 0x7fff_ffff == 0 }, "\(lines)")
        }

        @Test func noDescriptorLeaksBetweenParallelSpawns() async throws {
            let before = try LocalFiles().names(in: "/proc/self/fd")
            // What whoever started the tests left open for us to hand down is no leak of ours.
            let inherited = Set(
                before.filter { name in Int32(name).map { fcntl($0, F_GETFD) & FD_CLOEXEC == 0 } ?? false })
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await runner.output(of: Command("ls", ["/proc/self/fd"], input: "x")) }
                }
                for try await listing in group {
                    let own = Set(listing.split(separator: "\n").map(String.init)).subtracting(inherited).subtracting([
                        "0", "1", "2",
                    ])
                    #expect(own.count == 1, "the folder that ls itself reads, and nothing else")
                }
            }
            #expect(try LocalFiles().names(in: "/proc/self/fd").count < before.count + 50)
        }
    #endif
}
