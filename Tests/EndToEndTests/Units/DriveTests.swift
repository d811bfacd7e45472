import Foundation
import Provisioning
import Testing

extension Units {
    /// Root file systems in files of the user's, and images of registries, that become images of the cluster.
    @Suite struct Drives {
        @Test("A root file system as an archive, as a squashfs and as a whole image: once each, and refused otherwise")
        func drives() async throws {
            try await Sandbox.use("UI") { sandbox in
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "0")
                let root = try await sandbox.rootFileSystem()
                try await sandbox.must("tar", "-C", root, "-cJf", "\(sandbox.folder)/plain.img", ".")
                try await sandbox.must("mksquashfs", root, "\(sandbox.folder)/squash.img", "-quiet", "-no-progress")
                for (unit, drive) in [("tar", "plain.img"), ("squash", "squash.img"), ("whole", "tiny.tar.gz")] {
                    try await runs(unit, drive, sandbox)
                }
                try await refusals(sandbox)
                try await leavesNothing(sandbox)
            }
        }

        /// A unit of the drive is planned, made, and left as it is.
        private func runs(_ unit: String, _ drive: String, _ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            let path = try sandbox.drive(unit, drive)
            let before = try await sandbox.images()
            let plan = try await sandbox.mustRun("run", "-c", name, path, "--dry-run")
            #expect(plan.output.contains("\(Product.engine.client) image import"), "\(plan.output)")
            #expect(try await sandbox.images() == before)
            #expect(!FileManager.default.fileExists(atPath: try sandbox.files().image))

            try await sandbox.mustRun("run", "-c", name, path)
            let images = try await sandbox.images()
            #expect(images.count == before.count + 1)
            #expect(try await sandbox.exec(unit, "cat", "/root/text") == "there\n")

            let again = try await sandbox.mustRun("run", "-c", name, path)
            #expect(again.errors.contains("unchanged"), "\(again.errors)")
            let more = try sandbox.drive(unit, drive, "count = 2")
            try await sandbox.mustRun("run", "-c", name, more)
            #expect(try await sandbox.exec("\(unit)/2", "cat", "/root/text") == "there\n")
            #expect(try await sandbox.images() == images)
            #expect(!FileManager.default.fileExists(atPath: try sandbox.files().image))
        }

        private func refusals(_ sandbox: Sandbox) async throws {
            let (name, folder) = (sandbox.cluster, sandbox.folder)
            try await sandbox.must("truncate", "--size", "2M", "\(folder)/bare.img")
            try await sandbox.must("mke2fs", "-q", "-t", "ext4", "\(folder)/bare.img")
            try await sandbox.must("qemu-img", "create", "-q", "-f", "qcow2", "\(folder)/disk.img", "1M")
            try await sandbox.must("qemu-img", "create", "-q", "-f", "vmdk", "\(folder)/foreign.img", "1M")
            let count = try await sandbox.images()
            for (drive, status, sentence) in [
                ("bare.img", 2, "is a bare ext4 file system"), ("foreign.img", 2, "is a VMDK disk"),
                ("disk.img", 1, "is a virtual-machine image, and the unit needs a container"),
                ("refused.toml", 2, "has an unknown format"),
            ] as [(String, Int32, String)] {
                let path = try sandbox.drive("refused", drive, "type = \"container\"")
                let result = try await sandbox.bcmcluster("run", "-c", name, path)
                #expect(result.ending == .exited(status) && result.errors.contains(sentence), "\(result.errors)")
                #expect(result.errors.contains("hint:"), "\(result.errors)")
            }
            #expect(try await sandbox.images() == count)
        }

