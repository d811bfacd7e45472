import Testing

@testable import Provisioning

/// Values by type, and what is said where they have another.
@Suite struct TOMLReadingTests {
    private let root: TOMLTable

    init() throws {
        root = try TOMLDocument(
            parsing: """
                name = "web"
                count = 3
                ready = true
                share = 0.5
                [instance]
                env = {KEY = "value", "other key" = ""}
                [[volume]]
                name = "data"
                [[volume]]
                name = 7
                size.limit = 5
                """
        ).root
    }

    @Test func valuesOfTheTypeThatIsAskedFor() throws {
        #expect(try root.string("name") == "web" && root.integer("count") == 3 && root.boolean("ready") == true)
        #expect(try root.stringOrInteger("name") == .string("web") && root.stringOrInteger("count") == .integer(3))
        #expect(try root.table("instance")?.stringTable("env") == ["KEY": "value", "other key": ""])
        #expect(try root.arrayOfTables("volume").map(\.path.description) == ["volume[0]", "volume[1]"])
        #expect(try TOMLDocument(parsing: "a = [{b = 1}]").root.arrayOfTables("a").first?.integer("b") == 1)
    }

    @Test func whatIsNotThere() throws {
        #expect(try root.string("x") == nil && root.integer("x") == nil && root.boolean("x") == nil)
        #expect(try root.stringOrInteger("x") == nil && root.table("x") == nil && root.stringTable("x") == nil)
        #expect(try root.arrayOfTables("x").isEmpty && root["nam"] == nil)
    }

    private func said(_ body: () throws(TOMLError) -> Void) -> String {
        do { try body() } catch { return error.description }
        return "nothing"
    }

    @Test func wrongTypes() throws {
        let volume = try root.arrayOfTables("volume")[1]
        #expect(
            said { () throws(TOMLError) in _ = try root.integer("name") }
                == "line 1, column 8: name is a string, but must be an integer")
        #expect(
            said { () throws(TOMLError) in _ = try root.string("share") }
                == "line 4, column 9: share is a float, but must be a string")
        #expect(
            said { () throws(TOMLError) in _ = try root.stringOrInteger("ready") }
                == "line 3, column 9: ready is a boolean, but must be a string or an integer")
        #expect(
            said { () throws(TOMLError) in _ = try root.boolean("volume") }
                == "line 7, column 1: volume is an array, but must be a boolean")
        #expect(
            said { () throws(TOMLError) in _ = try root.arrayOfTables("instance") }
                == "line 5, column 1: instance is a table, but must be an array of tables")
        #expect(
            said { () throws(TOMLError) in _ = try volume.string("name") }
                == "line 10, column 8: volume[1].name is an integer, but must be a string")
        #expect(
            said { () throws(TOMLError) in _ = try volume.stringTable("size") }
                == "line 11, column 14: volume[1].size.limit is an integer, but must be a string")
    }

    @Test func itemsOfTheWrongType() throws {
        let root = try TOMLDocument(parsing: "a = [{}, 1979-05-27]\n\"b c\".d = {\"\u{e9}\" = '1', \"e\u{301}\" = '2'}")
            .root
        #expect(
            said { () throws(TOMLError) in _ = try root.arrayOfTables("a") }
                == "line 1, column 10: a[1] is a local date, but must be a table")
        let table = try #require(try root.table("b c"))
        #expect(
            said { () throws(TOMLError) in _ = try table.stringTable("d") }.hasPrefix("line 2, column 23: \"b c\".d."))
    }

    @Test func unknownKeys() throws {
        let known: Set = ["name", "count", "share", "instance", "volume", "ready"]
        try root.allowOnly(known)
        let document = try TOMLDocument(parsing: "[hardware]\ncores = 1\n memroy = 2\n[[volumes]]\n[x]").root
        let hardware = try #require(try document.table("hardware"))
        #expect(
            throws: TOMLError(
                TOMLPosition(line: 3, column: 2), "unknown key hardware.memroy", hint: "did you mean memory?")
        ) {
            try hardware.allowOnly(["cores", "memory"])
        }
        #expect(
            throws: TOMLError(
                TOMLPosition(line: 4, column: 3), "unknown table volumes", hint: "did you mean volume?")
        ) {
            try document.allowOnly(["hardware", "volume", "x"])
        }
        #expect(
            throws: TOMLError(
                TOMLPosition(line: 5, column: 2), "unknown table x",
                hint: "known keys: hardware, volumes")
        ) {
            try document.allowOnly(["hardware", "volumes"])
        }
    }
}
