import Testing

@testable import Provisioning

/// A run makes a unit what its file says: after it, nothing is left to do, whatever was before.
@Suite struct UnitDiffPropertyTests {
    private func unit(_ dice: inout TOMLDice, _ isVM: Bool) throws -> Unit {
        try .web(count: 1 + dice.below(5)) { unit in
            unit.cores = 1 + dice.below(3)
            unit.memory = (1 + dice.below(4)) << 28
            if dice.chance(30) { unit.disk = (1 + dice.below(4)) << 30 }
            if dice.chance(30) { unit.description = dice.pick(["a", "b"]) }
            if dice.chance(30) { unit.userData = dice.pick(["#cloud-config\n", "#!/bin/sh\n"]) }
            for key in ["A", "B"] where dice.chance(40) { unit.environment[key] = dice.pick(["1", "2"]) }
            if dice.chance(30) {
                unit.networks = [.init(name: "back", address: dice.pick(["10.7.0.1/24", "10.8.0.1/24"]))]
            }
            // Ports of VMs need a network of LXD's.
            let interfaces = isVM ? ["lxdbr0", "lxdbr1"] : ["lxdbr0", "lxdbr1", "eth0"]
            if dice.chance(30) { unit.interface = dice.pick(interfaces + unit.networks.map(\.name)) }
            for name in ["d", "e"] where dice.chance(30) {
                unit.volumes.append(.of(name, dice.chance(70) ? (1 + dice.below(3)) << 30 : nil))
            }
            for port in [80, 81] where dice.chance(25) { unit.ports.append(.tcp(port)) }
        }
    }

    /// What may have become of the cluster meanwhile.
    private func disturb(_ workloads: inout Workloads, _ dice: inout TOMLDice) {
        if dice.chance(20) { workloads.members[dice.below(5)].status = dice.pick(["Offline", "Evacuated"]) }
        for index in workloads.instances.indices.reversed() where dice.chance(15) {
            switch dice.below(3) {
            case 0: workloads.instances[index].status = "Stopped"
            case 1:
                (workloads.instances[index].status, workloads.instances[index].lastUsed) = (
                    "Stopped", "1970-01-01T00:00:00Z"
                )
            default: workloads.instances.remove(at: index)
            }
        }
    }

    private func run(_ unit: Unit, on workloads: Workloads, _ runOptions: UnitDiff.RunOptions, isVM: Bool) throws
        -> Workloads
    {
        let diff = try UnitDiff(unit, workloads, image: "tiny", isVM: isVM, runOptions: runOptions)
        let gone = Set(diff.changes.filter { $0.sign == .remove }.map(\.name))
        let newMembers = diff.newMembers.map { newMember in
            let names = unit.volumes.map { unit.volumeName($0, newMember.number) }
            let pins = workloads.volumes.filter { names.contains($0.name) }.map { ($0.name, $0.member ?? "") }
            return InstancePlacement.NewMember(
                name: unit.name.instance(newMember.number), pins: Dictionary(pins) { first, _ in first })
        }
        let resources = MemberResources(cpu: .init(total: 8), memory: .init(used: 0, total: 1 << 40))
        let candidates = workloads.members.filter(\.isOnline).map {
            PlacementCandidate(
                $0.name, on: "local", PlacementCandidate.Store(name: $0.name, resources: resources, members: [$0.name]),
                for: unit,
                in: workloads, without: gone)
        }
        let choices = try InstancePlacement.choices(for: newMembers, of: unit, among: candidates)
        let design = try UnitDesign(diff, choices, image: nil)
        #expect(
            Set(design.changes.map { "\($0.object) \($0.name) \($0.sign)" }).count == design.changes.count,
            "each object once, but for one that is replaced")
        var after = workloads
        after.apply(design)
        return after
    }

    private func check(_ after: Workloads, _ unit: Unit, _ runOptions: UnitDiff.RunOptions, isVM: Bool, _ number: Int)
        throws
    {
        let again = try UnitDiff(unit, after, image: "tiny", isVM: isVM, runOptions: runOptions)
        let work = again.changes.filter { !$0.isIdle || $0.sign != .keep }.map(\.line)
        #expect(work == [] && again.newMembers.isEmpty, "story \(number): \(work)")
        #expect(again.unusedVolumes(again.changes).allSatisfy { $0.isIdle })
        let ours = after.instances(of: unit.name)
        #expect(Set(ours.map(\.name)).count == ours.count, "story \(number)")
        let addresses = ours.compactMap { $0.devices?["eth0"]?["ipv4.address"] }
        // A network of units is one over all members; of the default one each member has a bridge of its own.
        let isConnected = again.networks.contains { $0.name == unit.interface ?? $0.name }
        let places = ours.compactMap { one in
            one.devices?["eth0"]?["ipv4.address"].map { isConnected ? $0 : "\(one.location) \($0)" }
        }
        #expect(Set(places).count == places.count, "story \(number): \(places)")
        #expect(
            addresses.count == (isConnected || isVM && !unit.ports.isEmpty ? ours.count : 0)
                || ours.contains { !after.isInReach($0) }, "story \(number)")
        let inReach = ours.filter { after.isInReach($0) }
        #expect(inReach.count <= unit.count && inReach.allSatisfy { $0.isRunning }, "story \(number)")
        if again.lost.isEmpty || runOptions.reschedules && unit.volumes.isEmpty && again.remarks.isEmpty {
            #expect(inReach.count == unit.count, "story \(number)")
        }
    }

    @Test func afterARunNothingIsLeftToDo() async throws {
        var refused = 0
        for number in 0..<300 {
            // Other tests wait for their turn.
            await Task.yield()
            var dice = TOMLDice(number)
            let isVM = dice.chance(40)
            var workloads = Workloads.dev(5) { $0.networks.append(.bridge("lxdbr1", "10.249.0.1/24")) }
            for _ in 0..<4 {
                let unit = try unit(&dice, isVM)
                let isThere = !workloads.instances(of: unit.name).isEmpty
                let runOptions = UnitDiff.RunOptions(
                    replaced: isThere ? ["web"] : [], reschedules: dice.chance(50))
                do {
                    workloads = try run(unit, on: workloads, runOptions, isVM: isVM)
                    try check(workloads, unit, .init(reschedules: runOptions.reschedules), isVM: isVM, number)
                } catch let failure as Failure {
                    let known = [
                        "would shrink", "cannot be placed", "cannot be created while", "cannot have port", "is on it",
                    ]
                    #expect(known.contains(where: failure.message.contains), "story \(number): \(failure.message)")
                    refused += 1
                }
                for index in workloads.members.indices where dice.chance(70) {
                    workloads.members[index].status = "Online"
                }
                disturb(&workloads, &dice)
            }
        }
        #expect(refused < 600, "\(refused) of 1200 runs: the dice are loaded")
    }
}
