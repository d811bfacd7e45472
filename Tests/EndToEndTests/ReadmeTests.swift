import Foundation
import Provisioning
import Testing

extension EndToEnd {
    /// What the README shows to those who build from source.
    @Suite struct Readme {
        @Test("The two commands of the README, as written: make up makes DEV with three members, destroy takes it down")
        func twoCommands() async throws {
            try await Sandbox.use("D") { sandbox in
                let readme = try String(contentsOfFile: "\(Product.sources)/README.md", encoding: .utf8)
                let commands = readme.split(separator: "\n").compactMap { line in
                    line.wholeMatch(of: /\s*\$ (.*?)(?:  +#.*)?/).map { String($0.output.1) }
                }
                #expect(commands.contains("make up"))
                let destroy = try #require(commands.first { $0.contains("bcmcluster destroy -c DEV") })
                // As the user would type them, in the tree, with the program that was built on the way.
                let path = "\(Product.sources)/.build/static/release:\(Product.path)"
                func type(_ line: String) async throws -> CommandResult {
                    try await sandbox.run(
                        "env", ["-u", "BCM_RUNTIME_DIR", "-C", Product.sources, "PATH=\(path)", "sh", "-c", line])
                }
                let up = try await type("make up")
                let online = try? await sandbox.online("DEV-00")
                let down = try await type("\(destroy) --yes")
                #expect(up.succeeded, "\(up.errors)")
                #expect(online == ["DEV-00", "DEV-01", "DEV-02"])
                #expect(down.succeeded, "\(down.errors)")
                #expect(try HostFiles.machines().filter { $0.hasPrefix("DEV-") } == [])
            }
        }
    }
}
