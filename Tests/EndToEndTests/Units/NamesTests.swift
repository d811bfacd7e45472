import Foundation
import Provisioning
import Testing

extension Units {
    /// Names that are taken, runOptions that cannot be met, and the life of instances, on one cluster.
    @Suite struct Names {
        @Test("Names that others have; what does not fit; Hypercore's file; verbs; a member that leaves")
        func manners() async throws {
            try await Sandbox.use("UB") { sandbox in
                try await sandbox.upWithImage(members: 2)
                try await takenNames(sandbox)
                try await whatDoesNotFit(sandbox)
                try await hypercore(sandbox)
                try await verbs(sandbox)
                try await inside(sandbox)
                try await replacing(sandbox)
                try await memberLeaves(sandbox)
                try await copies(sandbox)
            }
        }

        private func takenNames(_ sandbox: Sandbox) async throws {
            try await sandbox.client("init", "tiny", "web-2", "--quiet")
            let web = try sandbox.unit("web", count: 2)
            try await sandbox.refuses(
                "run", web, saying: "instance web-2 already exists, and was not created by bcmcluster")
            #expect(try await sandbox.ps() == [], "nothing was made")
            try await sandbox.client("delete", "web-2")

            let one = try sandbox.unit("one", #"[[network]]\#nname = "shared"\#naddress = "10.79.0.1/24""#)
            try await sandbox.mustRun("run", "-c", sandbox.cluster, one)
            let two = try sandbox.unit("two", #"[[network]]\#nname = "shared"\#naddress = "10.80.0.1/24""#)
            try await sandbox.refuses(
                "run", two, saying: "the network shared has 10.79.0.0/24, and one-1 is on it")
            try await sandbox.refuses("ps", "ome", status: 5, saying: "did you mean one?")
            // A unit's instance may be called like another unit's: one-1 has the first in one-1-1.
            let nested = try sandbox.unit("one-1")
            try await sandbox.mustRun("run", "-c", sandbox.cluster, nested)
            #expect(try await sandbox.ps("one").map(\.name) == ["one-1"])
            try await sandbox.mustRun("rm", "-c", sandbox.cluster, "one", "--yes")
            #expect(try await sandbox.ps().map(\.name) == ["one-1-1"], "only what bears its mark")
            try await sandbox.mustRun("rm", "-c", sandbox.cluster, "one-1", "--yes")
        }

        private func whatDoesNotFit(_ sandbox: Sandbox) async throws {
            let large = try sandbox.unit("large", count: 3, memory: 1 << 20)
            try await sandbox.refuses("run", large, saying: "large-1 cannot be placed: it needs 1T of memory")
            let ported = try sandbox.unit("ported", count: 3, "[[port]]\nlisten = 8443")
            try await sandbox.refuses("run", ported, saying: "ported-1 cannot be placed: on each member")
            let twice = try sandbox.unit("twice", count: 3, "[[port]]\nlisten = 9000")
            try await sandbox.refuses("run", twice, saying: "twice-3 cannot be placed: on each member")
            let machine = try sandbox.unit("machine", instance: #"type = "vm""#)
            let refused = try await sandbox.bcmcluster("run", "-c", sandbox.cluster, machine)
            #expect(refused.ending == .exited(1))
            #expect(
                refused.errors.contains("can run virtual machines")
                    || refused.errors.contains("is a container image"))
            try await virtualMachine(sandbox)
            let odd = try sandbox.write("[spacecore]\nnane = \"x\"\n[hardware]\nref = \"tiny\"\n", to: "odd.toml")
            try await sandbox.refuses("run", odd, status: 2, saying: "\(odd), line 2, column 1: ")
            try await sandbox.refuses("run", odd, status: 2, saying: "did you mean name?")
            try await sandbox.refuses("run", "/nowhere.toml", status: 2, saying: "file /nowhere.toml not found")
            let unknown = try sandbox.write("[spacecore]\nname = \"x\"\n[hardware]\nref = \"tinu\"\n", to: "x.toml")
            try await sandbox.refuses("run", unknown, status: 2, saying: "image tinu not found")
            try await sandbox.refuses("run", unknown, status: 2, saying: "did you mean tiny?")
            #expect(try await sandbox.ps() == [], "nothing was made")
        }

        /// A VM up to what LXD says: where it can run none, why, before anything is made.
        private func virtualMachine(_ sandbox: Sandbox) async throws {
            try await sandbox.must("qemu-img", ["create", "-q", "-f", "qcow2", "\(sandbox.folder)/disk.qcow2", "16M"])
            let path = try sandbox.write(
                """
                [spacecore]
                name = "vm"
                [hardware]
                memory = 64
                drive = "disk.qcow2"
                [[port]]
                listen = 7000
                """, to: "vm.toml")
            let result = try await sandbox.bcmcluster("run", "-c", sandbox.cluster, path)
            if result.succeeded {
                let device = try await sandbox.client("config", "device", "get", "vm-1", "port-tcp-7000", "nat")
                #expect(device.trimmed == "true")
                try await sandbox.mustRun("rm", "-c", sandbox.cluster, "vm", "--yes")
            } else {
                #expect(result.ending == .exited(1))
                #expect(try await sandbox.client("image", "list", "--format", "csv").split(separator: "\n").count == 1)
                #expect(
                    result.errors.contains(/no member of \S+ can run virtual machines \(LXD: .+\)/), "\(result.errors)")
            }
        }

        /// `hac.toml` as Hypercore has it, the image a file beside it.
        private func hypercore(_ sandbox: Sandbox) async throws {
            let path = try sandbox.write(
                """
                [spacecore]
                name = "example"
                description = "a microVM"

                [hardware]
                cores = 1
                memory = 64
                ref = "./tiny.tar.gz"
                interface = "\(Product.engine.bridge)"
                """, to: "hac.toml")
            let run = try await sandbox.mustRun("run", "-c", sandbox.cluster, path)
            #expect(run.errors.contains("note: example: using containers"), "\(run.errors)")
            #expect(try await sandbox.ps("example").map(\.state) == ["running"])
            #expect(try await sandbox.changes("run", path).map(\.sign) == ["="])
            try await sandbox.mustRun("rm", "-c", sandbox.cluster, "example", "--yes")
        }

        private func verbs(_ sandbox: Sandbox) async throws {
            let path = try sandbox.unit("box", count: 2)
            try await sandbox.mustRun("run", "-c", sandbox.cluster, path)
            func states(after verb: String, _ unit: String, _ more: String...) async throws -> [String] {
                _ = try await sandbox.run(Product.bcmcluster, ["unit", verb, "-c", sandbox.cluster, unit] + more)
                return try await sandbox.ps("box").map(\.state)
            }
            #expect(try await states(after: "pause", "box") == ["paused", "paused"])
            #expect(try await states(after: "resume", "box/2") == ["paused", "running"])
            #expect(try await states(after: "resume", "box") == ["running", "running"])
            #expect(try await states(after: "stop", "box/1", "--dry-run") == ["running", "running"])
            #expect(try await states(after: "stop", "box/1") == ["stopped", "running"])
            let refused = try await sandbox.bcmcluster("unit", "resume", "-c", sandbox.cluster, "box/1")
            #expect(refused.ending == .exited(1) && refused.errors.contains("box-1 is stopped"))
            let again = try await sandbox.mustRun("unit", "stop", "-c", sandbox.cluster, "box/1", "--json")
            #expect(again.lastLine.contains(#""changed":false"#))
            #expect(try await states(after: "start", "box/1") == ["running", "running"])
            let before = try await sandbox.ps("box").map(\.since)
            #expect(try await states(after: "restart", "box", "--force") == ["running", "running"])
            #expect(try await sandbox.ps("box").map(\.since) != before)
        }

        /// Commands in instances, their consoles, and which instance is meant.
        private func inside(_ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            try await sandbox.expect("box-1: box-1\nbox-2: box-2", by: "hostname", in: "box")
            let script = "echo $0 | \(Product.bcmcluster) unit exec -c \(name) box/2 -- sh -c 'cat; exit 3'"
            let piped = try await sandbox.run("sh", ["-c", script, "through"])
            #expect(piped.output == "through\n" && piped.ending == .exited(3))
            let logs = try await sandbox.mustRun("unit", "logs", "-c", name, "box")
            #expect(
                logs.output.contains("box-1: udhcpc: ") && logs.output.contains("box-2: udhcpc: "), "\(logs.output)")
            let several = try await sandbox.bcmcluster("unit", "console", "-c", name, "box")
            #expect(several.ending == .exited(2) && several.errors.contains("specify one: box/1, box/2"))
            let none = try await sandbox.bcmcluster("unit", "logs", "-c", name, "box/7")
            #expect(none.ending == .exited(5) && none.errors.contains("box has no instance 7"))
        }

