import Testing

@testable import Provisioning

/// The moments in lines of logs, and what is shown of a time.
@Suite struct LogTimeTests {
    @Test(
        arguments: [
            (#"time="2026-11-28T04:30:00Z" level=info msg=x"#, 1_795_840_200),
            (#"time="2026-11-28T05:30:00+01:00" level=info msg=x"#, 1_795_840_200),
            (#"time="2026-11-27T23:00:00-0530" level=info msg=x"#, 1_795_840_200),
            ("time=2026-11-28T04:30:00.123456Z level=INFO msg=x", 1_795_840_200),
            ("2026-11-28 04:30:00,123 - util.py[DEBUG]: x", 1_795_840_200),
            ("2000-02-29T00:00:00Z", 951_782_400), ("1970-01-01T00:00:00Z", 0),
            ("no time at all", nil), (#"level=info msg="time="2026""#, nil), ("2026-13-28T04:30:00Z", nil), ("", nil),
        ] as [(String, Int?)])
    func seconds(_ line: String, _ expected: Int?) { #expect(LogTime.seconds(in: line) == expected) }

    @Test("A moment is written as it is read", arguments: [0, 951_782_399, 951_782_400, 1_795_840_200, 4_102_444_799])
    func written(_ seconds: Int) { #expect(LogTime.seconds(in: RFC3339.text(seconds)) == seconds) }

    @Test func asRFC3339() { #expect(RFC3339.text(1_795_840_200) == "2026-11-28T04:30:00Z") }

    @Test("A line without a time belongs to the line before it, and what comes first to the first time")
    func filtered() {
        let (old, new) = ("time=\"2026-11-28T04:29:59Z\" old", "time=\"2026-11-28T04:30:00Z\" new")
        func shown(_ lines: String...) -> String {
            LogFilter.text(lines.map { $0 + "\n" }.joined(), since: 1_795_840_200)
        }
        #expect(shown("before", old, "of old", new, "of new") == "\(new)\nof new\n")
        #expect(shown("before", new, "of new") == "before\n\(new)\nof new\n")
        #expect(shown("no", "times") == "no\ntimes\n")
        #expect(LogFilter.text("x\n\ny", since: nil) == "x\n\ny")
    }
}
