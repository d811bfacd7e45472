import Foundation
import Provisioning
import Testing

extension Repairs {
    /// Reaching into a cluster that is there.
    @Suite struct Reach {
        @Test("exec runs on one, several and all members; a member that is off costs its own row and status 4")
        func exec() async throws {
            try await Sandbox.use("X") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "-m", "2")

                let all = try await sandbox.mustRun("exec", "-c", name, "--", "hostname")
                let lines = Set(all.output.split(separator: "\n").map(String.init))
                #expect(lines == Set((0...2).map { "\(name)-0\($0): \(name)-0\($0)" }))
                #expect(all.errors.isEmpty)
                let two = try await sandbox.mustRun(
                    "exec", "-c", name, "\(name)-02", "\(name)-01", "--json", "--", "hostname")
                let answers = try JSONDecoder().decode(Answers.self, from: Data(two.output.utf8)).members
                #expect(answers.map(\.member) == ["\(name)-02", "\(name)-01"])
                #expect(answers.map(\.stdout) == ["\(name)-02\n", "\(name)-01\n"])

                // The worst status, standard error to standard error, and flags of the command's own.
                let script = "echo out; echo err >&2; case $(hostname) in *1) exit 3;; *2) exit 5;; esac"
                let worst = try await sandbox.bcmcluster("exec", "-c", name, "--", "sh", "-c", script)
                #expect(worst.ending == .exited(5))
                #expect(worst.output.split(separator: "\n").filter { $0.hasSuffix(": out") }.count == 3)
                #expect(worst.errors.contains("\(name)-00: err\n"))
                #expect(worst.errors.contains("\(name)-01: exited with status 3"))
                try await expectOneMemberIsDirect(sandbox)

                let plan = try await sandbox.mustRun("exec", "-c", name, "--dry-run", "--", "touch", "/tmp/\(name)")
                #expect(plan.output.contains("touch /tmp/\(name)"))
                try await sandbox.mustRun("exec", "-c", name, "--dry-run", "--json", "--", "true")
                #expect(!FileManager.default.fileExists(atPath: "/tmp/\(name)"))

                let machine = try #require(try MachineProcess(of: "\(name)-02"))
                machine.end()
                let partly = try await sandbox.bcmcluster("exec", "-c", name, "--", "true")
                #expect(partly.ending == .exited(4))
                #expect(partly.errors.contains("\(name)-02: the machine \(name)-02 does not run"))
                #expect(try await sandbox.bcmcluster("exec", "-c", "\(name)X", "--", "true").ending == .exited(5))
                #expect(
                    try await sandbox.bcmcluster("exec", "-c", name, "\(name)-09", "--", "true").ending == .exited(5))
            }
        }

        /// One member reads what is piped in, prints without a prefix, and its status is the command's.
        private func expectOneMemberIsDirect(_ sandbox: Sandbox) async throws {
            let line = "\(Product.bcmcluster) exec -c \(sandbox.cluster) \(sandbox.cluster)-01 --"
            let piped = try await sandbox.run("sh", ["-c", "echo 'a b' | \(line) cat"])
            #expect(piped == CommandResult(output: "a b\n"))
            let long = try await sandbox.run("sh", ["-c", "\(line) head -c 20000000 /dev/zero | wc -c"])
            #expect(long.output.trimmed == "20000000")
            #expect(try await sandbox.run("sh", ["-c", "\(line) sh -c 'exit 42'"]).ending == .exited(42))
        }

        private struct Answers: Decodable {
            struct Member: Decodable {
                var member: String
                var exitCode: Int
                var stdout: String
            }
            var members: [Member]
        }

        @Test("shell is a login shell with a terminal of its own: its size, its Ctrl-C, its exit status")
        func shell() async throws {
            try await Sandbox.use("Y") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "-m", "1")
                let screen = try await TmuxScreen(sandbox, columns: 97, rows: 23)
                try await screen.type("\(Product.bcmcluster) shell -c \(name) \(name)-01; echo status $?")
                try await screen.type("clear; echo size $(stty size) on $(hostname)")
                let first = try await screen.wait(for: "size ")
                #expect(first.contains("size 23 97 on \(name)-01"))
                try await screen.type("clear; echo waits; sleep 600")
                _ = try await screen.wait(for: "waits")
                try await interrupt(screen)
                #expect(try await screen.wait(for: "after ").contains("after 130"))
                try await screen.type("exit 7")
                #expect(try await screen.wait(for: "status ").contains("status 7"))
                // Without a member it is the first one's; without a terminal it reads its commands from the pipe.
                let piped = try await sandbox.run(
                    "sh", ["-c", "echo hostname | \(Product.bcmcluster) shell -c \(name)"])
                #expect(piped.output.trimmed == "\(name)-00")
                await screen.close()
            }
        }

        /// Presses Ctrl-C until the shell answers again: one that comes between the fork and the start of a job is lost.
        private func interrupt(_ screen: TmuxScreen) async throws {
            for _ in 0..<10 {
                try await screen.press("C-c")
                try await screen.type("echo after $?")
                for _ in 0..<20 {
                    if try await screen.capture().contains("\nafter ") { return }
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
        }

        @Test("env show gives a shell what opens the API: by curl, with the certificate checked")
        func envShow() async throws {
            try await Sandbox.use("Z") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "-m", "1")
                // LXD 5.0.2 lets a client in on a member that has just joined some seconds later.
                let script = """
                    eval "$(\(Product.bcmcluster) env show -c \(name))" || exit 1
                    echo "$\(Product.engine.remoteVariable)"
                    for address in $BCM_LXD_ADDRESSES; do
                        curl --silent --show-error --fail --retry 60 --retry-all-errors --retry-delay 1 \\
                            --max-time 20 --cacert "$BCM_LXD_CERTIFICATE" \\
                            --cert "$BCM_LXD_CLIENT_CERTIFICATE" --key "$BCM_LXD_CLIENT_KEY" \\
                            --connect-to "$BCM_LXD_SERVER_NAME:8443:${address#https://}" \\
                            "https://$BCM_LXD_SERVER_NAME:8443/1.0/cluster/members/\(name)-01" || exit 1
                    done
                    """
                let shown = try await sandbox.run("sh", ["-c", script])
                #expect(shown.succeeded, "\(shown.errors)")
                #expect(shown.output.hasPrefix("\(name)-00\n"))
                #expect(shown.output.ranges(of: "\"server_name\":\"\(name)-01\"").count == 2, "\(shown.output)")
                let unknown = try await sandbox.bcmcluster("env", "show", "-c", "\(name)X")
                #expect(unknown.ending == .exited(5) && unknown.output.isEmpty)
            }
        }
    }
}

/// The first process of a machine with the namespace provider.
struct MachineProcess {
    let number: Int32

    init?(of machine: String) throws {
        let link = "/var/lib/bcmcluster/machines/\(machine)/holder"
        guard let number = Int32(try FileManager.default.destinationOfSymbolicLink(atPath: link)) else { return nil }
        self.number = number
    }

    /// Ends it, and with it the machine, as pulling the plug would; waits until it is gone.
    func end() {
        kill(number, SIGKILL)
        while kill(number, 0) == 0 { usleep(10_000) }
    }
}
