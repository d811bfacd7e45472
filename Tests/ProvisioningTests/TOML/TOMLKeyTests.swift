import Testing

@testable import Provisioning

/// The specification's first chapters: comments, pairs of keys and values, keys.
@Suite struct TOMLKeyTests {
    @Test(arguments: [
        ("", "{}"), ("\n", "{}"), ("\r\n \t\r\n", "{}"), ("# a comment", "{}"), ("#\n#\tcafé\n", "{}"),
        ("a = 1 # one\n# two", "{a: 1}"), ("a = \"# none\"", "{a: \"# none\"}"), ("a=1#", "{a: 1}"),
        ("# \u{0}", "1:3"), ("a = 1 # \u{7f}", "1:9"), ("# \u{1f}", "1:3"), ("# a\rb", "1:4"), ("\r", "1:1"),
        ("a = 1\rb = 2", "1:6"), ("a = 1\n\r\n\n b = \r", "4:6"), ("\u{c}a = 1", "1:1"), ("a = 1\u{a0}", "1:6"),
        ("a = 1 \u{85}", "1:7"), ("\u{feff}a = 1", "{a: 1}"), ("\u{feff}\u{feff}a = 1", "1:1"),
        ("a = 1\n\u{feff}", "2:1"), ("# \u{10ffff}\u{feff}", "{}"),
    ])
    func commentsAndLines(_ text: String, _ result: String) { #expect(tomlReading(text) == result) }

    @Test(arguments: [
        ("key=\"value\"", #"{key: "value"}"#), (" \tkey \t= \t1 \t", "{key: 1}"),
        ("a = 1\nb = 2\r\nc = 3", "{a: 1, b: 2, c: 3}"),
        ("key = # nothing", "1:7"), ("key =", "1:6"), ("key = \n1", "1:7"), ("key", "1:4"), ("key\n= 1", "1:4"),
        ("= 1", "1:1"), ("a = 1 b = 2", "1:7"), ("a = 1, b = 2", "1:6"), ("a : 1", "1:3"), ("a == 1", "1:4"),
        ("a = text", "1:5"), ("a = 2GiB", "1:6"), ("a = 1;", "1:6"),
    ])
    func pairs(_ text: String, _ result: String) { #expect(tomlReading(text) == result) }

    @Test(arguments: [
        ("bare_key = 1", "{bare_key: 1}"), ("bare-key = 1", "{bare-key: 1}"), ("1234 = 1", "{1234: 1}"),
        ("- = 1", "{-: 1}"),
        ("true = 1", "{true: 1}"), ("1979-05-27 = 1", "{1979-05-27: 1}"), ("inf.nan = 1", "{inf: {nan: 1}}"),
        ("\"127.0.0.1\" = 1", #"{"127.0.0.1": 1}"#), ("'quoted \"value\"' = 1", #"{"quoted \"value\"": 1}"#),
        ("\"\u{28e}\u{1dd}\" = 1", #"{"\u{028E}\u{01DD}": 1}"#), ("\"\\u0061\" = 1", "{a: 1}"),
        ("'\\u0061' = 1", #"{"\\u0061": 1}"#),
        ("\"\" = 1", #"{"": 1}"#), ("'' = 1", #"{"": 1}"#),
        ("é = 1", "1:1"), ("a b = 1", "1:3"), ("a! = 1", "1:2"), ("\"a = 1", "1:1"), ("'a\n' = 1", "1:1"),
        ("\"\"\"a\"\"\" = 1", "1:3"), ("'''a''' = 1", "1:3"), ("\"a\"b = 1", "1:4"), ("\"\\x\" = 1", "1:2"),
        ("'\t' = 1", #"{"\t": 1}"#),
    ])
    func keys(_ text: String, _ result: String) { #expect(tomlReading(text) == result) }

    @Test(arguments: [
        ("a.b = 1\na.c = 2", "{a: {b: 1, c: 2}}"), ("a . \"b.c\" .\t'd' = 1", #"{a: {"b.c": {d: 1}}}"#),
        ("3.14159 = \"pi\"", #"{3: {14159: "pi"}}"#), ("a.b = 1\nc = 2\na.d = 3", "{a: {b: 1, d: 3}, c: 2}"),
        ("a.\"\".b = 1", #"{a: {"": {b: 1}}}"#),
        (".a = 1", "1:1"), ("a. = 1", "1:4"), ("a..b = 1", "1:3"), ("a.\nb = 1", "1:3"), ("a = 1\na = 2", "2:1"),
        ("spelling = 1\n\"spelling\" = 2", "2:1"), ("a.b = 1\na.b = 2", "2:3"), ("a.b = 1\na.b.c = 2", "2:3"),
        ("a = 1\n a.b = 2", "2:2"), ("a.b.c = 1\na.b = 2", "2:3"), ("a = [1]\na.b = 2", "2:1"),
    ])
    func dottedKeysAndKeysThatAreThere(_ text: String, _ result: String) { #expect(tomlReading(text) == result) }

    /// Two ways to write one letter are two keys: the specification compares scalars.
    @Test func keysAreNotNormalized() {
        #expect(tomlReading("\"\u{e9}\" = 1\n\"e\u{301}\" = 2") == #"{"\u{00E9}": 1, "e\u{0301}": 2}"#)
    }

    @Test func theOrderIsTheDocuments() throws {
        let root = try TOMLDocument(parsing: "z = 1\n[y]\nb = 1\na = 1\n[x]").root
        #expect(root.entries.map(\.key.text) == ["z", "y", "x"])
        #expect(try root.table("y")?.entries.map(\.key.text) == ["b", "a"])
    }
}
