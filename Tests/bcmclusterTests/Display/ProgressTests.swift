import Provisioning
import Testing

@testable import bcmcluster

@Suite struct ProgressBoardTests {
    @Test func aRowPerMemberAndTheClusterLast() throws {
        let board = ProgressBoard(try .sample(3), cluster: "DEV")
        #expect(board.rows.map(\.title) == ["DEV-00", "DEV-01", "DEV-02", "DEV"])
        #expect(board.rows.map(\.stepsLeft) == [2, 2, 2, 1])
        #expect(board.rows.allSatisfy { $0.mark == .waiting })
        #expect(board.rows.map { $0.text(at: .zero) }.last == "waiting: write the state")
    }

    @Test func aRowShowsThePresentStepAndItsSeconds() throws {
        let plan = try PlanOutline.sample(1)
        var board = ProgressBoard(plan, cluster: "DEV")
        board.take(.started(index: 1, at: .seconds(2)), in: plan)
        #expect(board.rows[0].mark == .running && board.rows[0].text(at: .seconds(5)) == "launch the machine  3s")
        board.take(.finished(index: 1, at: .seconds(6)), in: plan)
        #expect(board.rows[0].mark == .waiting && board.rows[0].text(at: .seconds(6)) == "waiting: join the cluster")
        board.take(.started(index: 2, at: .seconds(7)), in: plan)
        board.take(.finished(index: 2, at: .seconds(9)), in: plan)
        #expect(board.rows[0].mark == .done && board.rows[0].text(at: .seconds(50)) == "ready  7s")
    }

    @Test func aWaitSaysForWhatAndHowLong() throws {
        let plan = try PlanOutline.sample(1)
        var board = ProgressBoard(plan, cluster: "DEV")
        func text(_ wait: Wait?, at seconds: Int) -> String {
            board.take(.waiting(index: 1, wait), in: plan)
            return board.rows[0].text(at: .seconds(seconds))
        }
        var wait = Wait(what: "LXD on DEV-00", since: .seconds(4), limit: .seconds(900))
        board.take(.started(index: 1, at: .seconds(2)), in: plan)
        #expect(text(wait, at: 24) == "launch the machine: LXD, 20s of 15m")
        wait.what = "cloud-init on DEV-00"
        wait.detail = "installing packages"
        #expect(text(wait, at: 84) == "cloud-init: installing packages, 1m20s of 15m")
        wait.detail = "installing LXD"
        #expect(text(wait, at: 94) == "cloud-init: installing LXD, 1m30s of 15m", "the line follows it")
        #expect(text(nil, at: 95) == "launch the machine  1m33s")
        board.take(.finished(index: 1, at: .seconds(96)), in: plan)
        #expect(text(wait, at: 97) == "waiting: join the cluster", "a wait of a step that has ended is over")
    }

    @Test func aStepThatIsNothingButTheWaitIsNotNamedTwice() throws {
        var plan = ClusterPlan()
        plan.add(NamedStep(title: "wait for LXD", member: MemberName(try ClusterName("DEV"), 0)))
        let outline = PlanOutline(plan)
        var board = ProgressBoard(outline, cluster: "DEV")
        board.take(.started(index: 0, at: .zero), in: outline)
        board.take(.waiting(index: 0, Wait(what: "LXD on DEV-00", since: .zero, limit: .seconds(900))), in: outline)
        #expect(board.rows[0].text(at: .seconds(20)) == "wait for LXD, 20s of 15m")
        board.take(
            .waiting(index: 0, Wait(what: "the address of DEV-00", since: .zero, limit: .seconds(9))), in: outline)
        #expect(board.rows[0].text(at: .seconds(4)) == "wait for LXD: the address, 4s of 9s")
    }

    @Test func whatWasDoneAlreadyHasNothingToDo() throws {
        let plan = try PlanOutline.sample(1)
        var board = ProgressBoard(plan, cluster: "DEV")
        for index in [1, 2] { board.take(.skipped(index: index, at: .seconds(1)), in: plan) }
        #expect(board.rows[0].mark == .done && board.rows[0].text(at: .seconds(9)) == "nothing to do")
    }

    @Test func aFailureStaysAndWhatWaitedForItSaysSo() throws {
        let plan = try PlanOutline.sample(2)
        var board = ProgressBoard(plan, cluster: "DEV")
        board.take(.started(index: 1, at: .seconds(1)), in: plan)
        board.take(.failed(index: 1, at: .seconds(2), Failure(.timedOut, "too slow")), in: plan)
        board.take(.blocked(index: 2), in: plan)
        board.take(.blocked(index: 4), in: plan)
        #expect(board.rows[0].mark == .failed && board.rows[0].text(at: .seconds(9)) == "launch the machine: too slow")
        #expect(
            board.rows[1].mark == .failed && board.rows[1].text(at: .seconds(9)) == "skipped: a required step failed"
        )
    }
}

