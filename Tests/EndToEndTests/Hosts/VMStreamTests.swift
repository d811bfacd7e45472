import Foundation
import Provisioning
import Testing

extension Hosts {
    /// What goes into VMs and comes out of them: commands, shells and files.
    @Suite struct VMStreams {
        @Test("exec keeps status and streams, shell has a terminal, files of any content go in and out exactly")
        func streams() async throws {
            try await TestHost.useMultipass("VX", 1) { sandbox, _, hosts in
                try await sandbox.mustRun("vm", "launch", "h0/box")
                try await commands(sandbox, hosts[0])
                try await files(sandbox)
                try await shell(sandbox, hosts[0])
            }
        }

        private func commands(_ sandbox: Sandbox, _ host: TestHost) async throws {
            let printed = try await sandbox.bcmcluster(
                "vm", "exec", "box", "--", "sh", "-c", "echo I am $(hostname) \"it's\"; echo err >&2; exit 7")
            #expect(printed == CommandResult(.exited(7), output: "I am box it's\n", errors: "err\n"))
            for status: Int32 in [0, 2, 127, 255] {
                let result = try await sandbox.bcmcluster("vm", "exec", "box", "--", "sh", "-c", "exit \(status)")
                #expect(result == CommandResult(.exited(status)))
            }
            let piped = try await sandbox.run(
                "sh", ["-c", "printf 'a\\nb' | \(Product.bcmcluster) vm exec h0/box -- cat; echo; echo $?"])
            #expect(piped.output == "a\nb\n0\n", "\(piped)")
            // More than is kept of a command's output, in less time than it would take to keep it first.
            let much = try await sandbox.run(
                "sh", ["-c", "\(Product.bcmcluster) vm exec box -- head -c 30000000 /dev/zero | wc -c"])
            #expect(much.output.trimmed == "30000000", "\(much)")
            try await sandbox.mustRun("vm", "stop", "box")
            let started = try await sandbox.mustRun("vm", "exec", "box", "--", "echo", "up")
            #expect(started.output == "up\n", "no spinner before it")
            #expect(try await host.calls(sandbox).suffix(3).map(\.first) == ["list", "start", "exec"])
            let plan = try await sandbox.mustRun("vm", "exec", "box", "--dry-run", "--", "touch", "made")
            #expect(
                plan.output.contains(
                    "ssh root@\(host.address) 'multipass exec box --no-map-working-directory -- touch made'"))
            #expect(try await sandbox.bcmcluster("vm", "exec", "box", "--", "ls", "made").ending == .exited(2))
        }

        @Test(
            "Folders go in and out as by cp -r; a file in a folder keeps its name; input of any length arrives or fails"
        )
        func foldersAndInput() async throws {
            try await TestHost.useMultipass("VF", 1) { sandbox, _, _ in
                try await sandbox.mustRun("vm", "launch", "h0/box")
                try await folders(sandbox)
                try await input(sandbox)
            }
        }

