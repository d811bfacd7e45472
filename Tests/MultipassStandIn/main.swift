import Glibc
import Provisioning

// A multipass for tests: it answers as the real one was recorded to, and its machines are real daemons in namespaces.
SystemCalls.ignoreBrokenPipes()
exit(await StandIn.run(Array(CommandLine.arguments.dropFirst())))
