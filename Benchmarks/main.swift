#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

import Provisioning

// Benchmarks TOOL INSTALLED BY-HAND STAND-IN SCRIPTS RUNS SIZE…, called by `make bench`.
let words = Array(CommandLine.arguments.dropFirst())
guard words.count >= 7, let runs = Int(words[5]), runs > 0 else {
    complain("usage: Benchmarks TOOL INSTALLED BY-HAND STAND-IN SCRIPTS RUNS SIZE…")
    exit(2)
}
let sizes = words[6...].compactMap { Int($0) }.filter { $0 > 0 }
let bench = Bench(
    tool: words[0], installed: words[1], byHand: words[2], standIn: words[3], scripts: words[4], runs: runs,
    sizes: sizes)

let interruption = Interruption()
let running = Task { try await bench.all() }
do {
    try await interruption.whileHandling(by: { running.cancel() }) { try await running.value }
    exit(0)
} catch {
    let failure = Failure(error)
    complain([failure.message, failure.command, failure.output].compactMap { $0 }.joined(separator: "\n"))
    exit(failure.exitStatus)
}
