import Foundation
import Provisioning
import Testing

extension Hosts {
    /// Hosts that do not answer as they should, and launches that do not end as they should.
    @Suite struct VMTroubles {
        @Test(
            "A slow host is waited for; one that hangs, refuses the key or has another one is named, the rest answers")
        func hosts() async throws {
            try await TestHost.useMultipass("VT", 5) { sandbox, net, hosts in
                for host in hosts { try await sandbox.mustRun("vm", "launch", "\(host.name)/on-\(host.name)") }
                try await sandbox.mustRun("vm", "launch", "h0/twin")
                try hosts[1].slowDown(sandbox)
                for process in try await hosts[2].processes() { kill(process, SIGSTOP) }
                try await refuseKey(hosts[3], sandbox)
                try await changeKey(hosts[4], net)
                let start = ContinuousClock.now
                let listed = try await sandbox.bcmcluster("vm", "list", "--json")
                let took = ContinuousClock.now - start
                #expect(took < .seconds(7), "\(took)")
                try expectNamed(listed)
                for process in try await hosts[2].processes() { kill(process, SIGCONT) }
                try await lookups(sandbox)
            }
        }

        private func expectNamed(_ listed: CommandResult) throws {
            #expect(listed.ending == .exited(4))
            let names = try VMListed(listed).vms.map(\.name)
            #expect(names == ["on-h0", "twin", "on-h1"], "\(listed.output)")
            let lines = listed.errors.split(separator: "\n")
            #expect(lines.count == 3, "\(listed.errors)")
            #expect(lines[0] == "✗ h2: no answer within 5s")
            #expect(
                lines[1].contains("h3: host h3 is unreachable: ")
                    && lines[1].contains("Permission denied (publickey"))
            #expect(lines[2].contains("h4: host h4 is unreachable: Host key verification failed."))
        }

        /// Of a bare name it is unknown whether a host that does not answer has it too.
        private func lookups(_ sandbox: Sandbox) async throws {
            let bare = try await sandbox.bcmcluster("vm", "stop", "twin")
            #expect(bare.ending == .exited(4) && bare.errors.contains("h3 may have a VM twin too, but did not answer"))
            #expect(bare.errors.contains("name the host: h0/twin"), "\(bare.errors)")
            try await sandbox.mustRun("vm", "stop", "h0/twin")
            let changed = try await sandbox.bcmcluster("vm", "info", "h4/on-h4")
            #expect(changed.ending == .exited(4))
            #expect(changed.errors.contains("REMOTE HOST IDENTIFICATION HAS CHANGED"), "\(changed.errors)")
            let launch = try await sandbox.bcmcluster("vm", "launch", "new", "--host", "auto")
            #expect(
                launch.succeeded && launch.errors.contains("h3 skipped: host h3 is unreachable"),
                "\(launch.errors)")
        }

        private func refuseKey(_ host: TestHost, _ sandbox: Sandbox) async throws {
            try await sandbox.must("truncate", ["--size=0", "\(sandbox.folder)/hosts/\(host.name)/authorized_keys"])
        }

        /// Somebody else's key stands under its address.
        private func changeKey(_ host: TestHost, _ net: TestHost.Net) async throws {
            let known = try String(contentsOfFile: net.known, encoding: .utf8).split(separator: "\n")
            let others = known.filter { !$0.hasPrefix("\(host.address) ") }
            let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJZbMnxEFw1GWE1RVXs2R0tT0GZbCKvOSmXHxbKQWqkR"
            try (others.joined(separator: "\n") + "\n\(host.address) \(key)\n")
                .write(toFile: net.known, atomically: true, encoding: .utf8)
        }

        @Test("A launch that takes too long, or is interrupted, continues without us; we say so, and what it is called")
        func launches() async throws {
            try await TestHost.useMultipass("VI", 1) { sandbox, _, hosts in
                try await hosts[0].setLaunch(seconds: 4, sandbox)
                let late = try await sandbox.bcmcluster("vm", "launch", "h0/late", "--timeout", "1s")
                #expect(late.ending == .exited(1), "\(late.errors)")
                #expect(late.errors.contains("h0/late was not up in time, and multipass continues to launch it"))
                let run = try Spawned(sandbox, ["vm", "launch", "cut", "--host", "h0"])
                _ = try await SystemTime().wait(for: "the launch", limit: .seconds(180), every: .milliseconds(50)) {
                    try await hosts[0].calls(sandbox).contains { $0.contains("cut") } ? true : nil
                }
                run.send(SIGINT)
                #expect(try await run.wait() == 130)
                #expect(
                    run.errors.contains("interrupted: multipass continues to launch h0/cut"), "\(run.errors)")
                let names = try await SystemTime().wait(for: "both", limit: .seconds(180), every: .milliseconds(500)) {
                    detail in
                    let vms = try VMListed(try await sandbox.mustRun("vm", "list", "--json")).vms
                    detail = vms.map { "\($0.name) \($0.state)" }.joined(separator: ", ")
                    return vms.count { $0.state == "running" } == 2 ? vms.map(\.name) : nil
                }
                #expect(names == ["cut", "late"])
            }
        }
    }
}
