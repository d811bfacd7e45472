import Testing

@testable import Provisioning

/// The specification's chapter on strings.
@Suite struct TOMLStringTests {
    @Test(arguments: [
        (#""""#, #""""#), (#""I'm a string. \"Quoted\".""#, #""I'm a string. \"Quoted\".""#),
        (#""\b\t\n\f\r\"\\""#, #""\u{08}\t\n\u{0C}\r\"\\""#), (#""\u00e9\u00E9""#, #""\u{00E9}\u{00E9}""#),
        (#""\U0001F600""#, #""\u{0001F600}""#), (#""\u0000""#, #""\0""#), ("\"a\tb\"", #""a\tb""#),
        ("\"\u{1F600}\u{80}\"", #""\u{0001F600}\u{0080}""#),
        (#""\uD7FF\uE000\U0010FFFF""#, #""\u{D7FF}\u{E000}\u{0010FFFF}""#),
        (#""\x41""#, "column 2"), (#""\e""#, "column 2"), (#""\/""#, "column 2"), (#""\ ""#, "column 2"),
        (#""ab\N""#, "column 4"), (#""\u12""#, "column 6"), (#""\u12G4""#, "column 6"), (#""\uD800""#, "column 2"),
        (#""\uDFFF""#, "column 2"), (#""\U00110000""#, "column 2"), (#""\UFFFFFFFF""#, "column 2"),
        (#""\U0001F60""#, "column 11"),
        ("\"a", "column 1"), ("\"a\n\"", "column 1"), ("\"a\r\n\"", "column 1"), (#""\""#, "column 1"),
        ("\"\\", "column 2"),
        ("\"\u{0}\"", "column 2"), ("\"a\u{8}\"", "column 3"), ("\"\u{7f}\"", "column 2"), ("\"a\rb\"", "column 3"),
        ("\"a\" \"b\"", "column 5"), ("\"a\"b", "column 4"), ("\"a\"\"", "column 4"),
    ])
    func basic(_ text: String, _ result: String) { #expect(tomlValue(text) == result) }

    @Test(arguments: [
        ("\"\"\"\"\"\"", #""""#), ("\"\"\"\nRoses\nViolets\"\"\"", #""Roses\nViolets""#),
        ("\"\"\"\r\na\r\nb\"\"\"", #""a\nb""#),
        ("\"\"\"\n\na\"\"\"", #""\na""#), ("\"\"\"a \\\n\n  \t b\"\"\"", #""a b""#),
        ("\"\"\"\\ \t\r\n  a\\\n   \"\"\"", #""a""#),
        (#""""a""b""""#, #""a\"\"b""#), (#""""a"""""#, #""a\"""#), (#""""a""""""#, #""a\"\"""#),
        ("\"\"\"\"\"\"\"", #""\"""#),
        (#""""a""\"""""#, #""a\"\"\"""#), (#""""'''""""#, #""'''""#), ("\"\"\"\ta\"\"\"", #""\ta""#),
        ("\"\"\"\\n\"\"\"", #""\n""#),
        ("\"\"\"\\\\\n\"\"\"", #""\\\n""#), (#""""a"""""""#, "column 10"), (#""""a" b"#, "column 1"),
        (#""""a"""b"#, "column 8"),
        ("\"\"\"a\n\\ b\"\"\"", "2:1"), ("\"\"\"\n\nab\\q\"\"\"", "3:3"), ("\"\"\"a\n\rb\"\"\"", "2:1"),
        ("\"\"\"\u{1}\"\"\"", "column 4"),
        ("\"\"\"\n\u{7f}\"\"\"", "2:1"), (#""""\""""#, "column 1"), ("\"\"\"\\", "column 4"),
    ])
    func multiLineBasic(_ text: String, _ result: String) { #expect(tomlValue(text) == result) }

    @Test(arguments: [
        ("''", #""""#), (#"'C:\Users\nodejs'"#, #""C:\\Users\\nodejs""#), (#"'<\i\c*\s*>'"#, #""<\\i\\c*\\s*>""#),
        ("'a\tb'", #""a\tb""#), ("'\"'", #""\"""#), ("'é'", #""\u{00E9}""#),
        ("'a", "column 1"), ("'a\n'", "column 1"), ("'it's'", "column 5"), ("'\u{0}'", "column 2"),
        ("'a\u{7f}'", "column 3"),
        ("'a\r'", "column 3"), (#"'\''"#, "column 4"),
    ])
    func literal(_ text: String, _ result: String) { #expect(tomlValue(text) == result) }

    @Test(arguments: [
        ("''''''", #""""#), ("'''I [dw]on't \\d{2}'''", #""I [dw]on't \\d{2}""#),
        ("'''\na\n b\\\n'''", #""a\n b\\\n""#),
        ("'''\r\na\r\n'''", #""a\n""#), ("''''a'''", #""'a""#), ("'''a''b'''", #""a''b""#), ("'''a'''''", #""a''""#),
        ("'''\"\"\"'''", #""\"\"\"""#), ("'''a''''''", "column 10"), ("'''a''", "column 1"), ("'''\na\u{b}'''", "2:2"),
        ("'''a\rb'''", "column 5"), ("'''", "column 1"),
    ])
    func multiLineLiteral(_ text: String, _ result: String) { #expect(tomlValue(text) == result) }
}
