import FoundationEssentials
import Glibc
import Provisioning
import Testing

@testable import MultipassStandIn

/// The stand-in's JSON beside that of a real multipass.
@Suite struct RecordingTests {
    @Test(arguments: [("version", "version"), ("find", "find"), ("list", "list-empty")])
    func whatNeedsNoMachineIsTheSameToTheByte(_ verb: String, _ file: String) async throws {
        try await Sandbox.open { sandbox async throws in
            let answer = try await sandbox.run([verb, "--format", "json"])
            #expect(answer.output == (verb == "list" ? "\n" : "") + (try Self.recorded(file)))
        }
    }

    @Test func listAndInfoHaveTheRecordedShape() async throws {
        try await Sandbox.open { sandbox async throws in
            try await sandbox.launch("t0")
            let list = try await sandbox.run(["list", "--format", "json"])
            #expect(list.output.hasPrefix("\n{\n    \"list\": [\n        {\n            \"ipv4\": [\n"))
            #expect(try Self.shape(list.output) == Self.shape(Self.recorded("list")))
            let running = try await sandbox.run(["info", "t0", "--format", "json"]).output
            #expect(try Self.shape(running) == Self.shape(Self.recorded("info-running")))
            _ = try await sandbox.run(["stop", "t0"])
            let stopped = try await sandbox.run(["info", "t0", "--format", "json"]).output
            let known = stopped.replacing(#""image_release": "24.04 LTS""#, with: #""image_release": """#)
            #expect(known == (try Self.recorded("info-stopped")))
        }
    }

    @Test func theReleaseDependsOnWhereTheImageCameFrom() async throws {
        try await Sandbox.open { sandbox async throws in
            _ = try await sandbox.run(["launch", "file:///tmp/some.img", "-n", "t0"])
            let list = try await sandbox.run(["list", "--format", "json"]).output
            #expect(list.contains(#""release": "Not Available""#))
            let info = try await sandbox.run(["info", "t0", "--format", "json"]).output
            #expect(info.contains(#""image_release": """#))
        }
    }

    private static func recorded(_ name: String) throws -> String {
        let here = #filePath
        let folder = here[..<(here.lastIndex(of: "/") ?? here.endIndex)]
        return try #require(try LocalFiles().read("\(folder)/Recorded/\(name).json"))
    }

    /// The keys with the kind of each value, of the first element alone where there are several.
    private static func shape(_ text: String) throws -> String {
        text.split(separator: "\n").compactMap { line -> String? in
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            let value = parts[1].drop { $0 == " " }
            let kind =
                value.hasPrefix("\"")
                ? "text" : value.hasPrefix("[") || value.hasPrefix("{") ? "\(value.prefix(1))" : "number"
            return "\(parts[0]): \(kind)".replacing("p1", with: "t0")
        }.uniqued().joined(separator: "\n")
    }
}

extension Array where Element: Hashable {
    /// Each element once, where it stands first.
    func uniqued() -> [Element] {
        var seen = Set<Element>()
        return filter { seen.insert($0).inserted }
    }
}
