import Provisioning

// Wires the application, and turns a result into an exit status.
SystemCalls.ignoreBrokenPipes()
SystemCalls.setCloseOnExec()
SystemCalls.takeUmask()
// From here on a signal ends the run gracefully.
let interruption = Interruption()
let arguments = Array(CommandLine.arguments.dropFirst())
exitProcess(await Program.run(arguments, interruption: interruption, time: SystemTime()))
