import Documentation
import Foundation
import Provisioning
import Testing

/// The library is usable without the executable.
@Suite struct LibraryTests {
    @Test("The program in docs/reference/library.md, compiled as another package's, brings a cluster up and deletes it")
    func asDocumented() async throws {
        let page = try #require(try Page.all().first { $0.path == "docs/reference/library.md" })
        let program = try #require(page.blocks.first { $0.lines.first == "import Provisioning" })
        try await Sandbox.use("LIB") { sandbox in
            let image = try await TinyImage.make(in: sandbox.folder)
            let source = try sandbox.write(program.lines.joined(separator: "\n"), to: "main.swift")
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
            let example = "\(sandbox.folder)/example"
            let compiled = try await sandbox.run(
                "swiftc",
                ["-swift-version", "6", "-I", "\(build)/Modules", source, "-o", example]
                    + objects)
            try #require(compiled.succeeded, "\(compiled.errors)")
            let result = try await sandbox.run("env", ["-C", sandbox.folder, example, sandbox.cluster])
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
