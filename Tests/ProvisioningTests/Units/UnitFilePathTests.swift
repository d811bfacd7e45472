import Testing

@testable import Provisioning

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Paths in a unit's file go from its folder, and what is wrong with a file has the place of the key that names it.
@Suite struct UnitFilePathTests {
    @Test(arguments: [
        ("unit.toml", "x", "x"), ("./unit.toml", "./x", "x"), ("web/unit.toml", "x", "web/x"),
        ("/unit.toml", "x", "/x"), ("/srv/web/unit.toml", "a/x", "/srv/web/a/x"), ("../unit.toml", "../x", "../../x"),
        ("web/unit.toml", "/srv/x", "/srv/x"), ("unit.toml", "-x", "./-x"), ("-web/unit.toml", "x", "./-web/x"),
        ("unit.toml", "./-x", "./-x"), ("web/unit.toml", ".//x", "web/.//x"),
        ("wéb/\u{301}unit.toml", "x", "wéb/x"),
    ])
    func fromTheFolderOfTheFile(_ path: String, _ text: String, _ leads: String) throws {
        let unit = "spacecore.name = 'web'\nhardware.drive = '\(text)'\ninstance.user-data = '\(text)'"
        let read = try UnitFile.read(path, InMemoryFiles([path: unit, leads: "#!text of it"]))
        #expect(read.image == .drive(leads) && read.userData == "#!text of it")
    }

    private func refusal(_ path: String, _ files: any Files) -> Failure? {
        #expect(throws: Failure.self) { try UnitFile.read(path, files) }
    }

    @Test func theFileItself() {
        let files = InMemoryFiles(["web/unit.toml": "", "web/two words": "", "web/long.toml": ""])
        let long = "web/" + String(repeating: "a/", count: 400) + "unit.toml"
        #expect(refusal("unit.toml", files) == Failure(.badInput, "file unit.toml not found"))
        #expect(refusal("web", files) == Failure(.badInput, "web is a folder"))
        #expect(refusal(long, files)?.message.hasSuffix("a/a/unit.toml' not found") == true)
        #expect(refusal(long, files)?.message.count == 137)
        files.put("# " + String(repeating: "x", count: UnitFile.mostBytes), at: "web/long.toml")
        #expect(refusal("web/long.toml", files) == Failure(.badInput, "web/long.toml has more than 1M"))
        #expect(refusal("web/unit.toml", files)?.message.hasPrefix("web/unit.toml, line 1, column 1: ") == true)
        #expect(refusal("web/two words", files)?.message.hasPrefix("web/two words, line 1, column 1: ") == true)
        files.fail("web/unit.toml", Failure(.files, "could not read web/unit.toml"))
        #expect(refusal("web/unit.toml", files)?.code == .files)
    }

    @Test func realFilesAndLinks() throws {
        let folder = try TemporaryFolder()
        let files = LocalFiles()
        let path = "\(folder.path)/unit.toml"
        for (name, target) in [("good.yml", "text.yml"), ("bad.yml", "nowhere"), ("folder.yml", ".")] {
            try #require(symlink(target, "\(folder.path)/\(name)") == 0)
        }
        try #require(mkfifo("\(folder.path)/pipe.yml", 0o600) == 0)
        try files.write("#!/bin/sh\n", to: "\(folder.path)/text.yml", mode: 0o600)
        func write(_ line: String) throws { try files.write("spacecore.name = 'a'\n" + line, to: path, mode: 0o600) }

        try write("hardware.ref = 'x'\ninstance.user-data = 'good.yml'")
        #expect(try UnitFile.read(path, files).userData == "#!/bin/sh\n")
        for (name, reason) in [
            ("bad.yml", "bad.yml is a broken link"), ("folder.yml", "could not read"), ("pipe.yml", "is not a file"),
            (String(repeating: "x", count: 300), "could not inspect"),
        ] {
            try write("hardware.ref = 'x'\ninstance.user-data = '\(name)'")
            let failure = refusal(path, files)
            #expect(failure?.message.hasPrefix("\(path), line 3, column 22: instance.user-data cannot be") == true)
            #expect(failure?.message.contains(reason) == true && failure?.code == .badInput)
        }
        try write("hardware.drive = 'pipe.yml'")
        #expect(refusal(path, files)?.message.contains("line 2, column 18: hardware.drive cannot be read") == true)
        try write("hardware.ref = '\(String(repeating: "x", count: 300))'")
        #expect(refusal(path, files)?.message.contains("line 2, column 16: hardware.ref cannot be read") == true)
    }

    @Test func userDataThatIsNoText() throws {
        let path = "web/unit.toml"
        let text = UnitFileText.shortest + "[instance]\nuser-data = 'data'"
        for (bytes, reason) in [
            ([0x1f, 0x8b, 0x08], "web/data is not text in UTF-8"), ([0x61, 0], "web/data is not text in UTF-8"),
            ([UInt8](repeating: 0x61, count: UnitFile.mostBytes + 1), "web/data has more than 1M"),
        ] {
            let failure = refusal(path, ByteFiles(bytes: [path: Array(text.utf8), "web/data": bytes]))
            #expect(
                failure
                    == Failure(.badInput, "\(path), line 6, column 13: instance.user-data cannot be read: \(reason)"))
        }
        let most = Array("#!".utf8) + [UInt8](repeating: 0x61, count: UnitFile.mostBytes - 2)
        let files = ByteFiles(bytes: [path: Array(text.utf8), "web/data": most])
        #expect(try UnitFile.read(path, files).userData?.utf8.count == UnitFile.mostBytes)
    }
}

/// Files of any bytes, to be read alone.
private struct ByteFiles: Files {
    let bytes: [String: [UInt8]]

    func kind(of path: String) -> FileKind? { bytes[path] == nil ? nil : .file }
    func readBytes(_ path: String) -> [UInt8]? { bytes[path] }
    func read(_ path: String) throws -> String? { throw Failure(.files, "nothing is read as text") }
    func write(_ text: String, to path: String, mode: UInt32) throws { throw Failure(.files, "nothing is written") }
    func makeFolder(_ path: String, mode: UInt32) throws { throw Failure(.files, "nothing is made") }
    func names(in folder: String) throws -> [String] { throw Failure(.files, "nothing is listed") }
    func remove(_ path: String) throws { throw Failure(.files, "nothing is removed") }
    func move(_ path: String, to other: String) throws { throw Failure(.files, "nothing is moved") }
    func removeEmptyFolder(_ path: String) throws { throw Failure(.files, "nothing is removed") }
}
