import Testing

@testable import Provisioning

@Suite struct TemplateTests {
    private func yaml(_ text: String) -> Template { Template(name: "t.yml", text: text, format: .yaml) }
    private func env(_ text: String) -> Template { Template(name: "t.env", text: text, format: .environment) }

    @Test func namesAndDefaultsAreReplaced() throws {
        #expect(try env("A=${A}\nB=${B:-b}\nC=${C:-}\n").rendered(["A": .text("1")]) == "A=1\nB=b\nC=\n")
        #expect(try env("B=${B:-b}").rendered(["B": .text("2")]) == "B=2")
        #expect(try env("${A}${A}-${A}").rendered(["A": .text("x")]) == "xx-x")
        #expect(try env("$A {B} $ {C}").rendered([:]) == "$A {B} $ {C}")
    }

    @Test func anUnknownNameIsNamedWithFileAndLine() throws {
        let failure = try #require(throws: Failure.self) {
            try yaml("a: 1\nb: ${NOPE}\n").rendered(["YES": .text("1")])
        }
        #expect(failure.code == .badInput)
        #expect(failure.message == "t.yml, line 2: unknown variable ${NOPE}")
        #expect(failure.hint?.contains("YES") == true)
    }

    @Test func anOpenReferenceIsNamedWithFileAndLine() throws {
        for attempt in [
            { try yaml("a: 1\n\nb: ${OPEN\n").check([]) }, { _ = try yaml("a: 1\n\nb: ${OPEN\n").rendered([:]) },
        ] {
            let failure = try #require(throws: Failure.self) { try attempt() }
            #expect(failure.code == .badInput && failure.message == "t.yml, line 3: a ${ without its }")
        }
    }

    @Test func commentsAreLeftAsTheyAre() throws {
        #expect(try yaml("# ${NOPE} ${OPEN\n  # ${X}\na: 1").rendered([:]) == "# ${NOPE} ${OPEN\n  # ${X}\na: 1")
    }

    @Test func windowsLineEndsDoNotHideAnything() throws {
        let template = env("# comment\r\nA=${A}\r\nB=${NOPE}\r\n")
        let failure = try #require(throws: Failure.self) { try template.rendered(["A": .text("1")]) }
        #expect(failure.message.contains("line 3"))
        #expect(try template.rendered(["A": .text("1"), "NOPE": .text("2")]) == "# comment\nA=1\nB=2\n")
    }

    @Test func severalLinesKeepTheIndent() throws {
        #expect(
            try yaml("a:\n  ${B}\n  c: 1").rendered(["B": .verbatim("x: 1\ny: 2\n")]) == "a:\n  x: 1\n  y: 2\n  c: 1")
    }

    /// Whatever a value holds, it is one scalar: nothing in it becomes a key, an entry or a comment of YAML.
    @Test(arguments: [
        ("plain", #""plain""#), ("", #""""#), ("yes", #""yes""#), ("0644", #""0644""#),
        ("a\nenabled: false", #""a\nenabled: false""#), (#"" , b: "x"#, #""\" , b: \"x""#), (#"\"#, #""\\""#),
        ("a # b", #""a # b""#), ("*x", #""*x""#), ("{a: b}", #""{a: b}""#), ("\r\n", #""\r\n""#), ("\t", #""\t""#),
        ("\u{0}\u{1b}\u{7f}", #""\u0000\u001b\u007f""#), ("\u{85}\u{2028}\u{2029}", #""\u0085\u2028\u2029""#),
        ("é", #""é""#),
        ("${HOME}", #""${HOME}""#),
    ])
    func aYAMLValueIsOneScalar(_ value: String, _ scalar: String) throws {
        #expect(try yaml("a: ${V}").rendered(["V": .text(value)]) == "a: \(scalar)")
        #expect(try yaml("- ${V}").rendered(["V": .text(value)]) == "- \(scalar)")
    }

    @Test(arguments: [
        "a b", "a\nb", "a\"b", "a'b", "$(id)", "`id`", "a;reboot", "a}b", "a]b", "a#b", "a|b", "a&b", "a\\b", "a<b",
        "a>b",
    ])
    func aValueInsideOtherTextMustBePlain(_ value: String) throws {
        for template in [yaml("- [sh, -c, \"x --channel=${V}\"]"), env("V=${V}")] {
            let failure = try #require(throws: Failure.self) { try template.rendered(["V": .text(value)]) }
            #expect(failure.code == .badInput && failure.message.contains("line 1") && failure.message.contains("V"))
        }
    }

    @Test func placeholdersOfADryRunMayStandAnywhere() throws {
        #expect(try env("S=${S}").rendered(["S": .text("<secret>")]) == "S=<secret>")
    }

    @Test func theDefaultsAreThoseOfTheText() {
        #expect(env("# ${X:-1}\nA=${A:-30G}\nB=${B}\nC=${C:-}").defaults == ["A": "30G", "C": ""])
    }
}
