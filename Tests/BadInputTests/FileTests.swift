import Foundation
import Testing

@testable import Provisioning

/// Generated `.env` files and templates: refused with file and line, or read as they were meant.
@Suite struct GeneratedFiles {
    @Test func environmentFiles() async {
        let tally = Tally("env files")
        await tally.run(1_500) { dice, trying in
            let text = Self.environment(&dice)
            trying(text)
            do {
                let file = try EnvironmentFile(text, path: "/r/.env")
                let sources = SettingSources(flags: [:], environment: { _ in nil })
                for setting in Setting.allCases {
                    let value = try sources.value(of: setting, file: file, template: [:])
                    if let value, !Oracle.isValue(value, of: setting) {
                        return "\(setting) was accepted: \(value.debugDescription)"
                    }
                }
                return nil
            } catch let failure as Failure {
                return failure.exitStatus == 2 && failure.message.contains("/r/.env") ? nil : failure.message
            }
        }
        #expect(tally.broken == [])
    }

    private static func environment(_ dice: inout Dice) -> String {
        var lines: [String] = []
        for _ in 0..<dice.below(6) {
            let quote = dice.pick(["", "", "\"", "'"])
            let value = dice.chance(40) ? dice.pick(["4", "4G", "dir", "namespace"]) : dice.nonsense()
            lines.append("\(dice.pick(Setting.allCases).variable)=\(quote)\(value)\(quote)")
        }
        let text = lines.joined(separator: dice.pick(["\n", "\n", "\r\n", "\r"]))
        return dice.chance(30) ? dice.mutated(text) : text
    }

    @Test func templates() async {
        let tally = Tally("templates")
        await tally.run(1_500) { dice, trying in
            let value = dice.chance(50) ? dice.nonsense() : dice.mutated("plain-value_1.5")
            let file = dice.pick(TemplateFile.allCases)
            let text = dice.mutated(file.embedded)
            trying("\(value)\u{1}\(text)")
            let names = file.variables ?? []
            let values = Dictionary(uniqueKeysWithValues: names.map { ($0, Template.Value.text(value)) })
            do {
                _ = try Template(name: "t", text: text, format: file.format).rendered(values)
            } catch let failure as Failure where failure.exitStatus == 2 && failure.message.hasPrefix("t, line ") {}
            return try Self.complaint(aboutQuoting: value)
        }
        #expect(tally.broken == [])
    }

    /// A value comes out of a rendered template as it went in, or does not go in.
    private static func complaint(aboutQuoting value: String) throws -> String? {
        let yaml = try Template(name: "t", text: "a: ${X}", format: .yaml).rendered(["X": .text(value)])
        let scalar = try? JSONDecoder().decode(String.self, from: Data(yaml.dropFirst(3).utf8))
        if scalar.map({ Array($0.utf8) != Array(value.utf8) }) ?? true { return "YAML \(yaml)" }
        guard !value.hasPrefix("<"), !value.isEmpty else { return nil }
        guard let line = try? Template(name: "t", text: "A=${X}", format: .environment).rendered(["X": .text(value)])
        else { return nil }
        let read = try? EnvironmentFile(line, path: "").values["A"]
        return read.map { Array($0.utf8) == Array(value.utf8) } ?? false
            ? nil : "the .env line \(line.debugDescription)"
    }
}
