import Testing

@testable import Provisioning

/// What holds of every placement, in situations that a seed decides.
@Suite struct PlacementPropertyTests {
    private struct Situation {
        var unit: Unit
        var seats: [Seat]
        var newcomers: [InstancePlacement.Newcomer]

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
            seats = (0..<1 + dice.below(6)).map { index in
                let host = "h\(dice.below(3))"
                let cores = 1 + dice.below(6)
                return Seat(
                    member: "DEV-0\(index)", host: host, store: isShared ? host : "DEV-0\(index)",
                    freeMemory: (dice.below(60) - 4) * (64 << 20), cores: cores, freeCores: cores - dice.below(4),
                    instances: dice.below(3), own: dice.chance(20) ? ["web-\(20 + index)"] : [],
                    ports: dice.chance(20) ? ["tcp 8080"] : [])
            }
            // Who shares a store sees the same of it.
            for index in seats.indices {
                seats[index].freeMemory =
                    seats.first { [store = seats[index].store] in $0.store == store }?.freeMemory ?? 0
            }
            let places = seats.map(\.member)
            newcomers = (1...unit.count).map { number in
                let pins = dice.chance(10) ? ["web_v_\(number)": dice.pick(places + ["DEV-99"])] : [:]
                return InstancePlacement.Newcomer(name: "web-\(number)", pins: pins)
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
                let choices = try place(situation, among: situation.seats)
                #expect(try place(situation, among: situation.seats.reversed()) == choices, "situation \(number)")
                check(situation, choices, number)
                placed += 1
            } catch let failure as Failure {
                #expect(failure.code == .conflict && failure.message.contains("has no place"), "situation \(number)")
            }
        }
        #expect(700...1900 ~= placed, "\(placed) of 2000: the dice are loaded")
    }

    private func place(_ situation: Situation, among seats: [Seat]) throws -> [InstancePlacement.Choice] {
        try InstancePlacement.choices(for: situation.newcomers, of: situation.unit, among: seats)
    }

    /// Follows the choices one by one, by a reckoning of its own.
    private func check(_ situation: Situation, _ choices: [InstancePlacement.Choice], _ number: Int) {
        let unit = situation.unit
        var memory = Dictionary(situation.seats.map { ($0.store, $0.freeMemory) }) { first, _ in first }
        var own = Dictionary(uniqueKeysWithValues: situation.seats.map { ($0.member, $0.own.count) })
        var ports = Dictionary(uniqueKeysWithValues: situation.seats.map { ($0.member, $0.ports) })
        let wanted = Set(unit.ports.map { "tcp \($0.listen)" })
        #expect(choices.map(\.name) == situation.newcomers.map(\.name), "situation \(number)")
        for (choice, newcomer) in zip(choices, situation.newcomers) {
            let fits = situation.seats.filter {
                memory[$0.store, default: 0] >= unit.memory && $0.cores >= unit.cores
                    && ports[$0.member, default: []].isDisjoint(with: wanted)
            }
            guard let seat = fits.first(where: { $0.member == choice.member }) else {
                Issue.record("situation \(number): \(choice.name) does not fit on \(choice.member)")
                return
            }
            #expect(newcomer.pins.values.allSatisfy { $0 == choice.member }, "situation \(number)")
            #expect(!choice.reason.isEmpty)
            let isFree = newcomer.pins.isEmpty && unit.volumes.isEmpty
            if isFree, unit.spread == .member, own[choice.member, default: 0] > 0 {
                #expect(!fits.contains { own[$0.member] == 0 }, "situation \(number): \(choice.name) shares a member")
            }
            if isFree, unit.spread == .host {
                func onHost(_ host: String) -> Int {
                    situation.seats.filter { $0.host == host }.map { own[$0.member, default: 0] }.reduce(0, +)
                }
                if onHost(seat.host) > 0 {
                    #expect(
                        !fits.contains { onHost($0.host) == 0 }, "situation \(number): \(choice.name) shares a host")
                }
            }
            memory[seat.store, default: 0] -= unit.memory
            own[choice.member, default: 0] += 1
            ports[choice.member, default: []].formUnion(wanted)
        }
    }
}
