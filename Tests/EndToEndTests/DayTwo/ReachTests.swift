import Foundation
import Provisioning
import Testing

extension DayTwo {
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
                #expect(answers.map(\.output) == ["\(name)-02\n", "\(name)-01\n"])

                // The worst status, standard error to standard error, and flags of the command's own.
                let script = "echo out; echo err >&2; case $(hostname) in *1) exit 3;; *2) exit 5;; esac"
                let worst = try await sandbox.bcmcluster("exec", "-c", name, "--", "sh", "-c", script)
                #expect(worst.ending == .exited(5))
                #expect(worst.output.split(separator: "\n").filter { $0.hasSuffix(": out") }.count == 3)
                #expect(worst.errors.contains("\(name)-00: err\n"))
                #expect(worst.errors.contains("\(name)-01: ended with status 3"))
                try await expectOneMemberIsDirect(sandbox)

                let plan = try await sandbox.mustRun("exec", "-c", name, "--dry-run", "--", "touch", "/tmp/\(name)")
                #expect(plan.output.contains("touch /tmp/\(name)"))
                #expect(!FileManager.default.fileExists(atPath: "/tmp/\(name)"))

                let machine = try #require(try MachineProcess(of: "\(name)-02"))
                machine.end()
                let partly = try await sandbox.bcmcluster("exec", "-c", name, "--", "true")
                #expect(partly.ending == .exited(4))
                #expect(partly.errors.contains("\(name)-02: the machine \(name)-02 does not run"))
                #expect(try await sandbox.bcmcluster("exec", "-c", "\(name)X", "--", "true").ending == .exited(2))
                #expect(
                    try await sandbox.bcmcluster("exec", "-c", name, "\(name)-09", "--", "true").ending == .exited(2))
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
                var status: Int
                var output: String
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
                try await screen.press("C-c")
                try await screen.type("echo after $?")
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

        @Test("env show gives a shell what opens the API: by curl, with the certificate checked")
        func envShow() async throws {
            try await Sandbox.use("Z") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "-m", "1")
                // LXD 5.0.2 lets a client in on a member that has just joined some seconds later.
                let script = """
                    eval "$(\(Product.bcmcluster) env show -c \(name))" || exit 1
                    echo "$LXD_REMOTE"
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
                #expect(unknown.ending == .exited(2) && unknown.output.isEmpty)
            }
        }

        @Test("logs shows every log; the bundle holds what a bug report needs, and no secret of the cluster's")
        func logs() async throws {
            try await Sandbox.use("XL") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "-m", "1")
                let secrets = try Secrets(sandbox)
                try #require(secrets.all.count == 4, "two members' secrets, a token, and the secret in it")
                // As if LXD had been careless.
                let console = "/var/lib/bcmcluster/machines/\(name)-00/console.log"
                let leak = secrets.all.map { "leaked \($0) end\n" }.joined() + "other \(secrets.foreignToken)\n"
                let handle = try #require(FileHandle(forWritingAtPath: console))
                try handle.seekToEnd()
                try handle.write(contentsOf: Data(leak.utf8))
                try handle.close()

                let shown = try await sandbox.mustRun("logs", "-c", name)
                for member in ["\(name)-00", "\(name)-01"] {
                    #expect(
                        shown.output.contains("==> \(member) lxd: ") && shown.output.contains("==> \(member) console: ")
                    )
                }
                #expect(shown.output.contains("==> bcmcluster: "))
                #expect(shown.output.contains("leaked <secret> end") && shown.output.contains("leaked <token> end"))
                #expect(!secrets.all.contains { shown.output.contains($0) })
                try #require(try MachineProcess(of: "\(name)-01")).end()
                let one = try await sandbox.mustRun("logs", "-c", name, "\(name)-01", "--lines", "1", "--json")
                #expect(one.output.contains(#""name" : "lxd""#) && !one.output.contains("\(name)-00"))

                try await expectBundle(sandbox, secrets)
            }
        }

        @Test("doctor finds this machine fit, and names what is missing where programs are taken away")
        func doctor() async throws {
            try await Sandbox.use("XD") { sandbox in
                let fit = try await sandbox.mustRun("doctor", "--json")
                let report = try JSONDecoder().decode(Report.self, from: Data(fit.output.utf8))
                #expect(report.version == 1 && report.providers.contains("namespace"))
                #expect(!report.findings.contains { $0.level == "problem" })
                #expect(!FileManager.default.fileExists(atPath: sandbox.runtime), "it changes nothing")

                let programs = "\(sandbox.folder)/bin"
                try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: false)
                for name in ["which", "uname", "df", "lxc", "ip"] {
                    let path = try #require(SystemCalls.pathOfProgram(name))
                    try FileManager.default.createSymbolicLink(atPath: "\(programs)/\(name)", withDestinationPath: path)
                }
                let poor = try await sandbox.run(
                    "/usr/bin/env", ["PATH=\(programs)", "BCM_PROVIDER_NAME=", Product.bcmcluster, "doctor"])
                #expect(poor.ending == .exited(3))
                #expect(poor.output.contains("✗ provider: no provider works here"))
                #expect(poor.output.contains("! provider namespace: the namespace provider needs lxd, nft, dnsmasq"))
                #expect(poor.output.contains("what to do: apt-get install lxd nftables dnsmasq-base"))
            }
        }

        @Test("bash completes commands, flags, clusters and members, with the script that completion prints")
        func completion() async throws {
            try await Sandbox.use("XC") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("env", "stub", "-c", name, "-m", "1")
                // What bash does at the tabulator: the words as it cuts them, then the function that was registered.
                let script = """
                    PATH="\(Product.folder):$PATH"
                    source <(bcmcluster completion bash) || exit 1
                    press() {
                        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
                        COMPREPLY=(left over)
                        $(complete -p bcmcluster | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
                        echo "${COMPREPLY[*]}"
                    }
                    press bcmcluster des
                    press bcmcluster env st
                    press bcmcluster up --dry
                    press bcmcluster destroy -c ''
                    press bcmcluster destroy --cluster = \(name.prefix(3))
                    press bcmcluster exec -c \(name) ''
                    press bcmcluster exec -c \(name) \(name)-01 \(name)-0
                    press bcmcluster exec -c \(name) -- l
                    """
                let result = try await sandbox.run("bash", ["--norc", "-c", script])
                #expect(result.errors == "" && result.succeeded)
                #expect(
                    result.output.split(separator: "\n", omittingEmptySubsequences: false) == [
                        "destroy", "stub", "--dry-run", "\(name)", "\(name)", "\(name)-00 \(name)-01", "\(name)-00", "",
                        "",
                    ])
                try await expectTabulator(sandbox)
            }
        }

        /// A person at a terminal.
        private func expectTabulator(_ sandbox: Sandbox) async throws {
            let screen = try await TmuxScreen(sandbox, columns: 120, rows: 20)
            try await screen.type("exec bash --norc --noprofile")
            try await screen.type(
                "PS1='> '; PATH=\"\(Product.folder):$PATH\"; source <(bcmcluster completion bash); clear")
            _ = try await screen.wait(for: ">")
            try await screen.press("bcmcluster dest")
            try await screen.press("Tab")
            _ = try await screen.wait(for: "> bcmcluster destroy")
            try await screen.press("--clu")
            try await screen.press("Tab")
            _ = try await screen.wait(for: "> bcmcluster destroy --cluster")
            try await screen.press("\(sandbox.cluster.prefix(3))")
            try await screen.press("Tab")
            _ = try await screen.wait(for: "> bcmcluster destroy --cluster \(sandbox.cluster)")
            await screen.close()
        }

        private struct Report: Decodable {
            struct Finding: Decodable {
                var topic: String
                var level: String
            }
            var version: Int
            var providers: [String]
            var findings: [Finding]
        }

        private func expectBundle(_ sandbox: Sandbox, _ secrets: Secrets) async throws {
            let name = sandbox.cluster
            let file = "\(sandbox.folder)/report.tar.gz"
            let said = try await sandbox.mustRun("logs", "-c", name, "--bundle", file)
            #expect(said.errors.contains("secrets left out"))
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
            try await sandbox.must("tar", ["-xzf", file, "-C", sandbox.folder])
            let folder = "\(sandbox.folder)/\(name)-bundle"
            let paths = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
            let texts = paths.compactMap { path in
                (try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)).map { (path, $0) }
            }
            for (path, text) in texts {
                for secret in secrets.all + [secrets.foreignToken] { #expect(!text.contains(secret), "\(path)") }
            }
            let contents = Dictionary(texts) { first, _ in first }
            #expect(contents["machines/\(name)-00/console.log"]?.contains("other <token>") == true)
            #expect(contents["machines/\(name)-00/cluster-list.txt"]?.contains("\(name)-01") == true)
            #expect(contents["machines/\(name)-01/cluster-list.txt"]?.contains("does not run") == true)
            #expect(contents["machines/\(name)-01/settings.txt"]?.contains("BCM_ENDPOINT_CPU_COUNT=2") == true)
            #expect(contents["record.json"]?.contains("\"identifier\"") == true)
            #expect(contents["versions.txt"]?.contains("lxd: ") == true)
            #expect(contents.keys.contains { $0.hasPrefix("tool/") && $0.hasSuffix("-up.log") })
            #expect(!contents.keys.contains { $0.contains("preseed") || $0.contains(".env") || $0.contains(".key") })
            let again = try await sandbox.bcmcluster("logs", "-c", name, "--bundle", file)
            #expect(again.ending == .exited(2))
            let inTheAir = try await sandbox.bcmcluster(
                "logs", "-c", name, "--bundle", "\(sandbox.folder)/none/x.tar.gz")
            #expect(inTheAir.ending == .exited(1))
            let left = try FileManager.default.contentsOfDirectory(atPath: sandbox.files().path)
            #expect(!left.contains { $0.hasPrefix("bundle-") })
        }
    }
}

/// Every secret of a cluster's files, found without the program's own reading of them.
private struct Secrets {
    let all: [String]
    /// A token that no file of the cluster's holds.
    let foreignToken = Data(#"{"client_name":"other","fingerprint":"aa","secret":"0123456789abcdef"}"#.utf8)
        .base64EncodedString()

    init(_ sandbox: Sandbox) throws {
        var found: [String] = []
        for member in try sandbox.record().members.map(\.name) {
            let environment = try String(contentsOfFile: sandbox.files().environment(member), encoding: .utf8)
            found += environment.matches(of: /BCM_LXD_SECRET=([A-Z0-9]{30})/).map { String($0.output.1) }
            let preseed = try String(contentsOfFile: sandbox.files().preseed(member), encoding: .utf8)
            for match in preseed.matches(of: /cluster_token: "([^"]+)"/) {
                let token = String(match.output.1)
                let content = try #require(Data(base64Encoded: token))
                let fields = try #require(try JSONSerialization.jsonObject(with: content) as? [String: Any])
                found += [token, try #require(fields["secret"] as? String)]
            }
        }
        all = found
    }
}

/// The first process of a machine by namespace.
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
