import Testing

@testable import Provisioning

/// No member gets two instances of a unit while one that fits has none: whatever moves instances, in situations that a seed
/// decides.
@Suite struct SpreadPropertyTests {
    private static let memory = 512 << 20

    /// A cluster whose last member leaves: units with ports, volumes and architectures of their own.
    private struct Cluster {
        var findings: Evacuation.Findings

        init(_ number: Int) {
            var dice = TOMLDice(number)
            let members = 3 + dice.below(5)
            let leaving = "DEV-0\(members - 1)"
            let isShared = dice.chance(40)
            var workloads = Workloads.dev(members)
            for index in workloads.members.indices {
                workloads.members[index].architecture = dice.chance(25) ? "aarch64" : "x86_64"
            }
            for unit in ["web", "db", "mail"].prefix(1 + dice.below(3)) {
                for number in 1...1 + dice.below(6) {
                    let member = dice.chance(60) ? leaving : "DEV-0\(dice.below(members))"
                    var instance = ClusterInstance.running(
                        "\(unit)-\(number)", on: member,
                        config: [UnitMark.unit: unit, "limits.memory": "512MiB", "limits.cpu": "1"])
                    // An image of both architectures, or of one.
                    instance.architecture = dice.chance(50) ? nil : dice.chance(70) ? "x86_64" : "aarch64"
                    workloads.instances.append(instance)
                }
            }
            let candidates = (0..<members - 1).map { index in
                PlacementCandidate(
                    member: "DEV-0\(index)", host: "h\(dice.below(3))", store: isShared ? "all" : "DEV-0\(index)",
                    freeMemory: isShared ? 64 << 30 : dice.below(6) * SpreadPropertyTests.memory, cores: 4, freeCores: 4
                )
            }
            findings = Evacuation.Findings(
                member: leaving, workloads: workloads, volumes: [], candidates: candidates,
                store: isShared ? "all" : leaving)
        }
    }

    @Test func noTwoMoveToOneMemberWhileAnotherIsFree() async throws {
        var moved = 0
        for number in 0..<1500 {
            // Other tests wait for their turn.
            await Task.yield()
            let findings = Cluster(number).findings
            do {
                check(findings, try Evacuation(findings).groups, number)
                moved += 1
            } catch let failure as Failure {
                #expect(failure.code == .conflict, "situation \(number)")
            }
        }
        #expect(300...1450 ~= moved, "\(moved) of 1500: the dice are loaded")
    }

    /// Reckons by itself what each member has in the end.
    private func check(_ findings: Evacuation.Findings, _ groups: [Evacuation.Group], _ number: Int) {
        var places = Dictionary(
            uniqueKeysWithValues: findings.workloads.instances.map { ($0.name, $0.location) })
        var free = Dictionary(uniqueKeysWithValues: findings.candidates.map { ($0.member, $0.freeMemory) })
        for group in groups {
            for instance in group.instances { places[instance.name] = group.target }
            if findings.store != "all" { free[group.target, default: 0] -= Self.memory }
        }
        #expect(!places.values.contains(findings.member), "situation \(number)")
        for instance in groups.flatMap(\.instances) {
            func own(_ member: String) -> Int {
                findings.workloads.instances.count { $0.unit == instance.unit && places[$0.name] == member }
            }
            guard let place = places[instance.name], own(place) > 1 else { continue }
            let other = findings.candidates.first { candidate in
                let architecture = findings.workloads.members.first { $0.name == candidate.member }?.architecture
                return own(candidate.member) == 0 && free[candidate.member, default: 0] >= Self.memory
                    && (instance.architecture == nil || instance.architecture == architecture)
            }
            #expect(
                other == nil,
                "situation \(number): \(instance.name) shares \(place), and \(other?.member ?? "") is free")
        }
    }

    /// What a run makes, with volumes that tie some of it to members, in the order in which it was written.
    @Test func noTwoAreMadeOnOneMemberWhileAnotherIsFree() async throws {
        for number in 0..<1500 {
            await Task.yield()
            var dice = TOMLDice(number)
            let count = 1 + dice.below(6)
            let unit = try Unit.web(count: count) { $0.spread = dice.chance(50) ? .host : .member }
            let candidates = (0..<1 + dice.below(6)).map { index in
                var candidate = PlacementCandidate(
                    member: "DEV-0\(index)", host: "h\(dice.below(3))", store: "DEV-0\(index)",
                    freeMemory: dice.below(8) * Self.memory, cores: 4, freeCores: 4,
                    own: dice.chance(20) ? ["web-\(20 + index)"] : [])
                if dice.chance(15) { candidate.closed = "has scheduler.instance=manual" }
                return candidate
            }
            let newMembers = (1...count).map { number in
                let pin = dice.chance(30) ? ["web_v_\(number)": dice.pick(candidates).member] : [:]
                return InstancePlacement.NewMember(name: "web-\(number)", pins: pin)
            }
            guard let choices = try? InstancePlacement.choices(for: newMembers, of: unit, among: candidates) else {
                continue
            }
            #expect(choices.map(\.name) == newMembers.map(\.name), "situation \(number)")
            func own(_ candidate: PlacementCandidate) -> Int {
                candidate.own.count + choices.count { $0.member == candidate.member }
            }
            for (choice, newMember) in zip(choices, newMembers) where newMember.pins.isEmpty {
                let place = try #require(candidates.first { $0.member == choice.member })
                #expect(place.closed == nil, "situation \(number): \(place.member) takes no new instances")
                guard own(place) > 1 else { continue }
                let isAnyFree = candidates.contains {
                    $0.closed == nil && own($0) == 0 && $0.freeMemory >= unit.memory
                }
                #expect(!isAnyFree, "situation \(number): \(choice.name) shares \(place.member)")
            }
        }
    }
}
