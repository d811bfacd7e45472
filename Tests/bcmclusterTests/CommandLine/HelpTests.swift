import Provisioning
import Testing

@testable import bcmcluster

@Suite struct HelpTests {
    @Test func theOverviewNamesEveryCommandAndEveryExitStatus() throws {
        let text = try Help.text(for: [])
        for command in CommandTable.commands {
            #expect(text.contains("  \(command.title) ") && text.contains(command.summary))
        }
        for words in [
            "0 done", "1 failed", "2 wrong usage", "3 prerequisite missing", "4 partly", "5 not found", "6 cluster",
            "130",
        ] {
            #expect(text.contains(words))
        }
        #expect(text.contains("flag, then environment, then .env, then template"))
        for name in ["BCM_CLUSTER_NAME", "BCM_PROVIDER_NAME", "BCM_RUNTIME_DIR"] { #expect(text.contains(name)) }
    }

    @Test func theOverviewHasEachCommandBelowItsGroup() throws {
        let lines = try Help.text(for: []).split(separator: "\n").map(String.init)
        let headings = CommandGroup.allCases.map { "\($0.rawValue):" }
        #expect(lines.filter(headings.contains) == headings)
        for command in CommandTable.commands {
            let place = try #require(lines.firstIndex { $0.hasPrefix("  \(command.title)  ") }, "\(command.title)")
            #expect(lines[..<place].last(where: headings.contains) == "\(command.group.rawValue):", "\(command.title)")
        }
    }

    @Test func wordsThatBeginSeveralCommandsHaveHelpOfTheirOwn() throws {
        #expect(CommandTable.families.isSuperset(of: ["member", "snapshot", "unit", "volume", "host", "vm", "env"]))
        for word in CommandTable.families {
            let text = try Help.text(for: [word])
            #expect(text.hasPrefix("usage: bcmcluster \(word) COMMAND"))
            for command in CommandTable.commands {
                #expect(text.contains("\n  \(command.title) ") == (command.words[0] == word && command.words.count > 1))
            }
        }
    }

    @Test func everyCommandsHelpHasItsFlagsAndNoOthers() throws {
        for command in CommandTable.commands {
            let text = try Help.text(for: command.words)
            let lines = text.split(separator: "\n").map(String.init)
            for flag in Flag.allCases {
                let isThere = lines.contains {
                    $0.trimmed.split { " ,".contains($0) }.prefix(2).contains(Substring(flag.long))
                }
                #expect(isThere == command.allFlags.contains(flag), "\(command.title) \(flag)")
            }
        }
    }

    @Test func theLinesFitOnATerminal() throws {
        for words in [[]] + CommandTable.commands.map(\.words) + CommandTable.families.map({ [$0] }) {
            let wide = try Help.text(for: words).split(separator: "\n").filter { $0.count > 80 }
            #expect(wide == [])
        }
    }

    /// What the help shows, the parser takes: with its value and in its short form.
    @Test func whatTheHelpShowsTheParserTakes() throws {
        for command in CommandTable.commands {
            for flag in command.flags {
                for name in [flag.long, flag.short].compactMap({ $0 }) {
                    let value = flag.value == nil ? [] : ["x"]
                    let invocation = try Invocation(command.words + [name] + value + command.exampleOperands)
                    #expect(invocation.values == [flag: flag.value == nil ? "" : "x"])
                }
            }
        }
    }

    /// The usage line names every operand, and the parser takes as many of each as it says.
    @Test func whatTheUsageShowsTheParserTakes() throws {
        for command in CommandTable.commands {
            let text = try Help.text(for: command.words)
            #expect(text.hasPrefix("usage: bcmcluster \(command.title)"))
            for example in command.examples { #expect(text.contains("\n  \(example)\n")) }
            for operand in command.allOperands { #expect(text.contains("  \(operand.shape) ")) }
            #expect(text.contains("  -- CMD…") == (command.passing == .command))
            #expect(try Invocation(command.words + command.exampleOperands).verb == command.verb)
        }
    }

    @Test func theIssuesFlagsAreThere() throws {
        func flags(_ verb: Verb) -> Set<Flag> { Set(CommandTable.commands.filter { $0.verb == verb }.flatMap(\.flags)) }
        #expect(
            flags(.up).isSuperset(of: [
                .cluster, .members, .provider, .cpus, .memory, .disk, .storage, .image, .channel, .network, .parallel,
                .timeout, .dryRun,
                .json,
            ]))
        #expect(flags(.destroy).isSuperset(of: [.cluster, .yes, .dryRun, .json]))
        #expect(flags(.envStub).isSuperset(of: [.cluster, .members, .dryRun, .json]))
        #expect(Flag.cluster.short == "-c" && Flag.members.short == "-m" && Flag.yes.short == "-y")
        for command in CommandTable.commands {
            let shorts = command.allFlags.compactMap(\.short)
            #expect(Set(shorts).count == shorts.count, "\(command.title)")
        }
        let anywhere = Flag.anywhere.compactMap(\.short)
        for flag in Flag.allCases where !Flag.anywhere.contains(flag) {
            #expect(flag.short.map(anywhere.contains) != true, "before a command nobody could tell which \(flag) is")
        }
    }

    @Test func helpForWhatIsNotThere() throws {
        let failure = try #require(throws: Failure.self) { try Help.text(for: ["lsit"]) }
        #expect(failure.exitStatus == 2 && failure.hint == "did you mean bcmcluster help list?")
    }
}

extension CommandSpecification {
    /// The least that has to stand behind the flags.
    var exampleOperands: [String] {
        operands.filter { $0.count == .one }.map { $0.choices.first ?? "x" } + (passing == .command ? ["--", "x"] : [])
    }
}