        private func folders(_ sandbox: Sandbox) async throws {
            let site = "\(sandbox.folder)/site"
            try await sandbox.must(
                "sh", ["-c", "mkdir -p \(site)/sub; echo one >\(site)/.hidden; echo 'a b' >\"\(site)/sub/x y\""])
            let plain = try await sandbox.bcmcluster("vm", "transfer", site, "box:")
            #expect(plain.ending == .exited(2) && plain.errors.contains("-r copies folders"), "\(plain)")

            try await sandbox.mustRun("vm", "exec", "box", "--", "mkdir", "srv")
            try await sandbox.mustRun("vm", "transfer", "\(site)/.hidden", "box:srv")
            #expect(try await sandbox.mustRun("vm", "exec", "box", "--", "ls", "-A", "srv").output == ".hidden\n")
            let nameless = "\(Product.bcmcluster) vm transfer - box:srv </dev/null"
            let refused = try await sandbox.run("sh", ["-c", nameless])
            #expect(refused.ending == .exited(2) && refused.errors.contains("write box:srv/FILE"), "\(refused)")

            for target in ["srv", "new", "srv"] {
                try await sandbox.mustRun("vm", "transfer", "-r", site, "box:\(target)")
            }
            let found = try await sandbox.mustRun("vm", "exec", "box", "--", "find", "srv", "new", "-type", "f")
            #expect(
                Set(found.output.split(separator: "\n")) == [
                    "srv/.hidden", "srv/site/.hidden", "srv/site/sub/x y", "new/.hidden", "new/sub/x y",
                ])
            let back = "\(sandbox.folder)/back"
            let closed = try await sandbox.bcmcluster("vm", "transfer", "box:new", back)
            #expect(closed.ending == .exited(2) && closed.errors.contains("box:new is a folder"), "\(closed)")
            try await sandbox.mustRun("vm", "transfer", "-r", "box:new", back)
            try await sandbox.must("diff", ["-r", site, back])
            try await sandbox.mustRun("vm", "transfer", "--recursive", "box:srv/site/", back)
            try await sandbox.must("diff", ["-r", site, "\(back)/site"])
            let none = try await sandbox.bcmcluster("vm", "transfer", "-r", site, "box:no/such")
            #expect(none.ending == .exited(1) && !none.errors.contains("transferred"), "\(none)")
            try await expectNothingLeft(sandbox)
        }

        private func input(_ sandbox: Sandbox) async throws {
            let big = "\(sandbox.folder)/big"
            try await sandbox.must("sh", ["-c", "head -c 5000000 /dev/urandom >\(big)"])
            let exec = "\(Product.bcmcluster) vm exec box --"
            let sum = try await sandbox.run("sh", ["-c", "cat \(big) | sha256sum; \(exec) sha256sum <\(big)"])
            let sums = sum.output.split(separator: "\n")
            #expect(sums.count == 2 && sums[0] == sums[1], "\(sum)")
            let status = try await sandbox.run(
                "sh", ["-c", "\(exec) sh -c 'wc -c; exit 7' ignored \"it's\" <\(big)"])
            #expect(status.ending == .exited(7) && status.output == "5000000\n", "\(status)")
            let piped = try await sandbox.run("sh", ["-c", "cat \(big) | \(exec) wc -c"])
            #expect(piped.ending == .exited(1) && piped.errors.contains("less than 2 MiB"), "\(piped)")
            let fits = try await sandbox.run("sh", ["-c", "head -c 2097151 \(big) | \(exec) wc -c"])
            #expect(fits == CommandResult(output: "2097151\n"), "\(fits)")
            // What comes slowly is passed on as it comes.
            let first = "mkfifo \(sandbox.folder)/f; (echo one; cat \(sandbox.folder)/f) | \(exec) head -n 1"
            #expect(try await sandbox.run("timeout", ["60", "sh", "-c", "\(first) & wait $!"]).output == "one\n")
            try await expectNothingLeft(sandbox)
        }

        private func expectNothingLeft(_ sandbox: Sandbox) async throws {
            let left = try await sandbox.mustRun(
                "vm", "exec", "box", "--", "find", "/var/tmp", "-name", "bcmcluster.*")
            #expect(left.output.isEmpty)
        }

        private func files(_ sandbox: Sandbox) async throws {
            let (here, back) = ("\(sandbox.folder)/here.bin", "\(sandbox.folder)/back.bin")
            try await sandbox.must("sh", ["-c", "head -c 20000001 /dev/urandom >\(here)"])
            try await sandbox.mustRun("vm", "transfer", here, "h0/box:")
            try await sandbox.mustRun("vm", "transfer", "box:here.bin", back)
            try await sandbox.must("cmp", [here, back])
            let ends =
                "\(Product.bcmcluster) vm transfer - box:pipe <\(here) && \(Product.bcmcluster) vm transfer box:pipe -"
            let sum = try await sandbox.run("sh", ["-c", "\(ends) | cmp - \(here)"])
            #expect(sum.succeeded, "\(sum)")
            try await sandbox.mustRun("vm", "transfer", "box:here.bin", "\(sandbox.folder)/hosts/")
            try await sandbox.must("cmp", [here, "\(sandbox.folder)/hosts/here.bin"])

            // A file that cannot be had leaves what stood in its place.
            let kept = try await sandbox.bcmcluster("vm", "transfer", "box:nothing", back)
            #expect(kept.ending == .exited(1) && kept.errors.contains("No such file"), "\(kept)")
            try await sandbox.must("cmp", [here, back])
            let names = try FileManager.default.contentsOfDirectory(atPath: sandbox.folder)
            #expect(!names.contains { $0.hasSuffix(".new") })
            // Our own disk is full.
            let small = "\(sandbox.folder)/small"
            let full = "mkdir \(small); mount -t tmpfs -o size=4m tmpfs \(small); echo old >\(small)/f"
            let get = "\(Product.bcmcluster) vm transfer box:here.bin \(small)/f; echo $?; ls \(small); cat \(small)/f"
            let cut = try await sandbox.run("unshare", ["--mount", "sh", "-c", "\(full); \(get)"])
            #expect(cut.output == "3\nf\nold\n" && cut.errors.contains("No space left on device"), "\(cut)")
            // The host's disk has 64 MB.
            try await sandbox.must("truncate", ["--size=80M", "\(sandbox.folder)/huge"])
            let huge = try await sandbox.bcmcluster("vm", "transfer", "\(sandbox.folder)/huge", "box:huge")
            #expect(huge.ending == .exited(1) && huge.errors.contains("No space left on device"), "\(huge)")
            let launch = try await sandbox.bcmcluster("vm", "launch", "h0/other")
            #expect(launch.ending == .exited(1) && launch.errors.contains("h0: multipass exited with status 2"))
            #expect(launch.errors.contains("No space left on device"), "\(launch)")
            try await sandbox.mustRun("vm", "list")
        }

        /// The stand-in's VMs have no terminals; a real multipass hands on the one that it has.
        private func shell(_ sandbox: Sandbox, _ host: TestHost) async throws {
            #expect(!host.hadTerminal(sandbox))
            let screen = try await TmuxScreen(sandbox, columns: 100, rows: 20)
            do { try await shell(sandbox, on: screen) } catch {
                await screen.close()
                throw error
            }
            await screen.close()
            #expect(host.hadTerminal(sandbox))
            let piped = try await sandbox.run(
                "sh", ["-c", "echo 'echo I am $(hostname); exit 4' | \(Product.bcmcluster) vm shell box; echo $?"])
            #expect(piped.output == "I am box\n4\n" && piped.errors.isEmpty, "\(piped)")
        }

        private func shell(_ sandbox: Sandbox, on screen: TmuxScreen) async throws {
            let variables = sandbox.environment.map { "\($0)='\($1)'" }.joined(separator: " ")
            try await screen.type("env \(variables) \(Product.bcmcluster) vm shell h0/box; echo ended with $?")
            try await screen.type("echo $(hostname) is here")
            _ = try await screen.wait(for: "box is here")
            try await screen.type("exit 5")
            _ = try await screen.wait(for: "ended with 5")
        }
    }
}
