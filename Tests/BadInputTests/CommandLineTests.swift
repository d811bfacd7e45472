import Provisioning
import Testing

@testable import bcmcluster

/// Generated command lines and names: refused as a wrong usage, or every value in them makes sense.
@Suite struct GeneratedCommandLines {
    @Test func commandLines() async {
        let tally = Tally("command lines")
        await tally.run(3_000) { dice, trying in
            let words = Self.words(&dice)
            trying(words.joined(separator: "\u{1}"))
            do { return try Self.complaint(about: try Invocation(words)) } catch let failure as Failure {
                return failure.exitStatus == 2 ? nil : "exit status \(failure.exitStatus): \(failure.message)"
            }
        }
        #expect(tally.broken == [])
    }

    @Test func names() async {
        let tally = Tally("cluster names")
        await tally.run(1_500) { dice, trying in
            let text = dice.chance(50) ? dice.nonsense() : dice.mutated("DEV-A1")
            trying(text)
            do {
                let name = try ClusterName(text)
                return Oracle.isName(text) && name.text == text ? nil : "accepted"
            } catch let failure as Failure {
                return failure.exitStatus != 2 ? "exit status" : Oracle.isName(text) ? "refused" : nil
            }
        }
        #expect(tally.broken == [])
    }

    private static func words(_ dice: inout Dice) -> [String] {
        var words = dice.pick(CommandTable.commands.map(\.words) + [["env"], []])
        if dice.chance(70) { words += ["-c", dice.mostly("DEV")] }
        for _ in 0..<dice.below(5) {
            let flag = dice.pick(Flag.allCases)
            let value =
                dice.chance(40)
                ? dice.mutated(dice.pick(["4", "4G", "zfs", "namespace", "90s", "10.77.0.0/22"])) : dice.nonsense()
            switch dice.below(7) {
            case 0: words.append(dice.nonsense())
            case 5: words.append(dice.mutated(dice.pick(["DEV-00", "bash", "--"])))
            case 6: words += ["--", dice.nonsense(), "-c"]
            case 1: words.append("\(flag.long)=\(value)")
            case 2: words += [dice.mutated(flag.long), value]
            default: words += flag.value == nil ? [flag.long] : [flag.short ?? flag.long, value]
            }
        }
        return words
    }

    /// What the commands ask of an invocation before they do anything.
    private static func complaint(about invocation: Invocation) throws -> String? {
        let command = CommandTable.commands.first { $0.verb == invocation.verb }
        guard let command, invocation.verb != .help else { return nil }
        let most = command.operands.contains { $0.count == .any } ? Int.max : command.operands.count
        if !(command.operands.filter { $0.count == .one }.count...most ~= invocation.operands.count) {
            return "\(invocation.operands.count) operands were accepted"
        }
        let program = invocation.passedOn.first ?? ""
        if (command.passing == .command) == program.isEmpty || program.hasPrefix("-") {
            return "the command behind -- is none"
        }
        guard command.flags.contains(.cluster) else { return nil }
        let name = try invocation.cluster { _ in nil }
        if !Oracle.isName(name.text) { return "the name was accepted" }
        for count in [try invocation.further(), try invocation.parallel()] {
            if let count, !(0...999).contains(count) { return "the number \(count) was accepted" }
        }
        let limits = try invocation.limits()
        if !(Duration.seconds(1)...Duration.seconds(86_400) ~= limits.machine) { return "the time was accepted" }
        for (setting, value) in try invocation.settings() where !Oracle.isValue(value, of: setting) {
            return "\(setting) was accepted: \(value.debugDescription)"
        }
        return nil
    }
}
