import Testing

@testable import Provisioning

/// The specification's four chapters on dates and times.
@Suite struct TOMLDateTimeTests {
    @Test(arguments: [
        "1979-05-27T07:32:00Z", "1979-05-27T00:32:00-07:00", "1979-05-27T00:32:00.999999-07:00", "1979-05-27 07:32:00Z",
        "1979-05-27t07:32:00z", "1979-05-27T07:32:00", "1979-05-27T00:32:00.999999", "1979-05-27 07:32:00",
        "1979-05-27",
        "07:32:00", "00:32:00.999999", "2000-02-29", "2024-02-29", "0000-01-01",
        "9999-12-31T23:59:59.9999999999999999+23:59",
        "1990-12-31T23:59:60Z", "00:00:00.0",
    ])
    func valid(_ text: String) {
        #expect(tomlValue(text) == text && tomlValue("[\(text) ,\(text)#\n]") == "[\(text), \(text)]")
    }

    @Test(arguments: [
        ("1979-5-27", "column 7"), ("1979-05-7", "column 10"), ("1979-13-01", "column 6"), ("1979-00-01", "column 6"),
        ("1979-01-00", "column 9"), ("1979-01-32", "column 9"), ("1979-02-29", "column 9"), ("1900-02-29", "column 9"),
        ("1979-04-31", "column 9"), ("1979-0527", "column 8"), ("19790-05-27", "column 6"), ("979-05-27", "column 4"),
        ("1979-05-27T", "column 12"), ("1979-05-27T7:32:00", "column 13"), ("1979-05-27T07:32", "column 17"),
        ("1979-05-27T24:00:00", "column 12"), ("1979-05-27T07:60:00", "column 15"),
        ("1979-05-27T07:32:61", "column 18"),
        ("1979-05-27T07:32:00.", "column 21"), ("1979-05-27T07:32:00.Z", "column 21"),
        ("1979-05-27T07:32:00+24:00", "column 21"),
        ("1979-05-27T07:32:00+07:60", "column 24"), ("1979-05-27T07:32:00+07", "column 23"),
        ("1979-05-27T07:32:00+0700", "column 23"),
        ("1979-05-27  07:32:00", "column 13"), ("1979-05-27 07", "column 14"), ("1979-05-27Z", "column 11"),
        ("1979-05-27_", "column 11"),
        ("1979-05-27x07:32:00", "column 11"), ("1979-05-27T07:32:00ZZ", "column 21"), ("+1979-05-27", "column 6"),
        ("1979/05/27", "column 5"),
        ("07:32", "column 6"), ("7:32:00", "column 2"), ("07:32:0", "column 8"), ("24:00:00", "column 1"),
        ("07:32:00Z", "column 9"),
        ("07:32:00+01:00", "column 9"), ("07:32:00.1.2", "column 11"), ("07:32:00.1_2", "column 11"),
        ("07:3x:00", "column 5"),
    ])
    func invalid(_ text: String, _ result: String) { #expect(tomlValue(text) == result) }

    private func read(_ text: String) throws -> TOMLDateTime? {
        guard case .dateTime(let value)? = try TOMLDocument(parsing: "a = \(text) ").root["a"]?.content else {
            return nil
        }
        return value
    }

    @Test func parts() throws {
        let value = try #require(try read("1979-05-27t00:32:01.0250000009-07:30"))
        #expect(value.date == TOMLDateTime.Date(year: 1979, month: 5, day: 27))
        #expect(value.time == TOMLDateTime.Time(hour: 0, minute: 32, second: 1, nanosecond: 25_000_000))
        #expect(value.offset == -450 && value.kind == .offsetDateTime)
        #expect(value.text == "1979-05-27t00:32:01.0250000009-07:30")
    }

    @Test(arguments: [
        ("1979-05-27 00:32:00z", TOMLDateTime.Kind.offsetDateTime), ("1979-05-27 00:32:00", .localDateTime),
        ("1979-05-27", .localDate), ("00:32:00", .localTime),
    ])
    func kinds(_ text: String, _ kind: TOMLDateTime.Kind) throws { #expect(try read(text)?.kind == kind) }
}
