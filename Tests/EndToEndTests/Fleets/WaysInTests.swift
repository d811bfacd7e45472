import Foundation
import Provisioning
import Schemas
import Testing

extension Fleets {
    /// How members on other hosts are reached: by OpenSSH itself, by `cp` and by `logs -f`.
    @Suite struct WaysIn {
        @Test(
            "ssh-config for hosts and for members that are hosts, cp and logs -f over SSH, and nothing is left there",
            .timeLimit(.minutes(30)))
        func overHosts() async throws {
            try await Sandbox.useHosts("FH", 2, programs: ["systemctl": HostPrograms.systemctl]) {
                sandbox, net, hosts in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "-m", "1", "--hosts", "h0,h1", "--provider", "namespace")
                let file = try await configuration(sandbox)
                try await expectWay(to: "h0", at: hosts[0], file, sandbox)
                #expect(
                    try String(contentsOfFile: file, encoding: .utf8).contains("# \(name)-01 on h1 runs no SSH server"))
                try await copies(sandbox)
                try await follows(sandbox, net, hosts)
                try await sandbox.mustRun("destroy", "-c", name, "--yes")

                try await sandbox.mustRun("up", "-c", name, "--provider", "baremetal", "--hosts", "h0,h1")
                let members = try await configuration(sandbox)
                try await expectWay(to: "\(name)-01", at: hosts[1], members, sandbox)
                let resize = try await sandbox.bcmcluster("member", "set", "-c", name, "\(name)-00", "--memory", "2G")
                #expect(
                    resize.ending == .exited(3)
                        && resize.errors.contains("not possible with the baremetal provider: a member is a whole host"),
                    "\(resize)")
                let ansible = try await sandbox.mustRun("env", "show", "-c", name, "--format", "ansible")
                let inventory = try sandbox.write(ansible.output, to: "inventory.yml")
                let listed = try await sandbox.run(
                    "ansible-inventory", ["-i", inventory, "--host", "\(name)-01"], adding: ["LC_ALL": "C.UTF-8"])
                #expect(listed.output.contains(#""ansible_host": "\#(hosts[1].address)""#), "\(listed)")
                #expect(listed.output.contains(#""ansible_user": "root""#), "\(listed)")
                try await sandbox.mustRun("destroy", "-c", name, "--yes")
            }
        }

        private func configuration(_ sandbox: Sandbox) async throws -> String {
            let printed = try await sandbox.mustRun("ssh-config", "-c", sandbox.cluster)
            try await sandbox.mustRun("ssh-config", "-c", sandbox.cluster, "--json")
            return try sandbox.write(printed.output, to: "ssh-config")
        }

        /// OpenSSH itself, with that file alone, gets there.
        private func expectWay(to name: String, at host: TestHost, _ file: String, _ sandbox: Sandbox) async throws {
            let settings = try await sandbox.run("/usr/bin/ssh", ["-G", "-F", file, name])
            #expect(settings.output.contains("hostname \(host.address)\n") && settings.output.contains("user root\n"))
            let words = ["-F", file, "-o", "BatchMode=yes", name, "uname", "-n"]
            let answer = try await sandbox.run("/usr/bin/ssh", words)
            #expect(answer.output == "\(host.name)\n", "\(answer)")
            let including = try sandbox.write("Include \(file)\n", to: "including")
            let included = try await sandbox.run(
                "/usr/bin/ssh", ["-F", including, "-o", "BatchMode=yes", name, "true"])
            #expect(included.succeeded, "\(included)")
        }

        private func copies(_ sandbox: Sandbox) async throws {
            let (name, folder) = (sandbox.cluster, sandbox.folder)
            try await sandbox.must("mkdir", ["\(folder)/tree"])
            for (file, mode) in [("it's \"odd\" $x\n!", "600"), ("run", "755")] {
                try "\(file)".write(toFile: "\(folder)/tree/\(file)", atomically: false, encoding: .utf8)
                try await sandbox.must("chmod", [mode, "\(folder)/tree/\(file)"])
            }
            try await sandbox.must("truncate", ["-s", "50M", "\(folder)/tree/big"])
            try await sandbox.mustRun("cp", "-c", name, "\(folder)/tree", "\(name)-00:/root/it's \"there\"")
            try await sandbox.mustRun("cp", "-c", name, "\(name)-00:/root/it's \"there\"", "\(name)-01:/root/there")
            try await sandbox.mustRun("cp", "-c", name, "\(name)-01:/root/there", "\(folder)/back")
            let same = try await sandbox.run("diff", ["-r", "\(folder)/tree", "\(folder)/back"])
            #expect(same.succeeded, "\(same)")
            let modes = try await sandbox.run("stat", ["-c", "%a", "\(folder)/back/run"])
            #expect(modes.output == "755\n")
            let none = try await sandbox.bcmcluster("cp", "-c", name, "\(name)-00:/root/none", folder)
            #expect(none.ending == .exited(5) && none.errors.contains("\(name)-00:/root/none not found"), "\(none)")
        }

        private func follows(_ sandbox: Sandbox, _ net: TestHost.Net, _ hosts: [TestHost]) async throws {
            let (name, engine) = (sandbox.cluster, Product.engine.name)
            let results = "\(sandbox.folder)/followed"
            let process = try Spawned(sandbox, ["logs", "-c", name, "-f", "--lines", "1"], output: results)
            for (index, host) in hosts.enumerated() {
                let log = "/var/lib/bcmcluster/machines/\(name)-0\(index)/\(engine).log"
                let line = "\(name)-0\(index) \(engine): a line on \(host.name)\n"
                var seen = false
                for _ in 0..<600 where !seen {
                    _ = try await net.run("echo 'a line on \(host.name)' >>\(log)", on: host)
                    try await Task.sleep(for: .milliseconds(300))
                    seen = (try? String(contentsOfFile: results, encoding: .utf8))?.contains(line) ?? false
                }
                #expect(seen, "\(process.errors)")
            }
            // One host that is cut off is told of once, and the other is followed on.
            process.send(SIGINT)
            #expect(try await process.wait() == 0, "\(process.errors)")
            for host in hosts {
                _ = try await SystemTime().wait(for: "the end of tail", limit: .seconds(600), every: .milliseconds(300))
                {
                    try await net.run("pgrep -f '[t]ail -n 1 -v -F'", on: host).isEmpty ? true : nil
                }
            }
        }
    }
}
