import Testing

@testable import Provisioning

/// What holds of every placement, in situations that a seed decides.
@Suite struct PlacementPropertyTests {
    private struct Situation {
        var unit: Unit
        var candidates: [PlacementCandidate]
        var newMembers: [InstancePlacement.NewMember]

        init(_ number: Int) throws {
            var dice = TOMLDice(number)
            unit = try .web(count: 1 + dice.below(6)) {
                $0.memory = (1 + dice.below(12)) * (100 << 20)
                $0.cores = 1 + dice.below(4)
                $0.spread = dice.pick(Unit.Spread.allCases)
                if dice.chance(20) { $0.ports = [.tcp(8080 + dice.below(2))] }
                if dice.chance(10) { $0.volumes = [.of("all", shared: true)] }
            }
            let isShared = dice.chance(30)
            candidates = (0..<1 + dice.below(6)).map { index in
                let host = "h\(dice.below(3))"
                let cores = 1 + dice.below(6)
                return PlacementCandidate(
                    member: "DEV-0\(index)", host: host, store: isShared ? host : "DEV-0\(index)",
                    freeMemory: (dice.below(60) - 4) * (64 << 20), cores: cores, freeCores: cores - dice.below(4),
                    instances: dice.below(3), own: dice.chance(20) ? ["web-\(20 + index)"] : [],
                    ports: dice.chance(20) ? ["tcp 8080"] : [])
            }
            // Who shares a store sees the same of it.
            for index in candidates.indices {
                candidates[index].freeMemory =
                    candidates.first { [store = candidates[index].store] in $0.store == store }?.freeMemory ?? 0
            }
            let places = candidates.map(\.member)
            newMembers = (1...unit.count).map { number in
                let pins = dice.chance(10) ? ["web_v_\(number)": dice.pick(places + ["DEV-99"])] : [:]
                return InstancePlacement.NewMember(name: "web-\(number)", pins: pins)
            }
        }
    }

    @Test func everyPlacementKeepsItsPromises() async throws {
        var placed = 0
        for number in 0..<2000 {
            // Other tests wait for their turn.
            await Task.yield()
            let situation = try Situation(number)
            do {
                let choices = try place(situation, among: situation.candidates)
                #expect(try place(situation, among: situation.candidates.reversed()) == choices, "situation \(number)")
                check(situation, choices, number)
                placed += 1
            } catch let failure as Failure {
                #expect(
                    failure.code == .conflict && failure.message.contains("cannot be placed"), "situation \(number)")
            }
        }
        #expect(700...1900 ~= placed, "\(placed) of 2000: the dice are loaded")
    }

    private func place(_ situation: Situation, among candidates: [PlacementCandidate]) throws -> [InstancePlacement
        .Choice]
    {
        try InstancePlacement.choices(for: situation.newMembers, of: situation.unit, among: candidates)
    }

    /// Follows the choices one by one, by a reckoning of its own.
    private func check(_ situation: Situation, _ choices: [InstancePlacement.Choice], _ number: Int) {
        let unit = situation.unit
        var memory = Dictionary(situation.candidates.map { ($0.store, $0.freeMemory) }) { first, _ in first }
        var own = Dictionary(uniqueKeysWithValues: situation.candidates.map { ($0.member, $0.own.count) })
        var ports = Dictionary(uniqueKeysWithValues: situation.candidates.map { ($0.member, $0.ports) })
        let wanted = Set(unit.ports.map { MemberPort(.tcp, $0.listen) })
        #expect(choices.map(\.name) == situation.newMembers.map(\.name), "situation \(number)")
        // Who is tied to a place comes first.
        let pairs = Array(zip(choices, situation.newMembers))
        for (choice, newMember) in pairs.filter({ !$1.pins.isEmpty }) + pairs.filter(\.1.pins.isEmpty) {
            let fits = situation.candidates.filter {
                memory[$0.store, default: 0] >= unit.memory && $0.cores >= unit.cores
                    && ports[$0.member, default: []].isDisjoint(with: wanted)
            }
            guard let candidate = fits.first(where: { $0.member == choice.member }) else {
                Issue.record("situation \(number): \(choice.name) does not fit on \(choice.member)")
                return
            }
            #expect(newMember.pins.values.allSatisfy { $0 == choice.member }, "situation \(number)")
            #expect(!choice.reason.isEmpty)
            let isFree = newMember.pins.isEmpty && unit.volumes.isEmpty
            if isFree, unit.spread != .none, own[choice.member, default: 0] > 0 {
                #expect(!fits.contains { own[$0.member] == 0 }, "situation \(number): \(choice.name) shares a member")
            }
            if isFree, unit.spread == .host {
                func onHost(_ host: String) -> Int {
                    situation.candidates.filter { $0.host == host }.map { own[$0.member, default: 0] }.reduce(0, +)
                }
                if onHost(candidate.host) > 0 {
                    #expect(
                        !fits.contains { onHost($0.host) == 0 }, "situation \(number): \(choice.name) shares a host")
                }
            }
            memory[candidate.store, default: 0] -= unit.memory
            own[choice.member, default: 0] += 1
            ports[choice.member, default: []].formUnion(wanted)
        }
    }
}
