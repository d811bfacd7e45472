import Foundation
import Provisioning
import Testing

extension Repairs {
    /// What would stop `up` is said before it creates anything, and by `doctor` in the same words.
    @Suite struct Preflight {
        /// A machine on which something is missing: what runs there, and what is said of it.
        struct Machine: Sendable, CustomTestStringConvertible {
            var name: String
            /// The words in front of the tool's own.
            var words: [String]
            /// The reason and the hint.
            var reason: String
            var hint: String
            var testDescription: String { name }

            init(_ name: String, _ words: [String], _ reason: String, _ hint: String) {
                self.name = name
                self.words = words
                self.reason = reason
                self.hint = hint
            }

            /// One whose mounts are changed by a line of shell, in a mount namespace of its own.
            init(_ name: String, mounting line: String, _ reason: String, _ hint: String) {
                self.init(name, ["unshare", "--mount", "sh", "-ec", "\(line); exec \"$@\"", "sh"], reason, hint)
            }
        }

        static let machines = [
            Machine(
                "without CAP_SYS_ADMIN", ["setpriv", "--bounding-set", "-sys_admin"], "root lacks CAP_SYS_ADMIN here",
                "docker run --privileged"),
            Machine(
                "without either", ["setpriv", "--bounding-set", "-sys_admin,-net_admin"],
                "root lacks CAP_NET_ADMIN and CAP_SYS_ADMIN here", "docker run --privileged"),
            Machine(
                "a user namespace", ["unshare", "--user", "--map-root-user"],
                "root of a user namespace cannot mount", "docker run --privileged"),
            Machine(
                "read-only control groups",
                mounting: """
                    for place in $(grep -E '^[^ ]+ /sys/fs/cgroup(/[^/ ]+)? cgroup' /proc/self/mounts | cut -d' ' -f2)
                    do mount -o remount,bind,ro $place; done
                    """, "is mounted read-only: machines cannot have control groups",
                "mount -o remount,rw /sys/fs/cgroup"),
            Machine(
                "noexec", mounting: "mount --bind /var/lib /var/lib; mount -o remount,bind,noexec /var/lib",
                "/var/lib/bcmcluster is on /var/lib, which is mounted noexec", "mount -o remount,exec /var/lib"),
            Machine(
                "read-only", mounting: "mount --bind /var/lib /var/lib; mount -o remount,bind,ro /var/lib",
                "/var/lib/bcmcluster is on /var/lib, which is mounted ro: no machine can be made",
                "mount -o remount,rw /var/lib"),
            Machine(
                "a small disk", mounting: "mount -t tmpfs -o size=40m tmpfs /var/lib",
                "2 new members need at least 48M, and 40M is free at /var/lib/bcmcluster",
                "free disk space there, or create fewer members"),
            Machine(
                "little memory",
                mounting: """
                    mount -t tmpfs tmpfs /mnt; printf 'MemTotal: 900000 kB\\nMemAvailable: 102400 kB\\nSwapFree: 0 kB\\n' >/mnt/m
                    mount --bind /mnt/m /proc/meminfo
                    """, "2 new members need at least 128M, and 100M is free",
                "stop other programs, or create fewer members"),
        ]

        @Test("up refuses it and creates nothing, the dry run remarks it, doctor finds it", arguments: machines)
        func refused(_ machine: Machine) async throws {
            try await Sandbox.use("HO") { sandbox in
                func run(_ words: String...) async throws -> CommandResult {
                    try await sandbox.run(
                        machine.words[0], Array(machine.words.dropFirst()) + [Product.bcmcluster] + words,
                        adding: ["BCM_PROVIDER_NAME": "namespace"])
                }
                let up = try await run("up", "-c", sandbox.cluster, "-m", "1")
                #expect(up.ending == .exited(3), "\(up)")
                #expect(up.errors.contains("error: ") && up.errors.contains(machine.reason), "\(up.errors)")
                #expect(up.errors.contains("hint: ") && up.errors.contains(machine.hint), "\(up.errors)")
                #expect(try sandbox.runtimeContents() == [])
                // A subnet that no other test's cluster takes between two looks of the dry run.
                let network = "10.249.\(4 * Int.random(in: 0...63)).0/22"
                let review = try await run(
                    "up", "-c", sandbox.cluster, "-m", "1", "--network", network, "--dry-run")
                let printed = review.output + review.errors
                #expect(review.succeeded && printed.contains("a real run would stop here: "), "\(review)")
                #expect(printed.contains(machine.reason), "\(review)")
                let doctor = try await run("doctor", "-m", "1")
                #expect(doctor.ending == .exited(3), "\(doctor)")
                #expect(doctor.output.contains(machine.reason), "\(doctor.output)")
                #expect(doctor.output.contains("hint: ") && doctor.output.contains(machine.hint), "\(doctor.output)")
                #expect(doctor.output.contains("✗ provider: "), "\(doctor.output)")
            }
        }

