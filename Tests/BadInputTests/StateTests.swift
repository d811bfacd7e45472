import Foundation
import Provisioning
import Testing

/// Generated records: refused as damaged, or every plan that is made from them keeps to the cluster's own places.
@Suite struct GeneratedRecords {
    @Test func records() async throws {
        let tally = Tally("records")
        let folder = ClusterFolder(runtime: "/r", cluster: try ClusterName("DEV"))
        var accepted = 0
        await tally.run(800) { dice, trying in
            let text = Self.state(&dice)
            trying(text)
            let files = FewFiles(texts: [folder.state: text])
            let state: ClusterState
            do { state = try #require(try StateStore.read(folder, files)) } catch let failure as Failure {
                return [.damaged, .damagedState].contains(failure.code) && failure.message.contains(folder.state)
                    ? nil : failure.message
            }
            accepted += 1
            if let complaint = Self.complaint(about: state) { return complaint }
            let answers = Answering(text: dice.chance(20) ? dice.nonsense() : nil, status: dice.chance(10) ? 1 : 0)
            return try await PlanTrial(state: state, folder: folder, files: files, answers: answers).complaint()
        }
        #expect(tally.broken == [])
        print("bad input: \(accepted) of the records were sound, and their plans were looked through")
        #expect(accepted > 100)
    }

    private static func complaint(about state: ClusterState) -> String? {
        if state.name.text != "DEV" { return "another's name" }
        if let remote = state.remote, !remote.name.utf8.starts(with: "DEV-".utf8) { return "another's remote" }
        for setting in Setting.allCases where setting.isClusterWide {
            if let value = state.settings.value(of: setting), !Oracle.isValue(value, of: setting) {
                return "\(setting) was accepted: \(value.debugDescription)"
            }
        }
        return nil
    }

    /// A state that is sound in most places.
    private static func state(_ dice: inout Dice) -> String {
        func quoted(_ text: String) -> String {
            String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self)
        }
        func usually(_ good: String, _ dice: inout Dice) -> String {
            if dice.chance(93) { return good }
            return dice.chance(60)
                ? quoted(dice.nonsense())
                : dice.pick(
                    ["null", "{}", "[]", "1e99", "-1", "1.5", "9223372036854775808", "true"] + [
                        "9223372036854775807", "-9223372036854775808", "9", "999", "40000", "65535",
                    ])
        }
        let members = (0..<1 + dice.below(4)).map { number in
            let index = dice.chance(90) ? number : dice.pick([0, 1, 99, 999, 1000, 123_456])
            let name = usually("\"DEV-\(index < 10 ? "0" : "")\(index)\"", &dice)
            return #"{"name":\#(name),"address":\#(usually("\"10.64.0.\(10 + number)\"", &dice))}"#
        }
        let provider = dice.pick(["namespace", "multipass"])
        let settings =
            #"{"provider":\#(usually("\"\(provider)\"", &dice)),"storage":\#(usually("\"dir\"", &dice)),"#
            + #""image":\#(usually("\"24.04\"", &dice)),"channel":\#(usually("\"5.21/stable\"", &dice)),"network":\#(usually("null", &dice))}"#
        let subnet =
            dice.chance(80)
            ? "\"10.64.0.0/22\""
            : quoted(
                dice.pick(["255.255.255.255/32", "0.0.0.0/0", "255.255.252.0/22", "10.0.0.0/8", "255.255.255.254/31"]))
        let remote =
            #"{"name":\#(usually("\"DEV-00\"", &dice)),"formerDefaults":\#(usually("[\"local\"]", &dice)),"wasMadeDefault":\#(usually("true", &dice))}"#
        let spread = #"[{"host":"local","address":"192.0.2.1","number":\#(usually("0", &dice))}]"#
        let spreading =
            dice.chance(30) ? #""spread":\#(usually(spread, &dice)),"port":\#(usually("20001", &dice)),"# : ""
        let text =
            #"{\#(spreading)"version":\#(usually("1", &dice)),"name":\#(usually("\"DEV\"", &dice)),"identifier":\#(usually("\"0123abcd\"", &dice)),"#
            + #""created":\#(usually("1000", &dice)),"settings":\#(settings),"subnet":\#(usually(subnet, &dice)),"#
            + #""members":[\#(members.joined(separator: ","))],"remote":\#(usually(remote, &dice))}"#
        return dice.chance(15) ? dice.mutated(text) : text
    }
}
