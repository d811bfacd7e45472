import Provisioning

/// The pages of `man`, in the macros of man(7): one for the tool and one for each group of commands, made from the table
/// that parser and help use.
enum ManPage {
    /// The pages by the names of their files, such as `bcmcluster-members.1`.
    ///
    /// - Parameter date: what stands at their foot, such as `2026-11-28`.
    /// - Returns: the texts of the pages.
    static func all(date: String) -> [String: String] {
        var pages = ["bcmcluster.1": overview(date)]
        for group in CommandGroup.allCases { pages["\(name(of: group)).1"] = page(of: group, date) }
        return pages
    }

    private static func name(of group: CommandGroup) -> String { "bcmcluster-\(group.rawValue.lowercased())" }

    private static func overview(_ date: String) -> String {
        let groups = CommandGroup.allCases.flatMap { group in
            [".SS \(group.rawValue)"]
                + group.commands.flatMap { entry([[$0.title]], $0.sentence) }
                + [".PP", "In full: \(bold(name(of: group)))(1)."]
        }
        let lines =
            head("bcmcluster", "create \(engines) clusters, and run workloads on them", date)
            + [
                ".SH SYNOPSIS", "\(bold("bcmcluster")) \(italic("COMMAND")) [\(italic("FLAGS"))]", ".br",
                "\(bold("bcmcluster help")) [\(italic("COMMAND"))]",
                ".SH DESCRIPTION",
                ".B bcmcluster",
            ]
            + filled(
                """
                turns one machine, or many, into a working \(engines) cluster with one command, runs workloads on it from
                files, and deletes it without touching anything else.
                """) + [".SH COMMANDS"] + groups
            + [".SH ENVIRONMENT", "A flag takes precedence, then the environment, then a member's .env file."]
            + Help.variables.flatMap { entry([[$0.0]], $0.1.sentence) }
            + [".SH FILES"]
            + entry([["~/.bcm"]], "The state of the clusters, their .env files and logs.")
            + entry([[ClusterFile.standardName]], "A cluster's file, which up reads in the folder where it is called.")
            + [".SH EXIT STATUS"]
            + Help.exitStatuses.flatMap { entry([[$0.0]], $0.1.sentence) }
            + [".SH EXAMPLES"]
            + example(["bcmcluster up -c DEV -m 2", "bcmcluster status -c DEV", "bcmcluster destroy -c DEV"])
            + [".SH SEE ALSO", references(CommandGroup.allCases.map(name(of:)))]
        return lines.joined(separator: "\n") + "\n"
    }

    private static var engines: String { Engine.all.map(\.title).joined(separator: " or ") }

    private static func page(of group: CommandGroup, _ date: String) -> String {
        let others = CommandGroup.allCases.filter { $0 != group }.map(name(of:))
        let lines =
            head(name(of: group), group.summary, date)
            + [".SH SYNOPSIS"]
            + Array(group.commands.map { [synopsis($0)] }.joined(separator: [".br"]))
            + [".SH COMMANDS"] + group.commands.flatMap(section)
            + [".SH SEE ALSO", references(["bcmcluster"] + others)]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func head(_ name: String, _ summary: String, _ date: String) -> [String] {
        [
            ".\\\" Generated from the table of commands by `make build`.",
            ".TH \(name.uppercased().replacing("-", with: "\\-")) 1 \"\(date)\" \"bcmcluster \(Tool.version)\" \"bcmcluster\"",
            ".SH NAME", "\(text(name)) \\- \(text(summary))",
        ]
    }

    private static func section(_ command: CommandSpecification) -> [String] {
        var lines = [".SS \(text(command.title))", synopsis(command), ".PP"] + filled(command.sentence)
        for paragraph in command.details.split(separator: "\n\n") { lines += [".PP"] + filled(String(paragraph)) }
        lines += command.operandRows.flatMap { entry([[$0.shape]], $0.summary.sentence) }
        for flag in command.allFlags {
            let names = [flag.short, flag.long].compactMap { $0 }.map { [$0] + [flag.value].compactMap { $0 } }
            lines += entry(names, flag.summary(in: command).sentence)
        }
        if !command.synonyms.isEmpty {
            lines += [".PP", "Synonyms: " + command.synonyms.map(bold).joined(separator: ", ") + "."]
        }
        return lines + (command.examples.isEmpty ? [] : [".PP", "Examples:"] + example(command.examples))
    }

    private static func synopsis(_ command: CommandSpecification) -> String {
        let words = command.usage.split(separator: " ").map(String.init)
        let names = 1 + command.words.count
        return ([bold(words.prefix(names).joined(separator: " "))] + words.dropFirst(names).map(text))
            .joined(separator: " ")
    }

    /// A list's entry: forms, each of a word in bold and what stands for its value, and what they mean.
    private static func entry(_ forms: [[String]], _ meaning: String) -> [String] {
        let names = forms.map { form in ([bold(form[0])] + form.dropFirst().map(italic)).joined(separator: " ") }
        return [".TP", names.joined(separator: ", ")] + filled(meaning)
    }

    private static func example(_ lines: [String]) -> [String] {
        [".RS 4", ".EX"] + lines.map(text) + [".EE", ".RE"]
    }

    /// Text for troff to fill, in lines of at most 80 bytes.
    private static func filled(_ words: String) -> [String] {
        Help.lines(of: words.split(whereSeparator: \.isWhitespace).map { text(String($0)) }, atMost: 80)
    }

    private static func references(_ names: [String]) -> String {
        names.map { "\(bold($0))(1)" }.joined(separator: ",\n")
    }

    private static func bold(_ words: String) -> String { "\\fB\(text(words))\\fR" }

    private static func italic(_ words: String) -> String { "\\fI\(text(words))\\fR" }

    /// Text that troff takes as it is: in ASCII, no character of it begins a request, or is one that it shows as another.
    private static func text(_ words: String) -> String {
        var plain = words.replacing("\\", with: "\\e").replacing("…", with: "...").replacing("-", with: "\\-")
        for (character, name) in [("'", "aq"), ("`", "ga"), ("~", "ti"), ("^", "ha")] {
            plain = plain.replacing(character, with: "\\(\(name)")
        }
        return plain.hasPrefix(".") ? "\\&\(plain)" : plain
    }
}

extension String {
    /// It as a sentence, with a capital letter and a full stop.
    fileprivate var sentence: String {
        let isWord = prefix(while: { !$0.isWhitespace }).allSatisfy { $0.isLowercase }
        return (isWord ? prefix(1).uppercased() + dropFirst() : self) + (hasSuffix(".") ? "" : ".")
    }
}
