import Foundation
import Provisioning
import Schemas
import Testing

@testable import bcmcluster

@Suite struct ManualTests {
    private let docs = "\(SourceTree.root)/docs"
    private var folder: String { "\(docs)/\(ManualPage.folder)" }

    @Test func thePagesAreThoseOfTheTable() throws {
        let pages = ManualPage.all
        let standing = try LocalFiles().names(in: folder).filter { name in
            try name.hasSuffix(".md") && LocalFiles().read("\(folder)/\(name)")?.hasPrefix(ManualPage.origin) == true
        }
        #expect(Set(standing) == Set(pages.keys), "make docs writes them anew")
        for (name, text) in pages {
            #expect(try LocalFiles().read("\(folder)/\(name)") == text, "\(name) differs from the table: make docs")
        }
    }

    /// Every key of cluster files is in the guide, as the parser has it.
    @Test func thePageOfClusterFilesHasTheKeysOfTheParser() throws {
        let text = try #require(try LocalFiles().read("\(docs)/\(ManualPage.keys)"))
        #expect(try ManualPage.withKeys(text) == text, "make docs writes it anew")
        #expect(text.contains("| `[[pool]]` | `driver` |"))
    }

    @Test func aPageSaysWhatTheHelpSays() throws {
        for command in CommandTable.commands {
            let page = try #require(ManualPage.all["\(command.words.joined(separator: "-")).md"])
            for flag in command.allFlags {
                #expect(page.contains(flag.long) && page.contains(flag.summary(in: command)))
            }
            for operand in command.allOperands { #expect(page.contains(operand.shape)) }
            #expect(command.details.isEmpty || page.contains(command.details))
            #expect(page.contains("```text\n\(command.usage)\n```"))
            #expect(try #require(ManualPage.all["README.md"]).contains("| \(command.summary) |"))
        }
    }

    /// What an example shows can be typed.
    @Test func everyExampleIsUnderstood() throws {
        for command in CommandTable.commands {
            #expect(!command.examples.isEmpty, "\(command.title) has no example")
            for example in command.examples {
                let words = example.split { " \"()".contains($0) }.map(String.init)
                let start = try #require(words.firstIndex(of: "bcmcluster"), "\(example)")
                #expect(try Invocation(Array(words[(start + 1)...])).verb == command.verb, "\(example)")
            }
        }
    }

    @Test func everySchemaIsThere() throws {
        let named = CommandTable.commands.flatMap(\.schemas)
        let standing = try LocalFiles().names(in: "\(docs)/reference/schema").map { String($0.dropLast(5)) }
        #expect(Set(named) == Set(standing))
    }

    /// Whatever prints data says on its page what they look like.
    @Test func everyCommandThatPrintsDataNamesItsSchemas() throws {
        for command in CommandTable.commands {
            #expect((command.schema != nil) == command.flags.contains(.json), "\(command.title)")
            let page = try #require(ManualPage.all["\(command.words.joined(separator: "-")).md"])
            for schema in command.schemas { #expect(page.contains("(../schema/\(schema).json)"), "\(command.title)") }
        }
    }

    @Test func theCodesOfFailuresAreThoseOfTheSchemas() throws {
        let codes = Set(Failure.Code.allCases.map(\.rawValue))
        #expect(try Schema("error").words(at: "error", "code") == codes)
        #expect(try Schema("run").words(at: "failures", "code") == codes)
        #expect(try Schema("exec").words(at: "members", "code") == codes)
    }

    /// Programs match on them: a step's type is not renamed without a word of it here and in the changelog.
    @Test func theCodesOfStepsAreThoseOfTheSchema() throws {
        let folder = "\(SourceTree.root)/Sources/Provisioning"
        var steps: Set<String> = []
        for file in try FileManager.default.subpathsOfDirectory(atPath: folder) where file.hasSuffix(".swift") {
            let text = try LocalFiles().read("\(folder)/\(file)") ?? ""
            for match in text.matches(of: /struct ([A-Z][A-Za-z]+)(<[^>]*>)?: ([A-Za-z]+, )*Step\b/) {
                steps.insert(match.output.1.prefix(1).lowercased() + match.output.1.dropFirst())
            }
        }
        let listed = try Schema("progress").examples(in: "step", at: "code")
        #expect(listed.count > 50 && Set(listed).isSubset(of: steps), "\(Set(listed).subtracting(steps))")
        #expect(SwitchedOff().code == "switchedOff" && SwitchedOver<Int>().code == "switchedOver")
    }

    private struct SwitchedOff: Step {
        let title = "switch off"
        func isDone(_ context: PlanContext) async throws -> Bool { false }
        func run(_ context: PlanContext) async throws {}
    }

    private struct SwitchedOver<Way>: Step {
        let title = "switch over"
        func isDone(_ context: PlanContext) async throws -> Bool { false }
        func run(_ context: PlanContext) async throws {}
    }
}
