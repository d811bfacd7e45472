import Provisioning

/// Says whether clusters can be made on this machine, and what is in the way: `bcmcluster doctor`.
struct DoctorCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let doctor = Doctor(world)
        let report = await doctor.examine()
        // What was cut off has found nothing out.
        try Task.checkCancellation()
        world.terminal.result(invocation.isJSON ? try JSONText.text(report) : report.text)
        world.terminal.say(report.sentence)
        return report.exitStatus
    }
}
