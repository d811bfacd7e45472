import Foundation

/// Processes that carry a sandbox's variables and are neither a machine's nor the terminal's.
enum LeftProcesses {
    static func of(_ sandbox: Sandbox) -> [String] {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).filter { Int($0) != nil }
        return numbers.compactMap { number in
            let variables = (try? String(contentsOfFile: "/proc/\(number)/environ", encoding: .utf8)) ?? ""
            let groups = (try? String(contentsOfFile: "/proc/\(number)/cgroup", encoding: .utf8)) ?? ""
            let arguments = (try? String(contentsOfFile: "/proc/\(number)/cmdline", encoding: .utf8)) ?? ""
            // A machine's processes are in a PID namespace of its own, before they are in its control group too.
            let namespace = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(number)/ns/pid")
            let isMachine =
                groups.contains("/bcmcluster/") || arguments.hasPrefix("unshare\0") || namespace != own
            return variables.contains(sandbox.folder) && !isMachine ? arguments : nil
        }
    }
}
