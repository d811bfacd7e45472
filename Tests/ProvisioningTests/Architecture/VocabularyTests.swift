import Foundation
import Provisioning
import Testing

/// Messages, help and documentation use the words of the field: none of the terms that the glossary replaced.
@Suite struct VocabularyTests {
    /// A replaced term, as an expression of whole words, and what stands for it.
    private static let glossary: [(term: String, word: String)] = [
        (#"mend(s|ed|ing)?"#, "repair, fix"),
        (#"by (namespace|multipass)"#, "with the namespace provider"),
        (#"is whole( again)?|whole snapshot"#, "is healthy; is complete"),
        (#"go(es|ing)? on"#, "continue, resume, Next steps:"),
        (#"what to (do|type)"#, "hint:"),
        (#"as (its|the) files? says?"#, "up to date"),
        (#"(0|\d+) as is"#, "unchanged"),
        (#"as free as any"#, "least loaded"),
        (#"other (member|host) than"#, "spread from"),
        (#"gets? containers"#, "using containers"),
        (#"has no place"#, "cannot be placed"),
        (#"turn(s|ed|ing)? (\w+ ){0,2}(on|off)"#, "start, stop"),
        (#"lets? (it|the cluster) grow"#, "add members"),
        (#"tak(e|es|en|ing) (\w+ ){0,2}away"#, "delete, remove"),
        (#"strik(e|es|ing)"#, "remove from the state"),
        (#"not(e|es|ed) (it |the host |a machine )?down"#, "add, register"),
        (#"(the|its|a) records?( of then)?"#, "cluster state"),
        (#"writ(e|es|ten) down"#, "mark, save"),
        (#"half (destroyed|restored)"#, "deletion incomplete"),
        (#"(is|are|was) gone|gone for good|for good"#, "deleted, missing, permanently lost"),
        (#"being worked on"#, "is locked by"),
        (#"out of reach"#, "unreachable"),
        (#"no majority"#, "no quorum"),
        (#"spread the votes"#, "rebalance voters"),
        (#"lead the database"#, "transfer database leadership"),
        (#"as many as|(at|is) the (least|most)"#, "at least, at most, minimum"),
        (#"ended with status"#, "exited with status"),
        (#"there is no (program|command|flag|cluster|host|file|unit)"#, "command not found; unknown; not found"),
        (#"no cluster is named"#, "no cluster specified"),
        (#"who did what( when)?"#, "execution timeline"),
        (#"data for programs"#, "JSON output"),
        (#"ends of (the|all) logs"#, "the last lines of the logs"),
        (#"makes (a|the) shell"#, "shell completion script"),
        (#"(host|the) roomiest"#, "auto"),
        (#"nobody"#, "unknown; orphaned; not a terminal"),
        (#"stand-by|a spare"#, "standby"),
        (#"unforeseen"#, "internal error"),
        (#"bears? (its|the|a|exactly)"#, "named, labelled"),
        (#"in good order"#, "gracefully"),
        (#"(a|the) person('s)?"#, "the user"),
        (#"(made|makes?|makes it|begins?|votes) anew"#, "recreate"),
    ]

    /// Where a term is right all the same, and why.
    private static let exceptions: [(file: String, line: String)] = [
        // An argument's label.
        ("RunningVMs.swift", "by multipass: Multipass")
    ]

    /// The glossary's terms as one expression of whole words, and each with its word, to name what was found.
    private static let anyTerm = expression(glossary.map(\.term).joined(separator: "|"))

    private static func expression(_ terms: String) -> NSRegularExpression? {
        try? NSRegularExpression(pattern: "\\b(?:\(terms))\\b")
    }

    private static func isFound(_ expression: NSRegularExpression?, in text: String) throws -> Bool {
        let range = NSRange(text.startIndex..., in: text)
        return try #require(expression).firstMatch(in: text, range: range) != nil
    }

    private static func words(for text: String) throws -> [String] {
        try glossary.filter { try isFound(expression($0.term), in: text) }.map(\.word)
    }

    /// The line without its comment; the `//` of a URL begins none.
    private static func code(_ line: Substring) -> Substring {
        let comment = line.ranges(of: "//").first {
            $0.lowerBound == line.startIndex || line[..<$0.lowerBound].last != ":"
        }
        return comment.map { line[..<$0.lowerBound] } ?? line
    }

    private static func files(in folder: String, endingWith endings: [String]) throws -> [String] {
        try LocalFiles().names(in: folder).sorted().flatMap { name in
            let path = "\(folder)/\(name)"
            if try LocalFiles().kind(of: path) == .folder { return try files(in: path, endingWith: endings) }
            return endings.contains { name.hasSuffix($0) } ? [path] : []
        }
    }

    private static func terms(in files: [String], isCode: Bool) throws -> [String] {
        try files.flatMap { path in
            let lines = try (LocalFiles().read(path) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
            let texts = lines.map { isCode ? String(code($0)) : String($0) }
            guard try isFound(anyTerm, in: texts.joined(separator: "\n")) else { return [String]() }
            return try texts.enumerated().compactMap { number, text in
                let isExcepted = exceptions.contains { path.hasSuffix($0.file) && text.contains($0.line) }
                guard try !isExcepted && isFound(anyTerm, in: text) else { return nil }
                return "\(path):\(number + 1): write \(try words(for: text).joined(separator: "; ")): \(text.trimmed)"
            }
        }
    }

    @Test func messagesAndHelpUseTheFieldsWords() throws {
        let sources = try Self.files(in: "\(TestFile.root)/Sources", endingWith: [".swift"])
        #expect(sources.count > 100)
        let found = try Self.terms(in: sources, isCode: true)
        #expect(found == [], "\(found.joined(separator: "\n"))")
    }

    @Test func documentationUsesTheFieldsWords() throws {
        let pages = try Self.files(in: "\(TestFile.root)/docs", endingWith: [".md", ".json", ".svg"])
        #expect(pages.count > 50)
        let found = try Self.terms(in: pages + ["\(TestFile.root)/README.md"], isCode: false)
        #expect(found == [], "\(found.joined(separator: "\n"))")
    }

    /// The expressions find what the program and its documentation said before.
    @Test(arguments: [
        "mends what status finds", "members by namespace need Linux", "DEV-01 is whole again", "up goes on from here",
        "web is as its file says", "2 to add, 0 as is", "on DEV-00: as free as any, other member than web-1",
        "turns its machines off", "let the cluster grow", "takes it away", "strike it from the state",
        "so it was not noted down", "write the record", "DEV is half destroyed", "DEV is gone, in 0.3s",
        "is being worked on by process 7", "the host h1 is out of reach", "no majority of its voters",
        "at the most 40 characters", "1.13 is the least", "ended with status 2", "there is no program lxc",
        "print data for programs", "the ends of the logs", "vm launch box --host roomiest", "nobody: the unit is gone",
        "something unforeseen happened", "the machines that bear its name", "stopped in good order", "for a person",
        "would have to be made anew", "  what to do: try again",
    ])
    func findsWhatWasSaidBefore(_ text: String) throws { #expect(try Self.isFound(Self.anyTerm, in: text)) }
}
