import Testing

@testable import Provisioning

/// The specification's chapters on integers, floats and booleans.
@Suite struct TOMLNumberTests {
    @Test(arguments: [
        ("+99", "99"), ("42", "42"), ("0", "0"), ("-17", "-17"), ("-0", "0"), ("+0", "0"), ("1_000", "1000"),
        ("5_349_221", "5349221"), ("1_2_3_4_5", "12345"), ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("0xDEADBEEF", "3735928559"), ("0xdead_beef", "3735928559"), ("0o01234567", "342391"), ("0o755", "493"),
        ("0b11010110", "214"),
        ("0b0_0", "0"), ("0x00ff", "255"), ("0x7fffffffffffffff", "9223372036854775807"), ("0xe5", "229"),
        ("9223372036854775808", "column 1"), ("-9223372036854775809", "column 1"), ("0x8000000000000000", "column 1"),
        ("01", "column 1"), ("-01", "column 2"), ("00", "column 1"), ("0_1", "column 1"), ("_1", "column 1"),
        ("1_", "column 3"),
        ("1__2", "column 3"), ("1_a", "column 3"), ("+", "column 2"), ("++1", "column 2"), ("- 1", "column 2"),
        ("0x", "column 3"),
        ("0x_1", "column 3"), ("0xG", "column 3"), ("0o8", "column 3"), ("0o18", "column 4"), ("0b2", "column 3"),
        ("0b1_", "column 5"),
        ("0X1", "column 2"), ("0B1", "column 2"), ("+0x1", "column 1"), ("-0b1", "column 1"), ("1 000", "column 3"),
        ("1a", "column 2"),
        ("0x1.5", "column 4"), ("1,000", "column 2"), ("٣", "column 1"), ("1٣", "column 2"),
    ])
    func integers(_ text: String, _ result: String) { #expect(tomlValue(text) == result) }

    @Test(arguments: [
        ("+1.0", "1.0"), ("3.1415", "3.1415"), ("-0.01", "-0.01"), ("5e+22", "5e+22"), ("1e06", "1000000.0"),
        ("-2E-2", "-0.02"),
        ("6.626e-34", "6.626e-34"), ("224_617.445_991_228", "224617.445991228"), ("-0.0", "-0.0"), ("+0.0", "0.0"),
        ("0e0", "0.0"),
        ("1e1_0", "10000000000.0"), ("0.00_1", "0.001"), ("1e00", "1.0"), ("1e400", "inf"), ("-1e400", "-inf"),
        ("1e-400", "0.0"),
        ("inf", "inf"), ("+inf", "inf"), ("-inf", "-inf"), ("nan", "nan"), ("+nan", "nan"), ("-nan", "nan"),
        ("1e99999999999999999999", "inf"), ("5e-324", "5e-324"),
        (".7", "column 1"), ("7.", "column 3"), ("3.e+20", "column 3"), ("+.5", "column 2"), ("1.2.3", "column 4"),
        ("1e", "column 3"),
        ("1e+", "column 4"), ("1e1.5", "column 4"), ("1._5", "column 3"), ("1_.5", "column 3"), ("1.5_", "column 5"),
        ("1e_5", "column 3"),
        ("1.5_e1", "column 5"), ("01.5", "column 1"), ("-00.5", "column 2"), ("00e1", "column 1"), ("Inf", "column 1"),
        ("NaN", "column 1"),
        ("infinity", "column 4"), ("nano", "column 4"), ("+ inf", "column 2"), ("1e5e5", "column 4"),
        ("0x1p3", "column 4"),
    ])
    func floats(_ text: String, _ result: String) { #expect(tomlValue(text) == result) }

    @Test(arguments: [
        ("true", "true"), ("false", "false"), ("True", "column 1"), ("TRUE", "column 1"), ("truex", "column 5"),
        ("tru", "column 1"),
        ("true1", "column 5"), ("falsetrue", "column 6"), ("true.false", "column 5"), ("yes", "column 1"),
        ("null", "column 1"),
    ])
    func booleans(_ text: String, _ result: String) { #expect(tomlValue(text) == result) }
}
