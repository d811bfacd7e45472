import Testing

@testable import Provisioning

/// The specification's chapters on tables and arrays of tables.
@Suite struct TOMLTableTests {
    @Test(arguments: [
        ("[table]", "{table: {}}"), ("[a]\nb = 1\n[c]\nb = 2", "{a: {b: 1}, c: {b: 2}}"),
        ("[dog.\"tater.man\"]\na.b = 1", #"{dog: {"tater.man": {a: {b: 1}}}}"#),
        ("[a.b.c]", "{a: {b: {c: {}}}}"), ("[ d.e ]\t# x", "{d: {e: {}}}"), ("[ g .  h . 'i' ]", "{g: {h: {i: {}}}}"),
        (" \t[a]\r\n", "{a: {}}"),
        ("[x.y.z]\n[x]\na = 1", "{x: {a: 1, y: {z: {}}}}"), ("[f.a]\n[b]\n[f.c]", "{b: {}, f: {a: {}, c: {}}}"),
        ("a = 1\n[b]", "{a: 1, b: {}}"),
        ("[\"\"]\n\"\" = 1", #"{"": {"": 1}}"#), ("['[a]']", #"{"[a]": {}}"#),
        ("[]", "1:2"), ("[ ]", "1:3"), ("[a", "1:3"), ("[a\n]", "1:3"), ("[a.]", "1:4"), ("[.a]", "1:2"),
        ("[a..b]", "1:4"), ("[a]]", "1:4"),
        ("[a] b = 1", "1:5"), ("[a b]", "1:4"), ("[a]\n[a]", "2:2"), ("[a]\n[b]\n[ 'a' ]", "3:3"),
        ("[a.b]\n[a]\n[a]", "3:2"), ("[a.b]\n[a.b]", "2:4"),
        ("[a]\nb = 1\n[a.b]", "3:4"), ("[a]\nb = 1\n[a.b.c]", "3:4"), ("a = 1\n[a]", "2:2"), ("[a]\n[a.b]\n[a]", "3:2"),
        ("[a # x\n]", "1:4"),
        ("[a]=1", "1:4"), ("[a][b]", "1:4"), ("[é]", "1:2"), ("[\"\"\"a\"\"\"]", "1:4"), ("[a\u{0}]", "1:3"),
    ])
    func tables(_ text: String, _ result: String) { #expect(tomlReading(text) == result) }

    @Test(arguments: [
        (
            "[fruit]\napple.color = 1\napple.taste.sweet = true\n[fruit.apple.texture]\nsmooth = true",
            "{fruit: {apple: {color: 1, taste: {sweet: true}, texture: {smooth: true}}}}"
        ),
        ("[f]\na.c = 1\na.t.s = 2\n[f.a]", "4:4"), ("[f]\na.c = 1\na.t.s = 2\n[f.a.t]", "4:6"), ("a.b = 1\n[a]", "2:2"),
        ("a.b.c = 1\n[a.d]", "{a: {b: {c: 1}, d: {}}}"),
        ("a.b.c = 1\n[a.b]", "2:4"), ("[a.b.c]\nz = 9\n[a]\nb.c.t = 1", "4:3"),
        ("[a.b.c.d]\n[a]\nb.c.d.k.t = 1", "3:5"), ("[a.b]\n[a]\nb.c = 1", "3:1"),
        ("[a.b.c]\n[a]\nb.d = 1", "{a: {b: {c: {}, d: 1}}}"), ("[a.b.c]\n[a]\nb.d = 1\n[a.b]", "4:4"),
        ("[a.b]\n[a]\nb = 1", "3:1"), ("[a]\nb.c = 1\n[[a.b]]", "3:5"),
        ("[[a.b]]\n[a]\nb.y = 2", "3:1"), ("a.b = 1\n[[a]]", "2:3"), ("[[a.b]]\n[a]\nb = 2", "3:1"),
    ])
    func dottedKeysAndHeaders(_ text: String, _ result: String) { #expect(tomlReading(text) == result) }

    @Test(arguments: [
        ("[[p]]\nn = 1\n[[p]]\n[[p]]\nn = 2", "{p: [{n: 1}, {}, {n: 2}]}"), ("[[ a . b ]]", "{a: {b: [{}]}}"),
        (
            "[[f]]\nn = 1\n[f.p]\nc = 1\n[[f.v]]\nn = 2\n[[f.v]]\n[[f]]\n[[f.v]]\nn = 3",
            "{f: [{n: 1, p: {c: 1}, v: [{n: 2}, {}]}, {v: [{n: 3}]}]}"
        ),
        ("[[a]]\n[a.b]\n[[a]]\n[a.b]", "{a: [{b: {}}, {b: {}}]}"),
        ("[a]\n[[a.b]]\n[a.b.c]\nd = 1", "{a: {b: [{c: {d: 1}}]}}"), ("[[a.b]]\n[a]\nc = 1", "{a: {b: [{}], c: 1}}"),
        ("[fruit.physical]\n[[fruit]]", "2:3"), ("[[a]]\n[a]", "2:2"), ("[a]\n[[a]]", "2:3"),
        ("[[f]]\n[[f.v]]\n[f.v]", "3:4"), ("[[f]]\n[f.p]\n[[f.p]]", "3:5"),
        ("[[a]]\n[a.b]\n[a.b]", "3:4"), ("[[a]]\na.b = 1\n[a.a]", "3:4"), ("a = 1\n[[a]]", "2:3"), ("[[a]\n]", "1:4"),
        ("[[a] ]", "1:4"), ("[ [a]]", "1:3"), ("[[]]", "1:3"),
        ("[[a]]]", "1:6"), ("[[a", "1:4"), ("[[a]]\nb = 1\nb = 2", "3:1"), ("[[a.b]]\n[[a]]", "2:3"),
        ("[[a]]\n[b]\n[[a]]", "{a: [{}, {}], b: {}}"),
    ])
    func arraysOfTables(_ text: String, _ result: String) { #expect(tomlReading(text) == result) }
}
