import Foundation
import Provisioning
import Testing

extension Repairs {
    /// What the user sees on a real terminal, with few members and many, in a wide one and a narrow one.
    @Suite struct LiveTable {
        @Test(
            "A table of 3, 16 and 40 members stands line by line in 80 columns and in 40",
            arguments: [3, 16, 40], [80, 40])
        func fits(members: Int, columns: Int) async throws {
            try await Sandbox.use("Y") { sandbox in
                let screen = try await TmuxScreen(sandbox, columns: columns, rows: 60)
                let words = "\(Product.bcmcluster) env stub -c \(sandbox.cluster) -m \(members - 1)"
                let shown = try await run(words, screen, status: 0)
                await screen.close()
                let rows = shown.filter { $0.hasPrefix("✓ ") }
                let cluster = try ClusterName(sandbox.cluster)
                let names = (0..<members).map { MemberName(cluster, $0).text }
                #expect(rows.map { String($0.split(separator: " ")[1]) } == names, "one line each, in order")
                #expect(rows.allSatisfy { $0.count < columns })
                #expect(rows.allSatisfy { $0.contains("  written  ") })
            }
        }

        @Test(
            "A failure in the middle stays in its line, cut with … where the terminal is narrow", arguments: [250, 40])
        func failure(columns: Int) async throws {
            try await Sandbox.use("Y") { sandbox in
                // A folder is in the place of the third member's file.
                let place = try sandbox.files().environment(MemberName(ClusterName(sandbox.cluster), 2))
                try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
                for folder in [sandbox.runtime, try sandbox.files().path] {
                    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
                }
                let screen = try await TmuxScreen(sandbox, columns: columns, rows: 60)
                let shown = try await run(
                    "\(Product.bcmcluster) env stub -c \(sandbox.cluster) -m 4", screen, status: 1)
                await screen.close()
                let row = try #require(shown.first { $0.hasPrefix("✗ \(sandbox.cluster)-02") })
                #expect(row.contains("write .env: ") && row.count < columns)
                #expect(row.hasSuffix("…") == (columns == 40), "\(row)")
                #expect(shown.filter { $0.hasPrefix("✓ ") }.count == 4, "the others are made all the same")
            }
        }

        @Test("A terminal of fewer lines than members shows what matters, and in the end everything")
        func low() async throws {
            try await Sandbox.use("Y") { sandbox in
                let screen = try await TmuxScreen(sandbox, columns: 80, rows: 10)
                let words = "\(Product.bcmcluster) env stub -c \(sandbox.cluster) -m 19"
                let shown = try await run(words, screen, status: 0)
                await screen.close()
                let rows = shown.filter { $0.hasPrefix("✓ \(sandbox.cluster)-") }
                #expect(rows.count == 20 && rows.last?.hasPrefix("✓ \(sandbox.cluster)-19") == true, "\(rows)")
            }
        }

        @Test("NO_COLOR takes the colours away, and not the signs")
        func colours() async throws {
            try await Sandbox.use("Y") { sandbox in
                let screen = try await TmuxScreen(sandbox, columns: 80, rows: 30)
                let words = "\(Product.bcmcluster) env stub -c \(sandbox.cluster)"
                // Whoever runs the tests may want none either.
                _ = try await run("unset NO_COLOR; \(words)", screen, status: 0)
                let coloured = try await screen.capture(escapes: true)
                #expect(coloured.contains("\u{1b}[32m✓"), "\(coloured)")
                await screen.close()
                // Another terminal: what the first run has left on this one is no answer of the second.
                try FileManager.default.removeItem(atPath: sandbox.runtime)
                let bare = try await TmuxScreen(sandbox, columns: 80, rows: 30)
                _ = try await run("NO_COLOR=1 \(words)", bare, status: 0)
                let plain = try await bare.capture(escapes: true)
                await bare.close()
                #expect(plain.contains("✓ \(sandbox.cluster)-00") && !plain.contains("\u{1b}[3"))
            }
        }

        /// The lines of the screen after the command has ended.
        private func run(_ words: String, _ screen: TmuxScreen, status: Int) async throws -> [String] {
            try await screen.type("\(words) >\(screen.output); echo status $?")
            return try await screen.wait(for: "status \(status)").split(separator: "\n").map(\.trimmed)
        }
    }
}
