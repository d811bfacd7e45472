import Glibc
import Provisioning

// A multipass for tests: it answers as the real one was recorded to, and its machines are LXD daemons in namespaces.
SystemCalls.ignoreBrokenPipes()
exit(await StandIn.run(Array(CommandLine.arguments.dropFirst())))
