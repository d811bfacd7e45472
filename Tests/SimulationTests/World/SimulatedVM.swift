import Provisioning

/// A VM of the simulated multipass: where it is in its life follows from the clock.
final class SimulatedVM {
    enum Power { case on, off, deleted }

    let name: String
    let isOurs: Bool
    var address: String
    var power = Power.on
    /// When `list` begins to show it; until then it is being prepared.
    var shownAt: Duration = .zero
    var runningAt: Duration = .zero
    var setUpAt: Duration = .zero
    var daemonAt: Duration = .zero
    var cloudInitFails = false
    /// From when until when it does nothing, though it is `Running`.
    var hungFrom: Duration = .zero
    var hungUntil: Duration = .zero
    var wantsRestart = false
    /// The line of its user-data that says whose it is.
    var mark: String?
    let daemon: SimulatedDaemon

    init(_ name: String, address: String, isOurs: Bool) {
        self.name = name
        self.address = address
        self.isOurs = isOurs
        daemon = SimulatedDaemon(name: name)
    }

    convenience init(personsOwn name: String, address: String) {
        self.init(name, address: address, isOurs: false)
    }

    func isShown(_ now: Duration) -> Bool { now >= shownAt }
    func runs(_ now: Duration) -> Bool { power == .on && now >= runningAt }
    func isSetUp(_ now: Duration) -> Bool { runs(now) && now >= setUpAt }
    func isHung(_ now: Duration) -> Bool { power == .on && now >= hungFrom && now < hungUntil }
    /// Whether its daemon answers.
    func serves(_ now: Duration) -> Bool {
        runs(now) && now >= daemonAt && !isHung(now) && !cloudInitFails && !daemon.isCutOff
            && !(daemon.home != nil && daemon.home != address)
    }

    func state(_ now: Duration) -> String {
        switch power {
        case .off: "Stopped"
        case .deleted: "Deleted"
        case .on: now >= runningAt ? "Running" : "Starting"
        }
    }

    /// Everything that the user would miss if it were changed.
    var fingerprint: String { "\(name) \(power) \(address) since \(runningAt)" }
}

extension World {
    /// The machines that the tool has launched.
    var ours: [SimulatedVM] { machines.values.filter(\.isOurs).sorted { $0.name < $1.name } }

    /// Switches a machine on; the address may move where the traits say so.
    func boot(_ machine: SimulatedVM) {
        let now = clock.elapsed
        machine.power = .on
        machine.hungUntil = .zero
        machine.runningAt = now + dice.seconds(1...4)
        machine.setUpAt = max(machine.setUpAt, machine.runningAt + .seconds(1))
        machine.daemonAt = machine.runningAt + (dice.oneIn(10) ? dice.seconds(5...60) : dice.seconds(0...3))
        if traits.addressesMove { machine.address = newAddress() }
        machine.wantsRestart = false
        machine.daemon.goneSince = nil
    }

    func shutDown(_ machine: SimulatedVM) {
        machine.power = .off
        cutOff(machine)
        machine.daemon.goneSince = clock.elapsed
    }

    /// Ends what the machine's daemon is doing, because the machine goes; a join leaves the address behind.
    func cutOff(_ machine: SimulatedVM) {
        if let cluster = machine.daemon.joining {
            cluster.raft.insert(machine.address)
            machine.daemon.isCutOff = true
        }
        if machine.daemon.end() { machine.daemon.hasDebris = true }
    }
}
