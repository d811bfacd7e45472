import Foundation
import Provisioning
import Testing

extension Faults {
    /// Secrets are read by nobody but the user.
    @Suite struct Secrets {
        @Test(
            "No secret in any process, log, plan or answer of up, member add, host add and run; folders and files closed under any umask",
            arguments: ["000", "077"])
        func nobodySees(mask: String) async throws {
            try await Sandbox.use("ZS") { sandbox in
                try await TestHost.use(1, in: sandbox) { net, hosts in
                    let respondingMember = try await LXCWitness(sandbox)
                    let watch = ProcessWatch()
                    let watching = Task.detached { watch.sampleUntilCancelled() }
                    let unit = try Self.unit(in: sandbox)
                    func run(_ words: String...) async throws -> CommandResult {
                        let shell = ["-c", "umask \(mask); exec \"$@\"", "sh", Product.bcmcluster] + words
                        let path = respondingMember.path(before: try await net.personsPath())
                        let result = try await sandbox.run("sh", shell, adding: ["PATH": path])
                        try #require(result.succeeded, "\(words): \(result.errors)")
                        return result
                    }
                    var answers = [try await run("up", "-c", sandbox.cluster, "-m", "1")]
                    answers.append(try await run("member", "add", "-c", sandbox.cluster))
                    answers.append(try await run("host", "add", "h0", "root@\(hosts[0].address)"))
                    try await sandbox.importImage()
                    answers.append(try await run("run", "-c", sandbox.cluster, unit))
                    watching.cancel()
                    await watching.value
                    let own = try secrets(of: sandbox)
                    #expect(own.count == 5, "three members' secrets and two join tokens")
                    for secret in own { #expect(watch.sightings(of: secret) == []) }
                    // A variable of an instance is in the environment of what runs there.
                    let secrets = own + [Self.password, Self.userData]
                    for secret in secrets { #expect(watch.commandLines(with: secret) == []) }
                    #expect(watch.sightings(of: "PRIVATE KEY") == [])
                    print(
                        "secrets, umask \(mask): \(watch.rounds) looks at all processes, \(watch.count) command lines and environments"
                    )
                    let address = try #require(sandbox.state().members.first?.address)
                    #expect(watch.tokens(to: "\(address)") == [], "no token on a command line, here or in a machine")
                    #expect(try respondingMember.tokens(to: "\(address)") == [], "and none was ever given to lxc")
                    try modes(below: sandbox.runtime)
                    try daemonsModes(sandbox)
                    answers += [
                        try await sandbox.bcmcluster("up", "-c", sandbox.cluster, "-m", "3", "--dry-run"),
                        try await sandbox.bcmcluster("up", "-c", sandbox.cluster, "-m", "3", "--dry-run", "--json"),
                        try await sandbox.bcmcluster("destroy", "-c", sandbox.cluster, "--dry-run", "--json"),
                        try await sandbox.bcmcluster("list", "--json"),
                        try await sandbox.bcmcluster("up", "-c", sandbox.cluster, "-m", "0"),
                    ]
                    let texts = answers.flatMap { [$0.output, $0.errors] } + (try logs(of: sandbox))
                    for secret in secrets { #expect(!texts.contains { $0.contains(secret) }) }
                    try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
                }
            }
        }

        private static let password = "hunter2-is-secret"
        private static let userData = "open-sesame-4711"

        private static func unit(in sandbox: Sandbox) throws -> String {
            _ = try sandbox.write("#cloud-config\npassword: \(userData)\n", to: "user-data.yml")
            return try sandbox.unit(
                "web", "[instance.env]\nDB_PASSWORD = \"\(password)\"", instance: "user-data = \"user-data.yml\"")
        }

        /// What the daemons write for themselves, whatever the user's umask is: no key that others read, nothing that they
        /// write.
        private func daemonsModes(_ sandbox: Sandbox) throws {
            let machine = "/var/lib/bcmcluster/machines/\(sandbox.cluster)-00/\(Product.engine.name)"
            for name in ["server.key", "cluster.key", "server.crt", "database/local.db"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(machine)/\(name)")
                let mode = try #require((attributes[.posixPermissions] as? NSNumber)?.intValue)
                #expect(
                    mode & 0o022 == 0 && (!name.hasSuffix(".key") || mode & 0o077 == 0),
                    "\(name): \(String(mode, radix: 8))")
            }
        }

        @Test(
            "An intercepted connection: the remote is refused and left absent, nothing secret was sent, the next up works"
        )
        func inTheMiddle() async throws {
            try await Sandbox.use("ZM") { sandbox in
                let first = "10.213.240.10"
                let middle = try await ManInTheMiddle(sandbox, in: first)
                let up = try await sandbox.bcmcluster("up", "-c", sandbox.cluster, "--network", "10.213.240.0/22")
                await middle.leave()
                #expect(up.ending == .exited(1))
                #expect(up.errors.contains("the connection may be intercepted"), "\(up.errors)")
                let remotes = try await sandbox.client("remote", "list", "--format", "csv")
                #expect(!remotes.contains(sandbox.cluster))
                let pinned = "\(sandbox.clientConfiguration)/servercerts/\(sandbox.cluster)-00.crt"
                #expect(!FileManager.default.fileExists(atPath: pinned))
                try await sandbox.mustRun("up", "-c", sandbox.cluster)
                #expect(try await sandbox.online().count == 1)
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
            }
        }

        @Test("A client that nobody accounts for is reported until it is removed, or accepted by the user")
        func foreignClients() async throws {
            try await Sandbox.use("ZF") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name)
                try await sandbox.mustRun("status", "-c", name)
                let thief = "\(sandbox.folder)/thief"
                try await sandbox.must(
                    "openssl",
                    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
                        + ["-subj", "/CN=thief", "-keyout", "\(thief).key", "-out", "\(thief).crt"])
                func add() async throws {
                    try await sandbox.client(Product.trustArguments("\(thief).crt", "thief"))
                }
                func fingerprint() async throws -> String {
                    struct Entry: Decodable { var name: String, fingerprint: String }
                    let text = try await sandbox.client("config", "trust", "list", "--format", "json")
                    let entries = try JSONDecoder().decode([Entry].self, from: Data(text.utf8))
                    return String(try #require(entries.first { $0.name == "thief" }).fingerprint.prefix(12))
                }
                try await add()
                let mark = try await fingerprint()
                let reported = try await sandbox.bcmcluster("status", "-c", name, "--json")
                #expect(reported.ending == .exited(4) && reported.output.contains(#""foreign-client""#))
                #expect(reported.output.contains(mark))
                let left = try await sandbox.bcmcluster("repair", "-c", name, "--yes")
                #expect(left.ending == .exited(4) && left.errors.contains("repair -c \(name) --accept \(mark)"))
                try await sandbox.client("config", "trust", "remove", mark)
                try await sandbox.mustRun("status", "-c", name)
                try await add()
                let unknown = try await sandbox.bcmcluster("repair", "-c", name, "--accept", "000000000000")
                #expect(unknown.ending == .exited(2), "\(unknown.errors)")
                try await sandbox.mustRun("repair", "-c", name, "--accept", mark)
                try await sandbox.mustRun("status", "-c", name)
                try await sandbox.mustRun("destroy", "-c", name, "--yes")
            }
        }

        /// What is in the members' `.env` files and preseeds.
        private func secrets(of sandbox: Sandbox) throws -> [String] {
            let folder = try sandbox.files()
            return try sandbox.state().members.map(\.name).flatMap { member in
                let preseed = try String(contentsOfFile: folder.preseed(member, Product.engine), encoding: .utf8)
                let path = folder.environment(member)
                let file = try EnvironmentFile(String(contentsOfFile: path, encoding: .utf8), path: path)
                return preseed.split(separator: "\n").compactMap { line -> String? in
                    guard let label = line.firstRange(of: "cluster_token: ") else { return nil }
                    return String(line[label.upperBound...]).replacing("\"", with: "")
                } + [file.values["BCM_LXD_SECRET"]].compactMap { $0 }
            }
        }

        private func logs(of sandbox: Sandbox) throws -> [String] {
            let logs = try sandbox.files().logs
            return try FileManager.default.contentsOfDirectory(atPath: logs).map {
                try String(contentsOfFile: "\(logs)/\($0)", encoding: .utf8)
            }
        }

        private func modes(below folder: String) throws {
            let files = FileManager.default
            for name in [""] + (files.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []) {
                let attributes = try files.attributesOfItem(atPath: "\(folder)/\(name)")
                let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue
                let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
                #expect(mode == (isFolder ? 0o700 : 0o600), "\(name)")
            }
        }
    }
}
