import Provisioning

/// Shows what multipass knows about one VM: `bcmcluster vm info`.
struct VMInfoCommand {
    let invocation: Invocation
    let world: World

    /// How long a VM may take to show that it answers.
    private static let timeout: Duration = .seconds(6)

    func run() async throws -> Int32 {
        let vm = try await world.vm(VMReference(invocation.operands[0]))
        let runner = world.runner(on: vm.host)
        let time = world.time
        let info = try await world.untilSignal {
            // `multipass info` of a VM that hangs would stop everybody's calls.
            if vm.instance.isRunning {
                let inside = VM.runner(inside: vm.instance.name, by: runner, time)
                do { _ = try await inside.run(Command("true", [], limit: Self.timeout)) } catch let failure as Failure
                    where failure.code == .timedOut
                { return Multipass.Info(vm.instance) }
            }
            do { return try await Multipass(runner).info(vm.instance.name) } catch let failure as Failure {
                throw failure.ofMultipass(on: vm.host.name)
            }
        }
        if vm.instance.isRunning && info.ipv4.isEmpty {
            world.terminal.say(
                "\(vm.place) did not answer within \(Self.timeout.brief): only what \(Multipass.program) knows is shown"
            )
        }
        let details = VMDetails(vm, info)
        world.terminal.result(invocation.isJSON ? try JSONText.text(details) : details.text)
        return 0
    }
}
