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

    /// Runs the script until its limit ends it, and returns the two processes that it has named.
    ///
    /// On a busy machine a limit may be over before the script has come so far: the next one is longer.
    private func processes(endedBy script: String) async throws -> [Int32] {
        for seconds in [1, 4, 16, 64, 256] {
            let command = command(script, limit: .seconds(seconds))
            let failure = try await #require(throws: Failure.self) { try await runner.run(command) }
            #expect(failure.code == .timedOut && failure.message.hasPrefix("/bin/sh took longer than its limit of "))
            let numbers = (failure.output ?? "").split(separator: "\n").compactMap { Int32($0) }
            if numbers.count == 2 { return numbers }
        }
        throw Failure(.timedOut, "the script named no two processes")
    }

    @Test func theLimitEndsTheWholeGroup() async throws {
        let script = "sleep 3600 & echo $!; sh -c 'echo $$; sleep 3600; true'; true"
        for process in try await processes(endedBy: script) { #expect(try !lives(process)) }
    }

    /// TERM, a grace, then KILL: also for those of the group that outlive the child itself.
    @Test func whoDoesNotHeedTERMIsKilled() async throws {
        let stubborn = #"sh -c 'trap "" TERM; echo $$; exec sleep 3600'"#
        let group = try await processes(endedBy: "\(stubborn) & \(stubborn) & wait")
        try await SystemTime().wait(for: "their end", limit: .untilItHangs, every: .milliseconds(10)) {
            try group.contains(where: lives) ? nil : ()
        }
    }

    @Test func cancellationEndsTheProgram() async throws {
        let home = try TemporaryFolder()
        let note = "\(home.path)/number"
        let running = Task {
            try await runner.run(
                command("echo $$ > \(note).new; mv \(note).new \(note); sleep 3600; true", limit: .untilItHangs))
        }
        _ = try await SystemTime().wait(for: "the program", limit: .untilItHangs, every: .milliseconds(5)) {
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
            return try await runner.run(command("touch \(home.path)/started", limit: .untilItHangs))
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try LocalFiles().names(in: home.path).isEmpty)
    }

    @Test func whatTakesSomethingBackRunsToItsEnd() async throws {
        let home = try TemporaryFolder()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            var undoing = command("sleep 0.2; touch \(home.path)/undone", limit: .untilItHangs)
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
                    "read -r pid name state parent group rest < /proc/self/stat; echo $pid $group", limit: .untilItHangs
                ))
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
                    group.addTask {
                        try await runner.output(of: Command("ls", ["/proc/self/fd"], input: "x", limit: .untilItHangs))
                    }
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