        @Test("member add checks for the new members alone; what only comes short is a note")
        func added() async throws {
            try await Sandbox.use("HO") { sandbox in
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "--provider", "namespace")
                let memory = try #require(Self.machines.last)
                func add(_ count: String, _ more: String...) async throws -> CommandResult {
                    let words = ["member", "add", "-c", sandbox.cluster, "-n", count] + more
                    return try await sandbox.run(
                        memory.words[0], Array(memory.words.dropFirst()) + [Product.bcmcluster] + words)
                }
                let refused = try await add("2")
                #expect(refused.ending == .exited(3) && refused.errors.contains(memory.reason), "\(refused)")
                #expect(try sandbox.state().members.count == 1)
                let one = try await add("1", "--dry-run")
                #expect(one.succeeded, "\(one)")
                #expect((one.output + one.errors).contains("100M is free: little for instances"), "\(one)")
                let same = try await sandbox.mustRun("up", "-c", sandbox.cluster)
                #expect(same.errors.contains("unchanged"))
            }
        }

        @Test("A run that is repeated checks for the members that were not made")
        func repeated() async throws {
            try await Sandbox.use("HO") { sandbox in
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "2", "--provider", "namespace")
                for number in 1...2 { try await sandbox.loseMachine("\(sandbox.cluster)-0\(number)") }
                let memory = try #require(Self.machines.last)
                let refused = try await sandbox.run(
                    memory.words[0],
                    Array(memory.words.dropFirst()) + [Product.bcmcluster, "up", "-c", sandbox.cluster])
                #expect(refused.ending == .exited(3) && refused.errors.contains(memory.reason), "\(refused)")
            }
        }

        @Test("doctor misses neither multipass nor KVM where another provider works")
        func withoutMultipass() async throws {
            try await Sandbox.use("HO") { sandbox in
                let plain = ["PATH": "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "BCM_PROVIDER_NAME": ""]
                let doctor = try await sandbox.mustRun("doctor", adding: plain)
                #expect(doctor.output.contains("✓ provider multipass: multipass is not installed, and not needed"))
                #expect(!doctor.output.contains("! kvm") && !doctor.output.contains("snap install"), "\(doctor.output)")
                let wanted = try await sandbox.bcmcluster(
                    "doctor", adding: plain.merging(["BCM_PROVIDER_NAME": "multipass"]) { $1 })
                #expect(wanted.output.contains("! provider multipass: multipass is not installed"), "\(wanted.output)")
                #expect(wanted.ending == .exited(3))
            }
        }
    }
}

extension Fleets {
    /// The same of another host, which is named.
    @Suite struct HostPreflight {
        @Test("host add and up refuse a host on which no machine could start, and create nothing")
        func refused() async throws {
            try await Sandbox.useHosts("HO", 1) { sandbox, net, hosts in
                _ = try await net.run("mount -o remount,bind,noexec /var/lib", on: hosts[0])
                let before = try await net.traces(hosts)
                let reason = "/var/lib/bcmcluster is on /var/lib, which is mounted noexec"
                let up = try await sandbox.bcmcluster(
                    "up", "-c", sandbox.cluster, "--provider", "namespace", "--hosts", "h0")
                #expect(up.ending == .exited(3) && up.errors.contains("error: h0: \(reason)"), "\(up)")
                #expect(up.errors.contains("hint: mount -o remount,exec /var/lib"), "\(up)")
                let added = try await sandbox.bcmcluster("host", "add", "h1", "root@\(hosts[0].address)")
                #expect(added.ending == .exited(3) && added.errors.contains("namespace: \(reason)"), "\(added)")
                #expect(try await net.traces(hosts) == before)
                #expect(try sandbox.runtimeContents() == ["hosts.json"])
            }
        }
    }
}
