import Provisioning

/// Shows what multipass knows about one VM: `bcmcluster vm info`.
struct VMInfoCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let vm = try await world.vm(VMReference(invocation.operands[0]))
        let runner = world.runner(on: vm.host)
        let info = try await world.untilSignal {
            do { return try await Multipass(runner).info(vm.instance.name) } catch let failure as Failure {
                throw VMTrouble.explained(failure, on: vm.host.name)
            }
        }
        let details = VMDetails(vm, info)
        world.terminal.result(invocation.isJSON ? try JSONText.text(details) : details.text)
        return 0
    }
}
