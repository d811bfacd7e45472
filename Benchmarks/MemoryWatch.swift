import Provisioning

/// Watches how much memory a program has taken at its height.
enum MemoryWatch {
    /// Megabytes at the height of the process whose number will stand in the file; ends when the task is cancelled.
    ///
    /// Read from the process itself while it lives: what `wait4` answers counts its children too.
    static func peak(ofProcessIn file: String) async -> Double {
        var peak = 0.0
        while !Task.isCancelled {
            peak = max(peak, height(ofProcessIn: file) ?? 0)
            try? await Task.sleep(for: .milliseconds(20))
        }
        return peak
    }

    private static func height(ofProcessIn file: String) -> Double? {
        guard let number = try? LocalFiles().read(file)?.trimmed, !number.isEmpty,
            let status = try? LocalFiles().read("/proc/\(number)/status"),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = line.split(whereSeparator: { " \t".contains($0) }).dropFirst().first
        else { return nil }
        return Double(kilobytes).map { $0 / 1024 }
    }
}