        /// An image whose making fails half-way leaves no folder behind.
        private func leavesNothing(_ sandbox: Sandbox) async throws {
            try await sandbox.must("tar", "-C", "\(sandbox.folder)/rootfs", "-cf", "\(sandbox.folder)/late.img", "sbin")
            // The first tar looks, and the second packs.
            try sandbox.write(
                "#!/bin/sh\ncase $1 in -tf) exec /bin/tar \"$@\" ;; esac\nexit 1\n", to: "shim/tar", mode: 0o755)
            let path = try sandbox.drive("late", "late.img")
            let result = try await sandbox.bcmcluster("run", "-c", sandbox.cluster, path, adding: sandbox.shimmed())
            #expect(
                result.ending == .exited(1) && result.errors.contains("tar exited with status 1"), "\(result.errors)")
            #expect(!FileManager.default.fileExists(atPath: try sandbox.files().image))
        }

        @Test(
            "An image of a registry, pulled by the engine or unpacked: what it runs, as whom, where; its port answers")
        func registry() async throws {
            try await Sandbox.use("UK") { sandbox in
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "0")
                let layout = try await makeLayout(sandbox)
                let host = try #require(try sandbox.state().subnet).address(1).description
                try await TestRegistry.serve(layout, at: host, sandbox) { registry in
                    let server = try await sandbox.client("query", "\(sandbox.cluster)-00:/1.0")
                    let page = Page(sandbox, registry, isPulled: server.contains("\"instance_oci\""))
                    try await page.isPlanned()
                    try await page.isServed()
                    try await page.changes()
                    try await page.moves()
                    try await page.isUnpackedOtherwise()
                }
            }
        }

        /// An image of one program in a layout of OCI's.
        private func makeLayout(_ sandbox: Sandbox) async throws -> String {
            let root = try await sandbox.rootFileSystem()
            try FileManager.default.createDirectory(
                atPath: "\(root)/srv/my page", withIntermediateDirectories: true)
            try "a page\n".write(toFile: "\(root)/srv/my page/index.html", atomically: true, encoding: .utf8)
            try FileManager.default.removeItem(atPath: "\(root)/sbin/init")
            let layout = "\(sandbox.folder)/oci"
            try await sandbox.must("umoci", "init", "--layout", layout)
            try await sandbox.must("umoci", "new", "--image", "\(layout):1")
            try await sandbox.must("umoci", "insert", "--image", "\(layout):1", root, "/")
            let process = ["-f", "-p", "127.0.0.1:80", "-h", "my page"].flatMap { ["--config.cmd", $0] }
            let words =
                ["config", "--image", "\(layout):1", "--config.entrypoint", "busybox", "--config.cmd", "httpd"]
                + process
                + ["--config.env", "PATH=/bin", "--config.env", "GREETING=of the image"]
                + ["--config.user", "1000:1000", "--config.workingdir", "/srv"]
            let result = try await sandbox.run("umoci", words)
            try #require(result.succeeded, "\(result.errors)")
            return layout
        }
    }
}

/// A unit whose image is of a registry: a page, which it shows at a port.
private struct Page {
    let sandbox: Sandbox
    let registry: TestRegistry
    /// Whether the engine pulls its image; else that is unpacked.
    let isPulled: Bool
    private var reference: String { "\(registry.address)/library/tiny:1" }
    private var name: String { sandbox.cluster }

    init(_ sandbox: Sandbox, _ registry: TestRegistry, isPulled: Bool) {
        self.sandbox = sandbox
        self.registry = registry
        self.isPulled = isPulled
    }

    private func unit(_ instance: String = "", environment: String = "", _ rest: String = "") throws -> String {
        try sandbox.write(
            """
            [spacecore]
            name = "page"
            [hardware]
            memory = 32
            ref = "\(reference)"
            [instance]
            \(instance)
            [instance.env]
            \(environment)
            [[port]]
            listen = 8080
            target = 80
            \(rest)
            """, to: "page.toml")
    }

    /// The plan fetches nothing, and says what the user has to know.
    func isPlanned() async throws {
        let plan = try await sandbox.mustRun("run", "-c", name, try unit(), "--dry-run")
        if isPulled {
            #expect(plan.output.contains("--wait --request POST") && plan.output.contains("/1.0/images"))
            #expect(plan.output.contains("pulled by \(Product.engine.title)"), "\(plan.output)")
        } else {
            #expect(plan.output.contains(" copy --quiet docker://\(reference) oci:"), "\(plan.output)")
            #expect(plan.output.contains("umoci unpack --image"))
        }
        #expect(plan.output.contains("lxc.net.0") || plan.output.contains("ipv4.address"), "\(plan.output)")
        #expect(registry.requests == [])
        let refused = try await sandbox.bcmcluster("run", "-c", name, try unit("type = \"vm\""))
        #expect(refused.ending == .exited(1), "\(refused.errors)")
        #expect(try await sandbox.images().isEmpty)
    }