        /// Another image is another instance: only where the user names it.
        private func replacing(_ sandbox: Sandbox) async throws {
            // The same image in other words is no other image.
            let path = try sandbox.unit("box", count: 2)
            let text = try String(contentsOfFile: path, encoding: .utf8)
            _ = try sandbox.write(
                text.replacing(#""tiny""#, with: "\"\(try await fingerprint(sandbox).prefix(12))\""), to: "box.toml")
            #expect(try await sandbox.changes("run", path).filter(\.isInstance).map(\.sign) == ["~", "~"])
            _ = try sandbox.write(text, to: "box.toml")
            #expect(try await sandbox.changes("run", path).filter(\.isInstance).map(\.sign) == ["~", "~"])
            try await sandbox.client("init", "tiny", "other", "--quiet")
            try await sandbox.client("publish", "other", "--alias", "tiny2", "--quiet")
            try await sandbox.client("delete", "other")
            _ = try sandbox.write(text.replacing(#""tiny""#, with: #""tiny2""#), to: "box.toml")
            _ = try await sandbox.inside("box/1", "sh", "-c", "echo kept > /root/here")
            try await sandbox.refuses(
                "run", path, saying: "box-1 would be recreated without its data: image tiny → tiny2")
            try await sandbox.refuses("run", path, "--replace", "box-1", saying: "box-2 would be recreated")
            try await sandbox.refuses("run", path, "--replace", "bex", status: 2, saying: "did you mean box?")
            // Nothing goes before there is what it is to be made from again.
            let junk = try sandbox.write("no archive", to: "junk.tar.gz")
            _ = try sandbox.write(text.replacing(#""tiny""#, with: "\"\(junk)\""), to: "box.toml")
            try await sandbox.refuses("run", path, "--replace", "box", status: 2, saying: "junk.tar.gz")
            #expect(try await sandbox.ps("box").map(\.state) == ["running", "running"])
            _ = try sandbox.write(text.replacing(#""tiny""#, with: #""tiny2""#), to: "box.toml")
            let changes = try await sandbox.changes("run", path, "--replace", "box-1,box-2", "--yes")
            #expect(
                changes.map(\.brief) == [
                    "= network box", "- instance box-1", "+ instance box-1", "- instance box-2", "+ instance box-2",
                ])
            #expect(try await sandbox.changes("run", path).map(\.sign) == ["=", "=", "="])
        }

        private func fingerprint(_ sandbox: Sandbox) async throws -> String {
            try await sandbox.client("image", "list", "--format", "csv", "--columns", "F").trimmed
        }

        /// What can move goes along to another member, and runs there.
        private func memberLeaves(_ sandbox: Sandbox) async throws {
            let leaving = "\(sandbox.cluster)-01"
            #expect(try await sandbox.ps("box").contains { $0.member == leaving })
            // One of them is off when it moves, and LXD forgets that it ever ran.
            _ = try await sandbox.inside("box", "sh", "-c", "echo precious > /root/kept")
            let moving = try #require(try await sandbox.ps("box").first { $0.member == leaving }?.name)
            try await sandbox.mustRun(
                "unit", "stop", "-c", sandbox.cluster, moving.replacing("box-", with: "box/"))
            try await sandbox.mustRun("member", "remove", "-c", sandbox.cluster, leaving, "--yes")
            let shown = try await sandbox.ps("box")
            #expect(shown.map(\.member) == ["\(sandbox.cluster)-00", "\(sandbox.cluster)-00"])
            let path = "\(sandbox.folder)/box.toml"
            let changes = try await sandbox.changes("run", path)
            #expect(changes.filter { $0.sign == "~" }.map(\.name) == [moving])
            try await sandbox.expect("box-1: precious\nbox-2: precious", by: "cat", "/root/kept", in: "box")
            #expect(try await sandbox.changes("run", path).map(\.sign) == ["=", "=", "="])
        }

        /// What the user copies is the user's, though the marks are copied along.
        private func copies(_ sandbox: Sandbox) async throws {
            try await sandbox.client("stop", "box-1", "--force")
            try await sandbox.client("copy", "box-1", "box-3", "--quiet")
            try await sandbox.client("copy", "box-1", "golden", "--quiet")
            // The copies have its address, so it gets another one to be started with.
            let changes = try await sandbox.changes("run", "\(sandbox.folder)/box.toml")
            #expect(changes.filter { $0.sign != "=" }.map(\.brief) == ["~ network box", "~ instance box-1"])
            try await sandbox.refuses("rm", "box", "--yes", status: 4, saying: "box is kept: box-3 uses it")
            #expect(try await sandbox.client("list", "--format", "csv", "--columns", "n") == "box-3\ngolden\n")
        }
    }
}
