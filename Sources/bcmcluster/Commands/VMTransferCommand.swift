import Provisioning

/// Copies a file into a VM, or out of one: `bcmcluster vm transfer`.
struct VMTransferCommand {
    let invocation: Invocation
    let world: World

    /// How long it may take: as long as the person lets it.
    private static let limit: Duration = .seconds(7 * 86_400)

    func run() async throws -> Int32 {
        let transfer = try VMTransfer(from: invocation.operands[0], to: invocation.operands[1], world.files)
        let vm = try await world.usableVM(transfer.vm)
        guard vm.instance.state == "Running" else {
            throw Failure(
                .conflict, "\(vm.place) is not running: it is \(vm.instance.state)",
                remedy: "bcmcluster vm start \(vm.place)")
        }
        let command = transfer.command(on: vm.instance.name, limit: Self.limit)
        let start = world.time.elapsed
        let done = try await world.changing("transfer \(transfer.what)", on: vm.host) {
            try await $0.output(of: command)
        }
        if done != nil { world.terminal.say("transferred, in \((world.time.elapsed - start).brief)") }
        return 0
    }
}