    func isServed() async throws {
        try await sandbox.mustRun("run", "-c", name, try unit())
        let address = try #require(try sandbox.state().members[0].address)
        let page = try await SystemTime().wait(for: "the page", limit: .seconds(300), every: .milliseconds(100)) {
            let result = try await sandbox.run("busybox", ["wget", "-qO-", "http://\(address):8080/"])
            return result.succeeded ? result.output : nil
        }
        #expect(page == "a page\n")
        try await isConnected()

        // What the image says of its process: the user, words with a blank in them, and the folder from which they lead to the
        // page. The engine's own init is in its place where the engine has pulled it.
        let list = try await sandbox.exec("page", "busybox", "ps")
        let line = list.split(separator: "\n").first { $0.contains("httpd -f") }
        let process = try #require(line?.split(separator: " ").first.map(String.init), "\(list)")
        #expect((process == "1") != isPulled)
        let status = try await sandbox.exec("page", "cat", "/proc/\(process)/status")
        #expect(status.contains("Uid:\t1000\t") && status.contains("Gid:\t1000\t"), "\(status)")
        let words = ["busybox", "xargs", "-0", "-n", "1", "-a", "/proc/\(process)/cmdline"]
        let shown = try await sandbox.output(of: words, in: "page", at: #_sourceLocation) { !$0.isEmpty }
        #expect(shown == "busybox\nhttpd\n-f\n-p\n127.0.0.1:80\n-h\nmy page\n")
        #expect(try await sandbox.exec("page", "busybox", "env").contains("GREETING=of the image\n"))
    }

    /// No DHCP client is in it, and yet it has the address that it is shown with, a way out, and somebody to ask for names.
    private func isConnected() async throws {
        let address = try await SystemTime().wait(for: "its address", limit: .seconds(300), every: .milliseconds(100)) {
            try await sandbox.ps("page").first?.ipv4.first
        }
        let network = try await sandbox.exec("page", "busybox", "ip", "route")
        #expect(network.contains("src \(address)") && network.contains("default via "), "\(network)")
        let resolver = try await sandbox.exec("page", "cat", "/etc/resolv.conf")
        let server = try #require(resolver.split(separator: "\n").first { $0.hasPrefix("nameserver ") })
        #expect(network.contains("default via \(server.dropFirst("nameserver ".count)) "), "\(network) \(resolver)")
    }

    /// The unit's variables take the place of the image's, and give it back; nothing is fetched again.
    func changes() async throws {
        let images = try await sandbox.images()
        let requests = registry.requests
        let again = try await sandbox.mustRun("run", "-c", name, try unit())
        #expect(again.errors.contains("unchanged"), "\(again.errors)")
        let own = try unit(environment: "GREETING = \"of the unit\"")
        try await sandbox.mustRun("run", "-c", name, own)
        #expect(try await sandbox.exec("page", "busybox", "env").contains("GREETING=of the unit\n"))
        try await sandbox.mustRun("run", "-c", name, try unit())
        #expect(try await sandbox.exec("page", "busybox", "env").contains("GREETING=of the image\n"))
        let last = try await sandbox.mustRun("run", "-c", name, try unit())
        #expect(last.errors.contains("unchanged"), "\(last.errors)")
        // A new instance has the unit's own from its beginning.
        try await sandbox.mustRun("rm", "-c", name, "page", "--yes")
        try await sandbox.mustRun("run", "-c", name, try unit(environment: "GREETING = \"of the unit\""))
        #expect(try await sandbox.exec("page", "busybox", "env").contains("GREETING=of the unit\n"))
        try await sandbox.mustRun("run", "-c", name, try unit())
        #expect(try await sandbox.exec("page", "busybox", "env").contains("GREETING=of the image\n"))
        #expect(try await sandbox.images() == images)
        #expect(registry.requests == requests)
    }

    /// On a network of units it asks that network's gateway for names, from its next start on.
    func moves() async throws {
        let moved = try unit("", "[[network]]\nname = \"back\"")
        try await sandbox.mustRun("run", "-c", name, moved)
        try await sandbox.mustRun("unit", "restart", "-c", name, "page", "--force")
        try await isConnected()
        let resolver = try await sandbox.exec("page", "cat", "/etc/resolv.conf")
        #expect(resolver.contains("bcm"), "\(resolver)")
        let address = try #require(try await sandbox.ps("page").first?.ipv4.first)
        #expect(try await sandbox.exec("page", "busybox", "nslookup", "page.bcm").contains(address))
        let again = try await sandbox.mustRun("run", "-c", name, moved)
        #expect(again.errors.contains("unchanged"), "\(again.errors)")
    }

    /// An engine that pulls leaves a registry at which the user has a login to the user's own `skopeo`.
    ///
    /// Where a program is missing it is refused before anything is made, unless the cluster has the image.
    func isUnpackedOtherwise() async throws {
        for folder in ["bin", "sbin"] { try await sandbox.must("cp", "-as", "/usr/\(folder)", sandbox.folder) }
        try FileManager.default.removeItem(atPath: "\(sandbox.folder)/bin/umoci")
        let login = #"{"auths":{"\#(registry.address)":{"auth":"bWU6bm9uZQ=="}}}"#
        let user = ["REGISTRY_AUTH_FILE": try sandbox.write(login, to: "login.json")]
        let poor = user.merging(["PATH": "\(sandbox.folder)/bin:\(sandbox.folder)/sbin"]) { $1 }
        try await sandbox.mustRun("rm", "-c", name, "page", "--yes")
        let path = try unit()
        try await sandbox.mustRun("run", "-c", name, path, adding: poor)
        try await sandbox.mustRun("rm", "-c", name, "page", "--yes")
        for image in try await sandbox.images() { try await sandbox.client("image", "delete", image) }
        let refused = try await sandbox.bcmcluster("run", "-c", name, path, adding: poor)
        #expect(refused.ending == .exited(3), "\(refused.errors)")
        #expect(refused.errors.contains("which is not installed: umoci"), "\(refused.errors)")
        #expect(refused.errors.contains("hint: apt-get install skopeo umoci"))
        guard isPulled else { return }
        let plan = try await sandbox.mustRun("run", "-c", name, path, "--dry-run", adding: user)
        #expect(plan.output.contains("umoci unpack --image"), "\(plan.output)")
        try await sandbox.mustRun("run", "-c", name, path, adding: user)
        try await isConnected()
    }
}

extension Sandbox {
    /// Runs a program that has to succeed.
    fileprivate func must(_ program: String, _ arguments: String...) async throws {
        let result = try await run(program, arguments)
        try #require(result.succeeded, "\(program) \(arguments): \(result.errors)")
    }

