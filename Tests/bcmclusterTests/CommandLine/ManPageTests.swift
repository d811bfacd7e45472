import Provisioning
import Testing

@testable import bcmcluster

@Suite struct ManPageTests {
    private let pages = ManPage.all(date: "2026-11-28")

    /// What a reader sees of a page, without the macros.
    private func plain(_ name: String) throws -> String {
        try #require(pages[name]).replacing("\\-", with: "-").replacing(/\\f[BIR]/, with: "").replacing("\\&", with: "")
            .replacing("\\(aq", with: "'").replacing("\\(ti", with: "~").replacing("\\(ga", with: "`")
            .replacing("\n", with: " ")
    }

    @Test func thereIsOneForTheToolAndOneForEachGroup() throws {
        #expect(pages.count == 1 + CommandGroup.allCases.count)
        let overview = try plain("bcmcluster.1")
        for command in CommandTable.commands {
            #expect(overview.contains(".TP \(command.title) \(command.sentence)"), "\(command.title)")
        }
        for group in CommandGroup.allCases {
            let name = "bcmcluster-\(group.rawValue.lowercased())"
            #expect(overview.contains("\(name)(1)") && pages["\(name).1"] != nil)
        }
        for (status, meaning) in Help.exitStatuses {
            #expect(overview.lowercased().contains(".tp \(status) \(meaning.lowercased())."))
        }
    }

    @Test func aPageSaysWhatTheHelpSays() throws {
        for group in CommandGroup.allCases {
            let page = try plain("bcmcluster-\(group.rawValue.lowercased()).1")
            for command in group.commands {
                #expect(page.contains(command.usage.replacing("…", with: "...")), "\(command.title)")
                for flag in command.allFlags { #expect(page.contains(flag.long), "\(command.title) \(flag.long)") }
                for word in command.details.split(whereSeparator: \.isWhitespace) {
                    #expect(page.contains(word.replacing("…", with: "...")), "\(command.title): \(word)")
                }
                for example in command.examples { #expect(page.contains(example.replacing("…", with: "..."))) }
            }
        }
    }

    @Test func theyNameTheVersionAndTheDate() throws {
        for (name, page) in pages {
            let title = try #require(page.split(separator: "\n").first { $0.hasPrefix(".TH ") }, "\(name)")
            #expect(title.contains("\"2026-11-28\" \"bcmcluster \(Tool.version)\""), "\(title)")
            #expect(page.utf8.allSatisfy { $0 < 128 })
        }
    }
}
