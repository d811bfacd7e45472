import Foundation

/// Processes that carry a sandbox's variables and are neither a machine's nor the terminal's.
enum LeftProcesses {
    static func of(_ sandbox: Sandbox) -> [String] {
        let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).filter { Int($0) != nil }
        return numbers.compactMap { number in
            let variables = (try? String(contentsOfFile: "/proc/\(number)/environ", encoding: .utf8)) ?? ""
            let groups = (try? String(contentsOfFile: "/proc/\(number)/cgroup", encoding: .utf8)) ?? ""
            let arguments = (try? String(contentsOfFile: "/proc/\(number)/cmdline", encoding: .utf8)) ?? ""
            let isMachine = groups.contains("/bcmcluster/") || arguments.hasPrefix("unshare\0")
            return variables.contains(sandbox.folder) && !isMachine ? arguments : nil
        }
    }
}