    /// The tiny image's root file system in a folder, with a text of its own.
    fileprivate func rootFileSystem() async throws -> String {
        let image = try await TinyImage.make(in: folder)
        try await must("tar", "-C", folder, "-xzf", image, "rootfs")
        try "there\n".write(toFile: "\(folder)/rootfs/root/text", atomically: true, encoding: .utf8)
        try await must("tar", "-C", folder, "-xzf", image, "metadata.yaml")
        try await must("tar", "-C", folder, "-czf", image, "metadata.yaml", "rootfs")
        return "\(folder)/rootfs"
    }

    /// Writes a file into the sandbox and returns its path.
    @discardableResult
    fileprivate func write(_ text: String, to name: String, mode: UInt32 = 0o600) throws -> String {
        let path = "\(folder)/\(name)"
        if let slash = path.lastIndex(of: "/") { try LocalFiles().makeFolder(String(path[..<slash]), mode: 0o755) }
        try LocalFiles().write(text, to: path, mode: mode)
        return path
    }

    /// Writes the file of a unit with that drive and returns its path.
    fileprivate func drive(_ unit: String, _ drive: String, _ instance: String = "") throws -> String {
        try write(
            """
            [spacecore]
            name = "\(unit)"
            [hardware]
            memory = 32
            drive = "\(drive)"
            [instance]
            \(instance)
            """, to: "\(unit).toml")
    }

    /// The variables under which the sandbox's own programs are found first.
    fileprivate func shimmed() -> [String: String] {
        ["PATH": "\(folder)/shim:\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin")"]
    }

    /// The fingerprints of the cluster's images.
    fileprivate func images() async throws -> Set<String> {
        let text = try await client("image", "list", "\(cluster)-00:", "--format", "csv", "--columns", "F")
        return Set(text.split(separator: "\n").map(String.init))
    }

    /// What a command in a unit's instance prints.
    fileprivate func exec(_ unit: String, _ words: String...) async throws -> String {
        let output = try await output(of: words, in: unit, at: #_sourceLocation) { !$0.isEmpty }
        #expect(!output.isEmpty, "\(unit) \(words)")
        return output
    }
}
