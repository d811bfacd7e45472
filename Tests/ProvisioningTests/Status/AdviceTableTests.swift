import Foundation
import Testing

@testable import Provisioning

/// Each finding has its row in the walks that show that its hint helps.
@Suite struct AdviceTableTests {
    /// What the expression's group matches in a file of this tree.
    private func words(_ expression: String, in path: String) throws -> [String] {
        let text = try #require(try LocalFiles().read("\(TestFile.root)/\(path)"))
        let regex = try NSRegularExpression(pattern: expression, options: .anchorsMatchLines)
        return regex.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap { match in
            Range(match.range(at: 1), in: text).map { String(text[$0]) }
        }
    }

    private var codes: Set<String> {
        get throws {
            let places = ["Status/Finding+Hint.swift", "Providers/NetworkFault.swift"]
            return try places.reduce(into: []) { codes, place in
                codes.formUnion(
                    try words(#"^ +case \.\w+: "([a-z]+(?:-[a-z]+)*)"$"#, in: "Sources/Provisioning/\(place)"))
            }
        }
    }

    @Test func everyFindingHasARow() throws {
        let rows = try words(#"^ +case \w+ = "([a-z-]+)"$"#, in: "Tests/EndToEndTests/Repairs/AdviceTests.swift")
        #expect(try codes.count > 30)
        #expect(try codes.subtracting(rows) == [], "a row in Tests/EndToEndTests/Repairs/AdviceTests.swift is missing")
        #expect(try Set(rows).subtracting(codes) == [], "no such finding")
    }

    @Test func everyCaseHasACode() throws {
        let faults = try words(#"^        case (\w+)"#, in: "Sources/Provisioning/Providers/NetworkFault.swift")
        // A fault of the network has its own code.
        let cases = try words(#"^    case (\w+)"#, in: "Sources/Provisioning/Status/Finding.swift").filter {
            $0 != "network"
        }
        #expect(try cases.count + faults.count == codes.count, "\(cases) \(faults)")
    }

    @Test func theSchemaHasEveryCode() throws {
        let text = try #require(try LocalFiles().read("\(TestFile.root)/docs/reference/schema/status.json"))
        for code in try codes { #expect(text.contains(#""\#(code)""#), "\(code)") }
    }

    /// The page has each finding's words and hint, as `status` prints them.
    @Test func theTroubleshootingPageHasEveryFinding() throws {
        let page = try #require(try LocalFiles().read("\(TestFile.root)/docs/guides/troubleshooting.md"))
        let cells = page.split(separator: "\n").map { $0.components(separatedBy: " | ") }.filter { $0.count == 3 }
        let rows = Dictionary(cells.map { ($0[1].replacing("`", with: ""), $0) }) { first, _ in first }
        #expect(try codes.subtracting(rows.keys) == [], "a row of docs/guides/troubleshooting.md is missing")
        for finding in try DiagnosisTests.everyFinding() {
            let row = try #require(rows[finding.code])
            func codes(_ cell: String) -> [String] { cell.matches(of: /`([^`]+)`/).map { String($0.output.1) } }
            // A finding of several states has a hint for each.
            let hint = finding.hint(for: try cluster.get())
            let hints = finding.code == "not-online" ? codes(row[2]) : Array(codes(row[2]).prefix(1))
            #expect(hints.contains(where: hint.hasPrefix), "\(finding.code): \(hint)")
            let isSaid = codes(row[0]).contains { words in
                var rest = finding.sentence[...]
                return words.components(separatedBy: "…").allSatisfy { part in
                    guard
                        let place = part.trimmed.isEmpty
                            ? rest.startIndex..<rest.startIndex : rest.firstRange(of: part.trimmed)
                    else { return false }
                    rest = rest[place.upperBound...]
                    return true
                }
            }
            #expect(isSaid, "\(finding.code): \(finding.sentence)")
        }
    }

    // MARK: What cannot be caused with the daemons of one machine

    private let cluster = Result { try ClusterName("DEV") }

    /// A hint of `repair` leads to the steps that remove the cause.
    @Test func repairHasStepsForWhatIsNotWalked() throws {
        let member = try MemberName.dev(1)
        let ways: [(Finding, [String])] = [
            (.daemonFails(member), ["DEV-01 restart the daemon"]),
            (.daemonHangs(member), ["DEV-01 restart the daemon"]),
            (.expelled(member), ["DEV-01 recreate the machine", "DEV-01 join the cluster"]),
        ]
        for (finding, steps) in ways {
            #expect(finding.hint(for: try cluster.get()) == "bcmcluster repair -c DEV")
            let plan = RepairPlan(for: try Bench.state(3), [finding]).plan
            #expect(Set(plan.entries.map(\.step.identifier)).isSuperset(of: steps), "\(finding)")
        }
    }

    /// What `repair` leaves to the user, it does not send back to `repair`.
    @Test func whatRepairCannotDoIsNotItsHint() throws {
        let (member, host) = (try MemberName.dev(1), try HostName("h1"))
        let deletedHint = try ProviderRegistry.standard.traits(of: .multipass).deletedHint?(member)
        let all: [(Finding, String)] = [
            (.machineDeleted(member, hint: deletedHint), "multipass "), (.hostLost(host), "bcmcluster host list"),
            (.unreachable(member, host), "bcmcluster host list"),
            (
                .machineHangs(member, try ProviderRegistry.standard.traits(of: .namespace).hungHint(member)),
                "bcmcluster stop -c DEV, then bcmcluster start -c DEV"
            ),
            (.versionsDiffer(["1": ["A"]]), "bcmcluster upgrade -c DEV"),
        ]
        for (finding, hint) in all { #expect(finding.hint(for: try cluster.get()).hasPrefix(hint), "\(finding)") }
    }

    /// Also where no member is left through which another could come back.
    @Test func whatRepairLeavesIsNeverSentBackToIt() throws {
        let member = try MemberName.dev(0)
        for finding in try DiagnosisTests.everyFinding() {
            for count in [1, 3] where !(count == 3 && finding.needsOtherMember) {
                let repair = RepairPlan(for: try Bench.state(count), [finding])
                guard repair.left == [finding], repair.plan.entries.isEmpty else { continue }
                // They stand beside others, with which they go away.
                switch finding {
                case .silent, .noQuorum, .noFaultTolerance: continue
                default: break
                }
                let hint = finding.hint(for: try cluster.get(), hasSuccessor: count > 1)
                #expect(!hint.hasPrefix("bcmcluster repair"), "\(finding)")
            }
        }
        let lost = ClusterStatus(try .dev(1) { $0.members[0].isClustered = false })
        #expect(lost.hint?.contains("snapshot list") == true, "\(lost.findings)")
        let blocked = Finding.notOnline(member, state: "blocked")
        #expect(blocked.hint(for: try cluster.get()) == "bcmcluster upgrade -c DEV")
    }
}
