import Provisioning

// Wires the world, and turns a result into an exit status.
SystemCalls.ignoreBrokenPipes()
SystemCalls.keepDescriptorsToOurselves()
SystemCalls.takeUmask()
// From here on a signal ends the run in good order.
let interruption = Interruption()
let arguments = Array(CommandLine.arguments.dropFirst())
exitProcess(await Program.run(arguments, interruption: interruption, time: SystemTime()))
