import Provisioning

// Wires the application, and turns a result into an exit status.
SystemCalls.ignoreBrokenPipes()
SystemCalls.setCloseOnExec()
SystemCalls.takeUmask()
SystemCalls.completeEnvironment()
// From here on a signal ends the run gracefully.
let interruption = Interruption()
let arguments = Array(CommandLine.arguments.dropFirst())
let status = await Program.run(arguments, interruption: interruption, time: SystemTime())
exitProcess(Program.status(status))
