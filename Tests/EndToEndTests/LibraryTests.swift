import Foundation
import Provisioning
import Testing

/// The library is usable without the executable.
@Suite struct LibraryTests {
    @Test("The program in docs/reference/library.md, compiled as another package's, brings a cluster up and deletes it")
    func asDocumented() async throws {
        let page = try String(contentsOfFile: "\(Product.sources)/docs/reference/library.md", encoding: .utf8)
        let start = try #require(page.range(of: "```swift\n")).upperBound
        let end = try #require(page.range(of: "```", range: start..<page.endIndex)).lowerBound
        try await Sandbox.use("LIB") { sandbox in
            let image = try await TinyImage.make(in: sandbox.folder)
            let source = try sandbox.write(String(page[start..<end]), to: "main.swift")
            _ = try sandbox.write(
                """
                [spacecore]
                name = "web"
                [hardware]
                ref = "\(image)"
                interface = "\(Product.engine.bridge)"
                """, to: "web.toml")
            let build = "\(Product.sources)/.build/debug"
            // Of files that are there: what was built of former ones may still lie beside.
            let folder = "\(Product.sources)/Sources/Provisioning"
            let paths = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
            let names = paths.map { URL(fileURLWithPath: $0).lastPathComponent } + ["embedded_resources.swift"]
            let objects = names.map { "\(build)/Provisioning.build/\($0).o" }
            #expect(objects.count > 100)
            let program = "\(sandbox.folder)/example"
            let compiled = try await sandbox.run(
                "swiftc",
                ["-swift-version", "6", "-I", "\(build)/Modules", source, "-o", program]
                    + objects)
            try #require(compiled.succeeded, "\(compiled.errors)")
            let result = try await sandbox.run("env", ["-C", sandbox.folder, program, sandbox.cluster])
            let lines = result.output.split(separator: "\n")
            #expect(
                lines == [
                    "\(sandbox.cluster)-00: online", "\(sandbox.cluster)-01: online",
                    "\(sandbox.cluster) is healthy: 2 members online.",
                ], "\(result)")
            let left = try sandbox.files().path
            #expect(!FileManager.default.fileExists(atPath: left), "nothing is left")
        }
    }
}
