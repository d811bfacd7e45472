import Provisioning

/// Removes one VM permanently, and no other: `bcmcluster vm delete`.
struct VMDeleteCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let vm = try await world.vm(VMReference(invocation.operands[0]))
        let name = vm.instance.name
        try vm.checkIsNoMember {
            "use bcmcluster member remove -c \($0) \(name), or bcmcluster destroy -c \($0) for the whole cluster"
        }
        guard try world.recorder != nil || isAllowed(vm) else {
            world.terminal.say("nothing was deleted")
            return 1
        }
        let done: Void? = try await world.changing("delete \(vm.place)", on: vm.host) {
            try await Multipass($0).delete(name)
        }
        if done != nil { world.terminal.say("VM \(vm.place) deleted") }
        return 0
    }

    private func isAllowed(_ vm: VM) throws -> Bool {
        try Confirmation(command: "vm delete", invocation: invocation, world: world).allows(
            ["the VM \(vm.place) and everything in it"], headline: "this deletes:")
    }
}
