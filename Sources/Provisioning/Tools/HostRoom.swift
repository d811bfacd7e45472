/// How much room this host has: disk by `df`, memory by what the kernel says.
public struct HostRoom: Sendable {
    private let runner: any CommandRunner
    private let files: any Files

    /// The room of the host that the runner and the files reach.
    public init(_ runner: any CommandRunner, _ files: any Files) {
        self.runner = runner
        self.files = files
    }

    /// Bytes that are free where the path is, or where it would be; `nil` where nobody can tell.
    public func freeDisk(at path: String) async throws -> Int? {
        var standing = path
        while standing.count > 1, try files.kind(of: standing) == nil {
            standing = String(standing[..<(standing.lastIndex(of: "/") ?? standing.startIndex)])
            if standing.isEmpty { standing = "/" }
        }
        let result = try await runner.run(Command("df", ["-Pk", standing], limit: .seconds(20)))
        guard result.succeeded, let line = result.output.split(separator: "\n").dropFirst().first else { return nil }
        let fields = line.split(separator: " ")
        return fields.count >= 4 ? Int(fields[3]).map { $0 * 1024 } : nil
    }

    /// Bytes of memory that are free to be used; `nil` where nobody can tell.
    public func freeMemory() async throws -> Int? {
        if let text = try files.read("/proc/meminfo") {
            let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
            return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
        }
        let result = try await runner.run(Command("sysctl", ["-n", "hw.memsize"], limit: .seconds(20)))
        return result.succeeded ? Int(result.output.trimmed) : nil
    }
}
