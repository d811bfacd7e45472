import Provisioning

/// AsyncSemaphore a VM on, off, or off and on: `bcmcluster vm start`, `vm stop`, `vm restart`.
struct VMPowerCommand {
    /// What is done to it.
    enum Change: String {
        case start, stop, restart

        /// What it is afterwards.
        var outcome: String {
            switch self {
            case .start: "is running"
            case .stop: "is stopped"
            case .restart: "restarted"
            }
        }
    }

    let invocation: Invocation
    let world: World
    let change: Change

    func run() async throws -> Int32 {
        let limit = try invocation.limits().machine
        let vm = try await world.usableVM(VMReference(invocation.operands[0]))
        if change != .start {
            try vm.checkIsNoMember {
                "use bcmcluster stop -c \($0) and bcmcluster start -c \($0)"
            }
        }
        let name = vm.instance.name
        let done: Void? = try await world.changing("\(change.rawValue) \(vm.place)", on: vm.host) { [change] runner in
            let multipass = Multipass(runner)
            switch change {
            case .start: try await multipass.start(name, limit: limit)
            case .stop: try await multipass.stop(name, limit: limit)
            case .restart: try await multipass.restart(name, limit: limit)
            }
        }
        if done != nil { world.terminal.say("\(vm.place) \(change.outcome)") }
        return 0
    }
}
