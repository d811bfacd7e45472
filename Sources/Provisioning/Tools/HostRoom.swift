/// How much room this host has: disk by `df`, memory by what the kernel says.
package struct HostRoom: Sendable {
    private let runner: any CommandRunner
    private let files: any Files

    /// The room of the host that the runner and the files reach.
    package init(_ runner: any CommandRunner, _ files: any Files) {
        self.runner = runner
        self.files = files
    }

    /// Bytes that are free where the path is, or where it would be; `nil` if unknown.
    package func freeDisk(at path: String) async throws -> Int? {
        var standing = path
        while standing.count > 1, try files.kind(of: standing) == nil {
            standing = String(standing[..<(standing.lastIndex(of: "/") ?? standing.startIndex)])
            if standing.isEmpty { standing = "/" }
        }
        let result = try await runner.run(Command("df", ["-Pk", standing], limit: .seconds(20)))
        return result.succeeded ? StorageUse(df: result.output)?.free : nil
    }

    /// Bytes that are free where the path is, or where it would be, on the machine that the runner reaches; `nil` if unknown.
    package static func freeDisk(below path: String, by runner: any CommandRunner) async throws -> Int? {
        let parts = path.split(separator: "/")
        let places = (0...parts.count).reversed().map { "/" + parts.prefix($0).joined(separator: "/") }
        // Of those that are not there `df` says so, and lists the others.
        let result = try await runner.run(Command("df", ["-Pk"] + places, limit: .seconds(20)))
        return StorageUse(df: result.output)?.free
    }

    /// Bytes of memory that are free to be used; `nil` if unknown.
    package func freeMemory() async throws -> Int? {
        if let text = try files.read("/proc/meminfo") {
            return StorageUse.bytes(of: "MemAvailable", inMeminfo: text)
        }
        let result = try await runner.run(Command("sysctl", ["-n", "hw.memsize"], limit: .seconds(20)))
        return result.succeeded ? Int(result.output.trimmed)?.clamped(to: Bounds.bytes) : nil
    }
}

extension StorageUse {
    /// The bytes of which `df -Pk` tells for one place.
    init?(df text: String) {
        let fields = text.split(separator: "\n").dropFirst().first?.split(separator: " ") ?? []
        guard fields.count >= 4, let total = Self.bytes(kibibytes: fields[1]),
            let free = Self.bytes(kibibytes: fields[3])
        else { return nil }
        self.init(used: total - free, total: total)
    }

    /// The bytes of memory of which `/proc/meminfo` tells.
    init?(meminfo text: String) {
        guard let total = Self.bytes(of: "MemTotal", inMeminfo: text),
            let free = Self.bytes(of: "MemAvailable", inMeminfo: text)
        else { return nil }
        self.init(used: total - free, total: total)
    }

    /// One line of `/proc/meminfo`.
    static func bytes(of name: String, inMeminfo text: String) -> Int? {
        text.split(separator: "\n").first { $0.hasPrefix("\(name):") }?.split(separator: " ").dropFirst().first
            .flatMap(bytes)
    }

    private static func bytes(kibibytes text: Substring) -> Int? {
        Int(text).map { $0.clamped(to: 0...Bounds.bytes.upperBound / 1024) * 1024 }
    }
}
