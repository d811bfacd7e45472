import Provisioning

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

// A multipass for tests: it answers as the real one was recorded to, and its machines are LXD daemons in namespaces.
SystemCalls.ignoreBrokenPipes()
exit(await StandIn.run(Array(CommandLine.arguments.dropFirst())))
