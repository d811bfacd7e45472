import Testing

@testable import Provisioning

/// Each error of a unit's file, with its place and its sentence.
@Suite struct UnitFileErrorTests {
    private func check(_ text: UnitFileText, _ line: Int, _ column: Int, _ sentence: String) {
        let refusal = text.refusal()
        #expect(
            refusal.hasPrefix("web/unit.toml, line \(line), column \(column): \(sentence)"),
            "\(refusal)\n of \(text.text)")
    }

    @Test(arguments: UnitFileMistakes.whole)
    func wholeFiles(_ text: String, _ line: Int, _ column: Int, _ sentence: String) {
        check(UnitFileText(text), line, column, sentence)
    }

    @Test(arguments: UnitFileMistakes.hardware)
    func hardware(_ text: String, _ line: Int, _ column: Int, _ sentence: String) {
        check(UnitFileText(more: text), line, column, sentence)
    }

    @Test(arguments: UnitFileMistakes.images)
    func images(_ text: String, _ line: Int, _ column: Int, _ sentence: String) {
        check(UnitFileText("[spacecore]\nname = 'web'\n[hardware]\n" + text), line, column, sentence)
    }

    @Test(arguments: UnitFileMistakes.instance)
    func instance(_ text: String, _ line: Int, _ column: Int, _ sentence: String) {
        check(UnitFileText(more: text), line, column, sentence)
    }
}
