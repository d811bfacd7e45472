import Foundation
import Provisioning

/// All that could leak on a machine, without what belongs to clusters of other tests.
struct MachineState: Equatable {
    private var found: [String: Set<String>] = [:]
    private var bytes: Int

    init(_ sandbox: Sandbox) async throws {
        let strangers = /bcm-[A-Za-z]|bh-[A-Z]|bcm[0-9a-f]{8}|v[0-9a-f]{8}[.\/]|\/bcmcluster\//
        func lines(_ program: String, _ arguments: String...) async throws -> Set<String> {
            let output = try await LocalRunner().run(Command(program, arguments)).output
            return Set(
                output.split(separator: "\n").map(String.init)
                    .filter { $0.contains(sandbox.cluster) || !$0.contains(strangers) })
        }
        found["mounts"] = try await lines("findmnt", "--list", "--noheadings", "--output", "TARGET")
        found["namespaces"] = try await lines("ip", "netns", "list")
        found["interfaces"] = try await Set(
            lines("ip", "-brief", "link").map { String($0.prefix { $0 != " " && $0 != "@" }) })
        found["rules"] = try await lines("nft", "list", "tables")
        found["control groups"] = try await lines(
            "find", "/sys/fs/cgroup", "-maxdepth", "3", "-type", "d", "-path", "*/bcmcluster/*")
        found["processes"] = Self.processes(of: sandbox)
        found["files"] = try await lines("find", "/var/lib/bcmcluster", "-maxdepth", "2")
        found["forwarding"] = try await lines("sysctl", "--all", "--pattern", "^net.ipv4.conf.[^.]*.forwarding$")
        found["open files"] = Self.openFiles()
        bytes = Self.bytes(in: sandbox.runtime)
    }

    /// The open files of this process, which runs commands in the same way as the tool.
    ///
    /// Timers and queues that the runtime makes when they are first needed, and keeps, are none.
    private static func openFiles() -> Set<String> {
        let folder = "/proc/self/fd"
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let files = numbers.compactMap { number in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(number)")).map {
                "\(number) \($0)"
            }
        }
        return Set(files.filter { !$0.contains(" anon_inode:") })
    }

    private static func bytes(in folder: String) -> Int {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.reduce(0) { sum, name in
            let size = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.size] as? Int
            return sum + (size ?? 0)
        }
    }

    /// Whatever the sandbox's runs started has its surroundings.
    private static func processes(of sandbox: Sandbox) -> Set<String> {
        let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).filter { Int($0) != nil }
        return Set(
            numbers.filter { number in
                let variables = (try? String(contentsOfFile: "/proc/\(number)/environ", encoding: .utf8)) ?? ""
                return variables.contains(sandbox.folder)
            })
    }

    /// What is there now and was not before, or the other way round.
    func difference(from before: MachineState) -> String {
        let changes = found.map { kind, now in "\(kind): \(now.symmetricDifference(before.found[kind] ?? []).sorted())"
        }
        return
            (changes + ["bytes kept: \(before.bytes) to \(bytes)"])
            .joined(separator: "\n")
    }
}
