import Foundation
import Provisioning
import Testing

extension DayTwo {
    /// Settings are honoured, or refused with the place where they stand.
    @Suite struct Settings {
        @Test(
            "Processors and memory of a member are limited, also after a restart; a flag and an edited .env resize it")
        func sizes() async throws {
            try await Sandbox.use("SZ") { sandbox in
                let cluster = sandbox.cluster
                try await sandbox.mustRun(
                    "up", "-c", cluster, "-m", "1", "--provider", "namespace", "--memory", "1G",
                    adding: ["BCM_ENDPOINT_CPU_COUNT": "3"])
                #expect(try limits(sandbox, 0) == Limits(cpus: 3, memory: 1 << 30))
                #expect(try limits(sandbox, 1) == Limits(cpus: 3, memory: 1 << 30))
                let again = try await sandbox.mustRun("up", "-c", cluster)
                #expect(again.errors.contains("is up (2 members), unchanged"), "\(again.errors)")

                let plan = try await sandbox.mustRun("up", "-c", cluster, "--memory", "2G", "--dry-run")
                #expect(plan.output.components(separatedBy: "\ntee /sys/fs/cgroup").count == 5, "\(plan.output)")
                try await sandbox.mustRun("up", "-c", cluster, "--memory", "2G")
                #expect(try limits(sandbox, 1) == Limits(cpus: 3, memory: 2 << 30))
                try await sandbox.mustRun("stop", "-c", cluster)
                try await sandbox.mustRun("start", "-c", cluster)
                #expect(try limits(sandbox, 0) == Limits(cpus: 3, memory: 2 << 30))

                try edit(sandbox, 1) { $0.replacing("BCM_ENDPOINT_CPU_COUNT=3", with: "BCM_ENDPOINT_CPU_COUNT=5") }
                let edited = try await sandbox.mustRun("up", "-c", cluster, adding: ["BCM_ENDPOINT_MEM_SIZE": "7G"])
                #expect(try limits(sandbox, 1) == Limits(cpus: 5, memory: 2 << 30))
                #expect(edited.errors.contains("BCM_ENDPOINT_MEM_SIZE=7G in the environment is for machines"))
                try await sandbox.mustRun("member", "add", "-c", cluster, "--memory", "512M")
                #expect(try limits(sandbox, 2) == Limits(cpus: 2, memory: 512 << 20))
                #expect(try limits(sandbox, 0) == Limits(cpus: 3, memory: 2 << 30), "member add is about the new one")
                try await takesNoMore(sandbox)
            }
        }

        /// A process of the member's that takes more memory than the member may have is ended.
        private func takesNoMore(_ sandbox: Sandbox) async throws {
            let identifier = try sandbox.state().identifier
            func take(_ index: Int) async throws -> String {
                let group = "bcmcluster/\(sandbox.cluster)-0\(index).\(identifier)/init.scope/cgroup.procs"
                let procs = ["/sys/fs/cgroup/\(group)", "/sys/fs/cgroup/memory/\(group)"]
                    .first { FileManager.default.fileExists(atPath: $0) }
                // `tail` keeps as much as it is to print.
                let script = "echo 0 >\(try #require(procs)); head -c 900M /dev/zero | tail -c 900M | wc -c"
                return try await sandbox.run("sh", ["-c", script]).output.trimmingCharacters(
                    in: .whitespacesAndNewlines)
            }
            #expect(try await take(2) == "0", "it got 900 MiB of 512")
            #expect(try await take(0) == "943718400")
        }

        @Test("What a provider cannot honour is refused with its place, and nothing is made")
        func refusals() async throws {
            try await Sandbox.use("SR") { sandbox in
                let cluster = sandbox.cluster
                let up = ["up", "-c", cluster, "--provider", "namespace"]
                for (words, variables, status, text) in [
                    (["--disk", "10G"], [:], 3, "--disk 10G is not possible with the namespace provider: "),
                    (
                        [], ["BCM_ENDPOINT_DISK_SIZE": "10G"], 3,
                        "BCM_ENDPOINT_DISK_SIZE in the environment: 10G is not possible"
                    ), (["--image", "22.04"], [:], 2, "--image is not possible with the namespace provider"),
                    (["--memory", "64M"], [:], 2, "--memory 64M is too little: a member needs 256M"),
                    ([], ["BCM_ENDPOINT_CPU_COUNT": "two"], 2, "BCM_ENDPOINT_CPU_COUNT in the environment: two is not"),
                ] as [([String], [String: String], Int32, String)] {
                    let result = try await sandbox.run(Product.bcmcluster, up + words, adding: variables)
                    #expect(result.ending == .exited(status) && result.errors.contains(text), "\(result)")
                    #expect(try sandbox.runtimeContents().isEmpty, "\(words)")
                }
                let name = try await sandbox.bcmcluster("status", adding: ["BCM_CLUSTER_NAME": "a b"])
                #expect(name.ending == .exited(2) && name.errors.contains("BCM_CLUSTER_NAME in the environment: "))

                try await sandbox.mustRun("env", "stub", "-c", cluster, "--provider", "namespace")
                let path = try sandbox.files().environment(MemberName(ClusterName(cluster), 0))
                let whole = try String(contentsOfFile: path, encoding: .utf8)
                let lines = whole.split(separator: "\n", omittingEmptySubsequences: false).count
                for (line, text) in [
                    ("BCM_ENDPOINT_MEMORY_SIZE=8G", "unknown variable BCM_ENDPOINT_MEMORY_SIZE"),
                    ("BCM_ENDPOINT_MEM_SIZE=lots", "lots is not an amount"), ("no line", "is not NAME=value"),
                    ("BCM_ENDPOINT_DISK_SIZE=5G", "5G is not possible with the namespace provider"),
                ] {
                    try "\(whole)\(line)\n".write(toFile: path, atomically: true, encoding: .utf8)
                    let result = try await sandbox.bcmcluster("up", "-c", cluster)
                    #expect(!result.succeeded && result.errors.contains("\(path), line \(lines)"), "\(result.errors)")
                    #expect(result.errors.contains(text), "\(result.errors)")
                }
                #expect(!FileManager.default.fileExists(atPath: "/var/lib/bcmcluster/machines/\(cluster)-00"))
            }
        }

        private struct Limits: Equatable {
            var cpus: Int
            var memory: Int
        }

        /// What the kernel says of the member's control group, in either version.
        private func limits(_ sandbox: Sandbox, _ index: Int) throws -> Limits {
            let group = "bcmcluster/\(sandbox.cluster)-0\(index).\(try sandbox.state().identifier)"
            func read(_ names: [String]) throws -> [Int] {
                let text = names.lazy.compactMap {
                    try? String(contentsOfFile: "/sys/fs/cgroup/\($0)", encoding: .utf8)
                }.first
                return try #require(text).split { $0.isWhitespace }.compactMap { Int($0) }
            }
            let quota = try read(["\(group)/cpu.max", "cpu/\(group)/cpu.cfs_quota_us"])
            let memory = try read(["\(group)/memory.max", "memory/\(group)/memory.limit_in_bytes"])
            return Limits(cpus: (quota.first ?? 0) / 100_000, memory: memory.first ?? 0)
        }

        private func edit(_ sandbox: Sandbox, _ index: Int, _ change: (String) -> String) throws {
            let path = try sandbox.files().environment(MemberName(ClusterName(sandbox.cluster), index))
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try change(text).write(toFile: path, atomically: true, encoding: .utf8)
        }
    }
}
