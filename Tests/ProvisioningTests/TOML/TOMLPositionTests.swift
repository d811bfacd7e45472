import Testing

@testable import Provisioning

/// Where things stand, what the errors say, and what is no TOML before its first line is read.
@Suite struct TOMLPositionTests {
    private func positions(_ table: TOMLTable) -> [String] {
        table.entries.flatMap { entry in
            ["\(entry.key.text) \(entry.key.position.line):\(entry.key.position.column)"] + positions(entry.value)
        }
    }

    private func positions(_ value: TOMLValue) -> [String] {
        let here = ["= \(value.position.line):\(value.position.column)"]
        switch value.content {
        case .table(let table): return here + positions(table)
        case .array(let items): return here + items.flatMap(positions)
        default: return here
        }
    }

    @Test(arguments: [
        (" a = 1", ["a 1:2", "= 1:6"]),
        ("\t\"é\u{1F600}\" = [ 1,\r\n\t'x' ]", ["é\u{1F600} 1:2", "= 1:9", "= 1:11", "= 2:2"]),
        ("a.b = {c = 1}", ["a 1:1", "= 1:1", "b 1:3", "= 1:7", "c 1:8", "= 1:12"]),
        ("\n [a.b]", ["a 2:3", "= 2:3", "b 2:5", "= 2:2"]),
        ("[a.b]\n[a]", ["a 1:2", "= 2:1", "b 1:4", "= 1:1"]), ("[[a]]\n[[a]]", ["a 1:3", "= 1:1", "= 1:1", "= 2:1"]),
        ("a = \"e\u{301}\" # x\nb = '''\n\n'''\nc = 1", ["a 1:1", "= 1:5", "b 2:1", "= 2:5", "c 5:1", "= 5:5"]),
    ])
    func everyKeyAndValueHasItsPlace(_ text: String, _ result: [String]) throws {
        #expect(positions(try TOMLDocument(parsing: text).root) == result)
    }

    private func error(_ text: String) throws -> TOMLError {
        try #require(throws: TOMLError.self) { try TOMLDocument(parsing: text) }
    }

    @Test(arguments: [
        ("a = ", "line 1, column 5: expected a value, not the end of the file"),
        ("a = 1\na = 2", "line 2, column 1: duplicate key a, first on line 1"),
        ("a = 1 b", "line 1, column 7: expected the line's end, not 'b'"),
        ("a = 1\u{200b}", "line 1, column 6: expected the line's end, not U+200B"),
        ("a = [1\n2]", "line 2, column 1: expected ',' or ']' in the array that begins on line 1, not '2'"),
        ("a = 1\r", "line 1, column 6: expected the line's end, not a carriage return without a line feed"),
        ("a = \"\u{7}\"", "line 1, column 6: the control character U+0007 is not allowed in a string"),
        ("a = 1979-02-30", "line 1, column 13: 30 is not a valid day of that month"),
        (
            "a = {}\n[a.b]",
            "line 2, column 2: nothing can be added to a, which is an inline table that was given on line 1"
        ),
        ("[a]\n\n[a]", "line 3, column 2: a, a table, is defined already, on line 1"),
        (
            "\n[\"\\u0007\\\"\"]\n[\"\\u0007\\\"\"]",
            #"line 3, column 2: "\u0007\"", a table, is defined already, on line 2"#
        ),
    ])
    func sentences(_ text: String, _ sentence: String) throws { #expect(try error(text).description == sentence) }

    @Test func failures() throws {
        #expect(
            try error("a = 2GiB").failure(in: "web.toml")
                == Failure(
                    .badInput, "web.toml, line 1, column 6: 'G' does not belong to the value before it",
                    hint: "text needs quotation marks"))
        #expect(try error("a = \"\\d\"").failure(in: "x").exitStatus == 2)
    }

    @Test(arguments: [
        ([0xff], 1, 1), ([0x61, 0x3d, 0x22, 0xc3, 0x22], 1, 4),
        ([0xc3, 0xa9, 0x0a, 0xc3, 0xa9, 0xed, 0xa0, 0x80], 2, 2), ([0x23, 0xc0, 0x80], 1, 2),
        ([0x23, 0xf4, 0x90, 0x80, 0x80], 1, 2), ([0x23, 0xf0, 0x9f, 0x98], 1, 2), ([0xff, 0xfe, 0x61, 0x00], 1, 1),
        ([0x23, 0x0d, 0x0a, 0x80], 2, 1),
    ])
    func whatIsNotUTF8(_ bytes: [UInt8], _ line: Int, _ column: Int) {
        let error = #expect(throws: TOMLError.self) { try TOMLDocument(bytes: bytes) }
        #expect(error?.position == TOMLPosition(line: line, column: column))
    }

    @Test func whatIsUTF8() throws {
        #expect(TOMLTree(try TOMLDocument(bytes: Array("a = \"é\"".utf8)).root).shown == #"{a: "\u{00E9}"}"#)
    }
}
