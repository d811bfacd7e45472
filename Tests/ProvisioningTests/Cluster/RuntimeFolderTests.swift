import Testing

@testable import Provisioning

/// Whose files are trusted with what this tool runs as root.
@Suite struct RuntimeFolderTests {
    /// Folders and files with owners, and links with owners of their own.
    private struct OwnedFiles: Files {
        var accesses: [String: FileAccess]
        var links: [String: UInt32] = [:]

        func access(to path: String) -> FileAccess? { accesses[path] }
        func owner(of path: String) -> UInt32? { links[path] ?? accesses[path]?.owner }
        func names(in folder: String) -> [String] {
            accesses.keys.filter { $0.hasPrefix("\(folder)/") }.map { String($0.dropFirst(folder.count + 1)) }.sorted()
        }
        func read(_ path: String) throws -> String? { throw Failure(.files, "nothing is read before the check") }
        func write(_ text: String, to path: String, mode: UInt32) throws { throw Failure(.files, "nothing is written") }
        func makeFolder(_ path: String, mode: UInt32) throws { throw Failure(.files, "nothing is made") }
        func kind(of path: String) -> FileKind? { nil }
        func remove(_ path: String) throws { throw Failure(.files, "nothing is removed") }
        func move(_ path: String, to other: String) throws { throw Failure(.files, "nothing is moved") }
        func removeEmptyFolder(_ path: String) throws { throw Failure(.files, "nothing is removed") }
    }

    private static let places = ["/r", "/r/clusters", "/r/templates", "/r/templates/entrypoint.sh", "/r/hosts.json"]

    private func files(_ owner: UInt32, _ changed: String = "", _ access: FileAccess? = nil) -> OwnedFiles {
        let all = Dictionary(uniqueKeysWithValues: Self.places.map { ($0, FileAccess(owner: owner, mode: 0o755)) })
        return OwnedFiles(accesses: all.merging(access.map { [changed: $0] } ?? [:]) { $1 })
    }

    private func check(_ files: OwnedFiles, user: UInt32, sudo: String? = nil) throws {
        try RuntimeFolder("/r", files, user: user) { $0 == "SUDO_UID" ? sudo : nil }.check()
    }

    @Test("The user's own files and root's are trusted, and a folder that is not there")
    func trusted() throws {
        try check(files(1000), user: 1000)
        try check(files(0), user: 1000)
        try check(OwnedFiles(accesses: [:]), user: 1000)
        try check(files(1000), user: 0, sudo: "1000")
    }

    @Test("Each place is checked for its owner and for who may write to it", arguments: places)
    func untrusted(_ place: String) {
        let foreign = #expect(throws: Failure.self) {
            try check(files(1000, place, FileAccess(owner: 1001, mode: 0o700)), user: 1000)
        }
        #expect(foreign?.code == .damaged)
        #expect(foreign?.message == "cannot trust \(place): it belongs to another user (UID 1001)")
        #expect(foreign?.hint?.hasPrefix("chown -R 1000 /r") ?? false)
        for mode: UInt32 in [0o720, 0o702, 0o777] {
            let open = #expect(throws: Failure.self) {
                try check(files(1000, place, FileAccess(owner: 1000, mode: mode)), user: 1000)
            }
            #expect(open?.message == "cannot trust \(place): other users can write to it")
            #expect(open?.hint == "chmod go-w \(place)")
        }
        var linked = files(1000)
        linked.links[place] = 1001
        #expect(throws: Failure.self, "who owns a link decides where it leads") { try check(linked, user: 1000) }
    }

    @Test("Root trusts no other user's files; under sudo those of the user who called it alone")
    func root() {
        #expect(throws: Failure.self) { try check(files(1000), user: 0) }
        #expect(throws: Failure.self) { try check(files(1000), user: 0, sudo: "1001") }
        #expect(throws: Failure.self) { try check(files(1000), user: 0, sudo: "x") }
        #expect(throws: Failure.self) { try check(files(1000), user: 1001, sudo: "1000") }
    }
}
