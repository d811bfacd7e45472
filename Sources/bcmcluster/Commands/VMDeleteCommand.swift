import Provisioning

/// Removes one VM for good, and no other: `bcmcluster vm delete`.
struct VMDeleteCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let vm = try await world.vm(VMReference(invocation.operands[0]))
        let name = vm.instance.name
        try vm.checkIsNoMember {
            "bcmcluster member remove -c \($0) \(name) takes it out, and bcmcluster destroy -c \($0) removes all of it"
        }
        guard world.recorder != nil || confirmed(vm) else {
            world.terminal.say("nothing was deleted")
            return 1
        }
        let done: Void? = try await world.changing("delete \(vm.place)", on: vm.host) {
            try await Multipass($0).delete(name)
        }
        if done != nil { world.terminal.say("\(vm.place) is gone") }
        return 0
    }

    /// On a terminal: says what goes, and asks.
    private func confirmed(_ vm: VM) -> Bool {
        guard invocation.values[.yes] == nil, world.terminal.canAsk else { return true }
        world.terminal.say("deleting \(vm.place) removes, for good, the VM and all that is in it")
        return world.terminal.confirms("go on?")
    }
}
