#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

import Provisioning

// Benchmarks TOOL BY-HAND STAND-IN SCRIPTS RUNS SIZE…, called by `make bench`.
let words = Array(CommandLine.arguments.dropFirst())
guard words.count >= 6, let runs = Int(words[4]), runs > 0 else {
    complain("usage: Benchmarks TOOL BY-HAND STAND-IN SCRIPTS RUNS SIZE…")
    exit(2)
}
let sizes = words[5...].compactMap { Int($0) }.filter { $0 > 0 }
let bench = Bench(
    tool: words[0], byHand: words[1], standIn: words[2], scripts: words[3], runs: runs, sizes: sizes)

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
