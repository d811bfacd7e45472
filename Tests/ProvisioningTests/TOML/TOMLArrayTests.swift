import Testing

@testable import Provisioning

/// The specification's chapters on arrays and inline tables.
@Suite struct TOMLArrayTests {
    @Test(arguments: [
        ("[]", "[]"), ("[ ]", "[]"), ("[1, 2, 3]", "[1, 2, 3]"), ("[1,2,]", "[1, 2]"),
        ("[\n1,\n# two\n2 # three\n, #\r\n]", "[1, 2]"),
        ("[\n# nothing\n]", "[]"), ("[[1, 2], [\"a\", 'b']]", #"[[1, 2], ["a", "b"]]"#),
        ("[0.1, 1, \"x\", {b = true}]", #"[0.1, 1, "x", {b: true}]"#),
        ("[ [], [ [ ] ] ]", "[[], [[]]]"), ("[1979-05-27,07:32:00]", "[1979-05-27, 07:32:00]"), ("[\"]\"]", #"["]"]"#),
        ("[,]", "column 2"), ("[1,,2]", "column 4"), ("[1 2]", "column 4"), ("[1", "column 3"), ("[1,\n2\n", "3:1"),
        ("[1,\n  2 3]", "2:5"),
        ("[1]]", "column 4"), ("[1}", "column 3"), ("[a]", "column 2"), ("[b = 1]", "column 2"), ("[\n\r1]", "2:1"),
        ("[# \u{1}\n]", "column 4"),
        ("[1, # x", "column 8"), ("]", "column 1"),
    ])
    func arrays(_ text: String, _ result: String) { #expect(tomlValue(text) == result) }

    @Test(arguments: [
        ("{}", "{}"), ("{ \t}", "{}"), ("{ first = \"Tom\", last = 'P' }", #"{first: "Tom", last: "P"}"#),
        ("{b.c=1,b.d=2}", "{b: {c: 1, d: 2}}"),
        ("{b={c={}}}", "{b: {c: {}}}"), ("{ b = [\n1,\n] , c = \"\"\"\nx\"\"\"}", #"{b: [1], c: "x"}"#),
        ("{\"\" = 1, 'b.c' = 2}", #"{"": 1, "b.c": 2}"#),
        ("{b=1,}", "column 6"), ("{,}", "column 2"), ("{b=1,,c=2}", "column 6"), ("{b=1 c=2}", "column 6"),
        ("{b=1", "column 5"), ("{", "column 2"),
        ("{\n}", "column 2"), ("{b=1\n}", "column 5"), ("{b=1,\nc=2}", "column 6"), ("{b=\n1}", "column 4"),
        ("{b=1 # c\n}", "column 6"),
        ("{b}", "column 3"), ("{b=}", "column 4"), ("{b=1]", "column 5"), ("{b=1}}", "column 6"),
        ("{b=1, b=2}", "column 7"),
        ("{b=1, b.c=2}", "column 7"), ("{b.c=1, b=2}", "column 9"), ("{b={c=1}, b.d=2}", "column 11"),
        ("{b.c={}, b.c.d=2}", "column 12"),
        ("{b=[{}], b.c=1}", "column 10"), ("{\"b\"=1, b=2}", "column 9"), ("{b.c.d=1, b.c={}}", "column 13"),
        ("{[b]\n}", "column 2"),
    ])
    func inlineTables(_ text: String, _ result: String) { #expect(tomlValue(text) == result) }

    @Test(arguments: [
        ("a = {b = 1}\na.c = 2", "2:1"), ("a = {b = 1}\n[a]", "2:2"), ("a = {b = 1}\n[a.c]", "2:2"),
        ("a = {}\n[[a]]", "2:3"),
        ("a = {}\n[[a.b]]", "2:3"), ("a = {b.c = 1}\na.b.d = 1", "2:1"), ("a = {b = {}}\n[a.b.c]", "2:2"),
        ("a.b = 0\na = {}", "2:1"), ("[a.b]\n[a]\nb = {}", "3:1"), ("a = [{b = 1}]\n[a.c]", "2:2"),
        ("a = []\n[[a]]", "2:3"),
        ("a = [{}]\n[[a]]", "2:3"), ("a = [{}]\na.b = 1", "2:1"), ("[t]\na = {}\n[t.a.b]", "3:4"),
        ("[t]\na = {}\na.b = 1", "3:1"),
    ])
    func whatIsCompleteIsNotAddedTo(_ text: String, _ result: String) { #expect(tomlReading(text) == result) }
}
