import Provisioning

// Wires the world, and turns a result into an exit status.
SystemCalls.ignoreBrokenPipes()
SystemCalls.keepDescriptorsToOurselves()
let arguments = Array(CommandLine.arguments.dropFirst())
let time = SystemTime()
exitProcess(await Program.run(arguments, time: time))