@Suite struct LiveTableTests {
    private let terminal = Terminal(
        isJSON: false, environment: { ["TERM": "xterm", "NO_COLOR": "1"][$0] }, isTerminal: { _ in true })

    private func lines(_ members: Int, width: Int, room: Int = .max, failing: Int? = nil) throws -> [String] {
        let plan = try PlanOutline.sample(members)
        var board = ProgressBoard(plan, cluster: "DEV")
        for index in 0..<members { board.take(.started(index: 1 + 2 * index, at: .zero), in: plan) }
        if let failing {
            let failure = Failure(.conflict, String(repeating: "long words ", count: 30))
            board.take(.failed(index: 1 + 2 * failing, at: .seconds(1), failure), in: plan)
        }
        return LiveTable.lines(board, now: .seconds(4), width: width, room: room, terminal: terminal)
    }

    @Test func aLinePerMemberWithItsStepAndSeconds() throws {
        #expect(
            try lines(3, width: 80) == [
                "• DEV-00  launch the machine  4s", "• DEV-01  launch the machine  4s",
                "• DEV-02  launch the machine  4s", "· DEV     waiting: write the state",
            ])
    }

    @Test(arguments: [3, 16, 40], [80, 40, 20])
    func noLineIsWiderThanTheTerminal(_ members: Int, _ width: Int) throws {
        for room in [Int.max, 22, 5, 3] {
            let lines = try lines(members, width: width, room: room, failing: members - 1)
            #expect(lines.count == min(members + 1, room))
            // One column stays free: many terminals wrap a line that fills the last.
            for line in lines { #expect(line.count < width, "\(line)") }
            #expect(lines.contains { $0.hasPrefix("✗") && $0.hasSuffix("…") }, "what failed is shown, and cut")
            #expect(lines.contains { $0.contains("more") } == (members + 1 > room))
        }
    }

    @Test func whereThereIsNoRoomItSaysHowManyAreHidden() throws {
        let lines = try lines(40, width: 80, room: 10)
        #expect(lines.count == 10)
        #expect(lines.last == "  … and 32 more; 0 of 41 ready")
    }

    /// In a narrow terminal the words of a wait are cut, and not for how long it has lasted.
    @Test func theTimeIsTheLastToBeCut() throws {
        let plan = try PlanOutline.sample(1)
        var board = ProgressBoard(plan, cluster: "DEV")
        let wait = Wait(what: "cloud-init", detail: "installing packages", since: .zero, limit: .seconds(900))
        board.take(.started(index: 1, at: .zero), in: plan)
        board.take(.waiting(index: 1, wait), in: plan)
        func line(_ width: Int) -> String {
            LiveTable.lines(board, now: .seconds(80), width: width, room: .max, terminal: terminal)[0]
        }
        #expect(line(80) == "• DEV-00  cloud-init: installing packages, 1m20s of 15m")
        #expect(line(40) == "• DEV-00  cloud-init: in…, 1m20s of 15m")
        #expect(line(20) == "• DEV-00  cloud-in…")
    }

    @Test func aMessageOfSeveralLinesStaysInItsLine() throws {
        let plan = try PlanOutline.sample(1)
        var board = ProgressBoard(plan, cluster: "DEV")
        board.take(.started(index: 1, at: .zero), in: plan)
        board.take(.failed(index: 1, at: .zero, Failure(.files, "a\nb\u{1b}[2J")), in: plan)
        #expect(board.rows[0].text(at: .zero) == "launch the machine: a b [2J")
    }
}

@Suite struct ColumnsTests {
    @Test(arguments: [
        ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("abcd", 1, "…"), ("", 0, ""), ("ééé", 2, "é…"),
        ("e\u{301}e", 2, "e\u{301}e"), ("雪雪雪", 6, "雪雪雪"), ("雪雪雪", 5, "雪雪…"), ("雪雪雪", 4, "雪…"),
        ("🚀a", 2, "…"), ("ｗｉｄｅ", 4, "ｗ…"),
    ])
    func cutting(_ text: String, _ width: Int, _ cut: String) {
        #expect(text.cut(to: width) == cut && text.cut(to: width).columns <= max(width, 1))
    }

    @Test func padding() {
        #expect("雪".padded(to: 4) == "雪  " && "ab".padded(to: 1) == "ab")
    }

    @Test(arguments: [
        ("one two three", 13, ["one two three"]), ("one two three", 8, ["one two", "  three"]),
        ("a verylongword b", 8, ["a", "  verylo", "  ngword", "  b"]), ("", 5, [""]),
        ("verylongword", 5, ["veryl", "  ong", "  wor", "  d"]),
    ])
    func wrapping(_ text: String, _ width: Int, _ lines: [String]) { #expect(text.wrapped(to: width) == lines) }
}
