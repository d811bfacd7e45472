import Provisioning

/// The outside of the tool: the user's machine with multipass, the VMs in it, LXD in the VMs, and the user's `lxc`.
///
/// Everything happens on the one thread of the clock.
final class World: @unchecked Sendable {
    let traits: Traits
    /// The engine of all machines.
    var release: SimulatedRelease { traits.release }
    let clock: VirtualClock
    let disk = SimulatedDisk()
    var dice: Dice
    var machines: [String: SimulatedVM] = [:]
    let client: SimulatedClient
    private(set) var secrets: Set<String> = []
    /// Whether the trace is kept, for the user to read.
    private let isTraced: Bool
    private(set) var trace: [String] = []
    /// What must never happen, and did.
    private(set) var violations: [String] = []
    private var launches = 0
    private var addresses = 10
    var hasImage = false
    /// Until when something holds the main thread of multipass's daemon.
    var daemonHeldUntil: Duration = .zero

    init(seed: UInt64, traits: Traits, isTraced: Bool) {
        self.traits = traits
        self.isTraced = isTraced
        clock = VirtualClock(seed: seed)
        dice = Dice(seed &+ 1)
        client = SimulatedClient()
        for name in traits.personsMachines { machines[name] = SimulatedVM(personsOwn: name, address: newAddress()) }
        for (name, address) in traits.personsRemotes {
            client.remotes[name] = SimulatedClient.Remote(address: address, isOurs: false)
            disk["\(Person.certificates)/\(name).crt"] = "certificate of \(name)"
        }
        client.defaultRemote = traits.defaultRemote
    }

    func note(_ line: @autoclosure () -> String) {
        if isTraced { trace.append("\(clock.elapsed.brief)  \(line())") }
    }

    func violated(_ sentence: String) {
        note("!! \(sentence)")
        violations.append(sentence)
    }

    func newSecret(_ prefix: String, _ length: Int) -> String {
        let secret = dice.text(prefix, length)
        secrets.insert(secret)
        return secret
    }

    func newAddress() -> String {
        addresses += 1
        return "10.5.\(addresses / 250).\(addresses % 250 + 1)"
    }

    func nextLaunch() -> Int {
        launches += 1
        return launches
    }
}

/// The user on whose machine all of this happens.
enum Person {
    static let runtime = "/home/person/.bcm"
    static let client = "/home/person/lxc"
    static let certificate = "\(client)/client.crt"
    static let certificates = "\(client)/servercerts"

    static func environment(_ name: String) -> String? {
        ["HOME": "/home/person", "LXD_CONF": client, "INCUS_CONF": client, "BCM_RUNTIME_DIR": runtime][name]
    }
}

/// What is under way: how long it takes, and what it ends with.
struct Operation {
    var takes: Duration
    var finish: () -> CommandResult
    /// What it leaves behind when it breaks down half-way; nothing where it has no half.
    var breakDown: (() -> CommandResult)?

    init(_ takes: Duration, breakDown: (() -> CommandResult)? = nil, finish: @escaping () -> CommandResult) {
        self.takes = takes
        self.finish = finish
        self.breakDown = breakDown
    }

    /// Something that is over soon.
    static func quick(_ milliseconds: Int, _ finish: @escaping () -> CommandResult) -> Operation {
        Operation(.milliseconds(milliseconds), finish: finish)
    }

    /// A refusal.
    static func refused(_ status: Int32, _ errors: String, output: String = "") -> Operation {
        .quick(100) { CommandResult(.exited(status), output: output, errors: errors) }
    }
}

extension CommandResult {
    static func failed(_ status: Int32, _ errors: String) -> CommandResult {
        CommandResult(.exited(status), errors: errors)
    }
}
