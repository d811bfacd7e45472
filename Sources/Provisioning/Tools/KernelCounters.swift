/// What a machine has used since its kernel began to count.
package struct MachineUsage: Sendable, Equatable {
    /// The time of its kernel's own clock, in seconds.
    package var clock: Double
    /// The time of processors that it has used, in seconds.
    package var processorTime: Double
    /// How many processors it may use.
    package var processors: Int
    package var memory: StorageUse
    package var traffic: Traffic

    /// Bytes that went through a network's interface.
    package struct Traffic: Sendable, Equatable {
        package var received: Int
        package var sent: Int

        /// Makes a value; amounts that no machine has are cut off.
        package init(received: Int, sent: Int) {
            self.received = received.clamped(to: Bounds.bytes)
            self.sent = sent.clamped(to: Bounds.bytes)
        }
    }
}

/// What the kernel counts, in files of /proc and /sys, all of which one command reads.
package struct KernelCounters: Sendable {
    private static let controlGroups = "/sys/fs/cgroup"
    /// How many parts of a second /proc/stat counts, on every architecture.
    private static let ticks = 100.0

    private let runner: any CommandRunner

    /// The kernel of the machine that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// A part of a machine: its control group below `bcmcluster/`, and the machine's end of its cable.
    package struct Part: Sendable {
        package var group: String
        package var cable: String

        package init(group: String, cable: String) {
            self.group = group
            self.cable = cable
        }
    }

    /// What those parts have used; one of which the kernel counts no processor time is left out.
    package func usage<Name: Hashable & Sendable>(of parts: [Name: Part]) async throws -> [Name: MachineUsage] {
        if parts.isEmpty { return [:] }
        let places = parts.mapValues(Places.init)
        let paths = places.values.flatMap(\.all).sorted() + ["/proc/uptime", "/proc/stat", "/proc/meminfo"]
        let wanted = "^([0-9-]|max|usage_usec |inactive_file |total_inactive_file |cpu[0-9]|MemTotal:)"
        let files = try await read(paths, matching: wanted)
        guard let host = Host(files) else { return [:] }
        return places.compactMapValues { place in
            guard let time = place.processorTime(files) else { return nil }
            let limit = files.number(place.memoryLimit) ?? .max
            let used = (files.number(place.memory) ?? 0) - (files.number(place.memoryDetail, after: Places.cached) ?? 0)
            // The host's end of the cable receives what the machine sends.
            return MachineUsage(
                clock: host.clock, processorTime: time, processors: place.processors(files) ?? host.processors,
                memory: StorageUse(used: used, total: min(limit, host.memory)),
                traffic: MachineUsage.Traffic(
                    received: files.number([place.sent]) ?? 0, sent: files.number([place.received]) ?? 0))
        }
    }

    /// What the whole machine has used; its traffic is that of the interface that leads to the outside.
    package func usageOfMachine() async throws -> MachineUsage {
        let paths = ["/proc/uptime", "/proc/stat", "/proc/meminfo", "/proc/net/dev", "/proc/net/route"]
        let files = try await read(paths, matching: ".")
        guard let host = Host(files), let processors = files.words(in: "/proc/stat", after: "cpu") else {
            throw Failure(.commandFailed, "/proc/stat and /proc/meminfo do not tell what the machine uses")
        }
        // user, nice, system, idle, iowait, irq, softirq and steal; what guests use is part of the first.
        let busy = processors.prefix(8).enumerated().filter { ![3, 4].contains($0.offset) }.map(\.element)
        let free = files.words(in: "/proc/meminfo", after: "MemAvailable:")?.first ?? 0
        return MachineUsage(
            clock: host.clock, processorTime: Double(busy.sumOfBytes()) / Self.ticks, processors: host.processors,
            memory: StorageUse(
                used: host.memory - free.clamped(to: 0...(Bounds.bytes.upperBound >> 10)) << 10, total: host.memory),
            traffic: Self.traffic(files))
    }

    private static func traffic(_ files: Files) -> MachineUsage.Traffic {
        let routes = files["/proc/net/route"].map { $0.split { $0.isWhitespace } }
        let outside = routes.first { $0.count > 7 && $0[1] == "00000000" && $0[7] == "00000000" }?.first
        let cards = files["/proc/net/dev"].compactMap { line -> (name: Substring, numbers: [Int])? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let numbers = line[line.index(after: colon)...].split { $0.isWhitespace }.compactMap { Int($0) }
            let name = line[..<colon].drop { $0.isWhitespace }
            return numbers.count > 8 && name != "lo" ? (name, numbers) : nil
        }
        let shown = cards.filter { outside == nil || $0.name == outside }
        return MachineUsage.Traffic(
            received: shown.map { $0.numbers[0] }.sumOfBytes(), sent: shown.map { $0.numbers[8] }.sumOfBytes())
    }

    /// The lines of those files that are there.
    private func read(_ paths: [String], matching pattern: String) async throws -> Files {
        let command = Command("grep", ["-s", "-H", "-E", pattern, "--"] + paths)
        let result = try await runner.run(command)
        // It fails where it cannot read one of them.
        guard !result.output.isEmpty else { throw Failure(command, result) }
        return Files(result.output)
    }

    /// Lines by the paths of their files.
    private struct Files {
        private var lines: [Substring: [Substring]] = [:]

        init(_ text: String) {
            for line in text.split(separator: "\n") {
                guard let colon = line.firstIndex(of: ":") else { continue }
                lines[line[..<colon], default: []].append(line[line.index(after: colon)...])
            }
        }

        subscript(path: String) -> [Substring] { lines[path[...]] ?? [] }

        /// The numbers behind the first word of a line, such as `cpu`.
        func words(in path: String, after word: String) -> [Int]? {
            for line in self[path] {
                let words = line.split { $0.isWhitespace }
                if words.first.map(String.init) == word { return words.dropFirst().compactMap { Int($0) } }
            }
            return nil
        }

        /// The number that stands in the first of the files that is there, alone or behind one of those words.
        func number(_ paths: [String], after words: [String] = []) -> Int? {
            for path in paths {
                if words.isEmpty, let number = self[path].first.flatMap({ Int($0) }) { return number }
                for word in words { if let number = self.words(in: path, after: word)?.first { return number } }
            }
            return nil
        }
    }

    /// What is counted of the machine as a whole.
    private struct Host {
        var clock: Double
        var processors: Int
        var memory: Int

        init?(_ files: Files) {
            guard let uptime = files["/proc/uptime"].first?.split(separator: " ").first, let clock = Double(uptime),
                let total = files.words(in: "/proc/meminfo", after: "MemTotal:")?.first
            else { return nil }
            self.clock = clock
            processors = max(1, files["/proc/stat"].count { $0.wholeMatch(of: /cpu[0-9]+ .*/) != nil })
            // In KiB, whatever its name there.
            memory = total.clamped(to: 0...(Bounds.bytes.upperBound >> 10)) << 10
        }
    }

    /// The files of a part, in control groups of version 2 and of version 1, however that joins its hierarchies.
    private struct Places {
        /// Of what counts as memory in use, that which the kernel can take back at any time.
        static let cached = ["total_inactive_file", "inactive_file"]
        private static let joined = ["cpu,cpuacct", "cpuacct,cpu"]

        private let unified: String
        private let usage: [String]
        private let quota: [(quota: String, period: String)]
        let memory: [String]
        let memoryLimit: [String]
        let memoryDetail: [String]
        let received: String
        let sent: String

        init(_ part: Part) {
            func file(_ hierarchy: String, _ name: String) -> String {
                "\(controlGroups)/\(hierarchy)/bcmcluster/\(part.group)/\(name)"
            }
            unified = "\(controlGroups)/bcmcluster/\(part.group)"
            usage = (["cpuacct"] + Self.joined).map { file($0, "cpuacct.usage") }
            quota = (["cpu"] + Self.joined).map { (file($0, "cpu.cfs_quota_us"), file($0, "cpu.cfs_period_us")) }
            memory = ["\(unified)/memory.current", file("memory", "memory.usage_in_bytes")]
            memoryLimit = ["\(unified)/memory.max", file("memory", "memory.limit_in_bytes")]
            memoryDetail = ["\(unified)/memory.stat", file("memory", "memory.stat")]
            received = "/sys/class/net/\(part.cable)/statistics/rx_bytes"
            sent = "/sys/class/net/\(part.cable)/statistics/tx_bytes"
        }

        var all: [String] {
            ["\(unified)/cpu.stat", "\(unified)/cpu.max", received, sent] + usage
                + quota.flatMap { [$0.quota, $0.period] }
                + memory + memoryLimit + memoryDetail
        }

        /// In seconds.
        func processorTime(_ files: Files) -> Double? {
            if let microseconds = files.number(["\(unified)/cpu.stat"], after: ["usage_usec"]) {
                return Double(microseconds) / 1e6
            }
            return files.number(usage).map { Double($0) / 1e9 }
        }

        /// How many it may use, where that is limited.
        func processors(_ files: Files) -> Int? {
            let pair = files["\(unified)/cpu.max"].first?.split(separator: " ").map { Int($0) } ?? []
            let both =
                pair.count == 2
                ? (pair[0], pair[1])
                : (files.number(quota.map(\.quota)), files.number(quota.map(\.period)))
            guard let quota = both.0, let period = both.1, quota > 0, period > 0 else { return nil }
            let parts = (quota.clamped(to: Bounds.bytes) + period.clamped(to: Bounds.bytes) - 1) / period
            return max(1, parts.clamped(to: Bounds.counts))
        }
    }
}
