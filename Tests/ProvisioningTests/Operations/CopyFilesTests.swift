import Testing

@testable import Provisioning

/// What the ends of a copy mean, and where it goes.
@Suite struct CopyFilesTests {
    @Test(
        "A place is here or there; what begins with a hyphen is no flag, and a relative path there begins at the root")
    func places() throws {
        for (text, name, path) in [
            ("notes.txt", nil, "./notes.txt"), ("-r", nil, "./-r"), ("/a:b", nil, "/a:b"), ("./a:b", nil, "././a:b"),
            (":x", nil, "./:x"), ("DEV-01:/etc/x", "DEV-01", "/etc/x"), ("web/2:srv/", "web/2", "/srv/"),
            ("web:", "web", "/"), ("DEV-01:-x\ny:z", "DEV-01", "/-x\ny:z"),
        ] as [(String, String?, String)] {
            let place = try CopyPlace(text)
            #expect(place.name == name && place.path == path, "\(text)")
        }
        #expect(throws: Failure.self) { try CopyPlace("") }
    }

    private func place(
        _ kind: TarStream.Kind, _ target: String, _ found: TarStream.Kind, inside: TarStream.Kind = .nothing,
        above: TarStream.Kind = .folder, isContent: Bool = false
    ) -> String {
        do {
            return try FileCopy.place(
                of: kind, named: "x", isContent: isContent, CopyPlace("DEV-00:\(target)"),
                .init(found, inside, above))
        } catch { return Failure(error).message }
    }

    @Test("Into a folder that is there under its own name, otherwise to the path itself, in a folder that is there")
    func targets() {
        #expect(place(.file, "/srv", .folder) == "/srv/x" && place(.file, "/srv/", .folder) == "/srv/x")
        #expect(place(.folder, "/", .folder) == "/x")
        #expect(place(.folder, "/srv", .folder, inside: .folder) == "/srv/x", "what is in both is merged")
        #expect(place(.folder, "/srv", .folder, isContent: true) == "/srv")
        #expect(place(.file, "/srv/y", .file) == "/srv/y" && place(.folder, "/srv/y/", .nothing) == "/srv/y")
        for (text, message) in [
            (place(.file, "/srv", .folder, inside: .folder), "/srv/x is a folder"),
            (place(.folder, "/srv", .folder, inside: .file), "/srv/x is not a folder"),
            (place(.folder, "/srv/y", .file), "DEV-00:/srv/y is not a folder"),
            (place(.file, "/srv/y/", .nothing), "DEV-00:/srv/y/: folder not found"),
            (place(.file, "/no/y", .nothing, above: .nothing), "DEV-00:/no/y: folder /no not found"),
            (place(.file, "/root/y", .denied), "DEV-00:/root/y: permission denied"),
        ] { #expect(text == message) }
    }
}
