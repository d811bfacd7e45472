import Foundation
import Provisioning
import Testing

extension EndToEnd {
    /// The pages of `man` as the programs that show them take them.
    @Suite struct ManPages {
        @Test("man and mandoc render each page without a warning")
        func rendersWithoutWarnings() async throws {
            try await Sandbox.use("MN") { sandbox in
                let folder = "\(sandbox.folder)/man"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try await sandbox.mustRun("__man", folder, "2026-11-28")
                let pages = try FileManager.default.contentsOfDirectory(atPath: folder)
                #expect(pages.count > 5 && pages.contains("bcmcluster.1"))
                for page in pages {
                    let lint = try await sandbox.run("mandoc", ["-T", "lint", "\(folder)/\(page)"])
                    #expect(lint.succeeded && lint.output.isEmpty, "\(page): \(lint.output)\(lint.errors)")
                    let shown = try await sandbox.run(
                        "env",
                        [
                            "MANWIDTH=80", "LC_ALL=C.UTF-8", "man", "--warnings", "-E", "UTF-8", "-P", "cat", "-l",
                            "\(folder)/\(page)",
                        ])
                    #expect(shown.succeeded && shown.errors.isEmpty, "\(page): \(shown.errors)")
                    #expect(shown.output.contains("SEE ALSO"))
                    // As it can be pasted.
                    if page == "bcmcluster.1" { #expect(shown.output.contains(" ~/.bcm The state")) }
                }
            }
        }
    }
}
