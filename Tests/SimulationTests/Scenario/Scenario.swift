import Provisioning

/// What is peculiar about one simulated world.
struct Traits: Sendable, Equatable {
    var release = SimulatedRelease(.lxd, "5.0.2")
    var personsMachines: [String] = []
    var personsRemotes: [String: String] = [:]
    var defaultRemote = "local"
    /// The launches, counted from 1, whose cloud-init fails though multipass says 0.
    var failingLaunches: Set<Int> = []
    /// The launches that take longer than anybody waits.
    var slowLaunches: Set<Int> = []
    /// The launches whose cloud-init never ends.
    var stuckLaunches: Set<Int> = []
    var addressesMove = false
    var restarts = false
    /// The launches, counted from 1, whose VMs do nothing for a while, though they are said to run.
    var hungMachines: Set<Int> = []
    /// Whether multipass cannot connect to a VM now and then.
    var dropsConnections = false
}

/// One thing that somebody does.
struct Action: Sendable, CustomStringConvertible {
    enum Kind: Sendable, Equatable {
        case up(further: Int?)
        case destroy
        case person(Deed)
    }

    /// What the user does beside the tool.
    enum Deed: Sendable, Equatable {
        case switchRemote(String)
        /// Removes the cluster's remote, and gives another server its name.
        case replaceRemote
        case stop(Int)
        case delete(Int)
        case purge(Int)
    }

    var kind: Kind
    var faults: [Fault] = []

    var description: String { "\(kind)" + (faults.isEmpty ? "" : " with \(faults)") }
}

/// A whole story: a world, what happens in it, and how it ends.
///
/// A seed makes one, and it can be cut shorter.
struct Scenario: Sendable, CustomStringConvertible {
    var seed: UInt64
    var traits = Traits()
    var actions: [Action] = []
    /// Whether the cluster is finished before it is destroyed, or destroyed as it happens to be.
    var isFinished = true

    var faults: Int { actions.reduce(0) { $0 + $1.faults.count } }

    var description: String {
        let lines = ["seed \(seed)", "\(traits)"] + actions.map { "- \($0)" }
        return (lines + [isFinished ? "- then up until it is whole, and destroy" : "- then destroy"])
            .joined(separator: "\n")
    }

    init(seed: UInt64) {
        self.seed = seed
        var dice = Dice(seed)
        traits = Traits(&dice)
        // By dice of their own: the stories stay what they were without them.
        var others = Dice(seed &+ 3)
        if others.oneIn(10) { traits.hungMachines = [others.number(1...4)] }
        traits.dropsConnections = others.oneIn(3)
        traits.release = SimulatedRelease.all[Int(seed % UInt64(SimulatedRelease.all.count))]
        var further = [0, 1, 1, 2, 2, 3, 4, 5][dice.number(0...7)]
        for number in 0..<dice.number(1...3) {
            actions.append(Self.action(&dice, &further, isFirst: number == 0))
        }
        isFinished = !dice.oneIn(3)
    }

    private static func action(_ dice: inout Dice, _ further: inout Int, isFirst: Bool) -> Action {
        var kind = Action.Kind.up(further: further)
        if !isFirst {
            switch dice.number(0...9) {
            case 0, 1:
                further = min(5, further + dice.number(1...2))
                kind = .up(further: further)
            case 2: kind = .up(further: nil)
            case 3: kind = .destroy
            case 4: return Action(kind: .person(deed(&dice, further)))
            default: kind = .up(further: further)
            }
        }
        let faults = (0..<[0, 1, 1, 1, 2, 3][dice.number(0...5)]).map { _ in fault(&dice, kind, further) }
        return Action(kind: kind, faults: faults)
    }

    private static func deed(_ dice: inout Dice, _ further: Int) -> Action.Deed {
        let member = dice.number(0...further)
        return [.switchRemote("local"), .replaceRemote, .stop(member), .delete(member), .purge(member)][
            dice.number(0...4)]
    }

    private static func fault(_ dice: inout Dice, _ kind: Action.Kind, _ further: Int) -> Fault {
        let commands = kind == .destroy ? 6 + further * 4 : 25 + further * 20
        let isCommand = !dice.oneIn(5)
        let kinds = Fault.Kind.allCases
        return Fault(
            place: isCommand ? .command(dice.number(1...commands)) : .write(dice.number(1...8 + further * 4)),
            kind: kinds[dice.number(0...kinds.count - 1)])
    }
}

extension Traits {
    init(_ dice: inout Dice) {
        let lookalikes = ["DEV2-00", "MYDEV-00", "DEV-00x", "dev-00", "DEV-000", "DEV", "DEV-07"]
        personsMachines = lookalikes.filter { _ in dice.oneIn(3) }
        if dice.oneIn(12) { personsMachines.append("DEV-0\(dice.number(0...5))") }
        for name in ["DEV2-00", "work", "DEV-07", "MYDEV-00"] where dice.oneIn(3) {
            personsRemotes[name] = "https://10.9.0.\(name.utf8.count):8443"
        }
        if dice.oneIn(30) { personsRemotes["DEV-00"] = "https://10.9.0.99:8443" }
        if dice.oneIn(2), let own = personsRemotes.keys.sorted().first { defaultRemote = own }
        if dice.oneIn(12) { failingLaunches = [dice.number(1...4)] }
        if dice.oneIn(12) { slowLaunches = [dice.number(1...4)] }
        if dice.oneIn(30) { stuckLaunches = [dice.number(1...4)] }
        addressesMove = dice.oneIn(15)
        restarts = dice.oneIn(4)
    }
}
