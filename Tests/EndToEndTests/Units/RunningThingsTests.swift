import Foundation
import Provisioning
import Testing

extension Units {
    /// What the README promises of running things.
    @Suite struct RunningThings {
        @Test("The files and the commands of the README, as written")
        func asWritten() async throws {
            let readme = try String(contentsOfFile: "\(Product.sources)/README.md", encoding: .utf8)
            let section = try part(of: readme, from: "## Running things\n", to: "\n## ")
            let files = section.components(separatedBy: "```toml\n").dropFirst().compactMap {
                $0.components(separatedBy: "```").first
            }
            #expect(files.count == 2)
            // What the user types, without the remark behind it.
            let commands = section.split(separator: "\n").filter { $0.hasPrefix("    $ ") }.map { line in
                String(line.dropFirst(6)).components(separatedBy: "  #")[0]
            }
            #expect(commands.count > 8)
            try await Sandbox.use("UR") { sandbox in
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "2")
                for file in files {
                    _ = try sandbox.write(file, to: "\(try part(of: file, from: "name = \"", to: "\"")).toml")
                }
                let second = try #require(try sandbox.state().members[1].address)
                for command in commands {
                    let line = command.replacing("-c DEV", with: "-c \(sandbox.cluster)")
                        .replacing("10.64.0.11", with: "\(second)")
                        .replacing("scripts/", with: "\(Product.sources)/scripts/")
                    let result = try await type(line, sandbox)
                    #expect(result.succeeded, "\(line): \(result.errors)")
                    if command.hasPrefix("curl") {
                        #expect(result.output == "db-1\n", "what db has told web by its name")
                    }
                    if command.contains(" ps ") { #expect(result.output.contains(/web-2 +container +running/)) }
                }
                #expect(try await sandbox.ps() == [])
                #expect(try await sandbox.mustRun("volume", "list", "-c", sandbox.cluster).output.isEmpty)
            }
        }

        private func part(of text: String, from start: String, to end: String) throws -> String {
            let rest = try #require(text.range(of: start)).upperBound
            let stop = try #require(text.range(of: end, range: rest..<text.endIndex)).lowerBound
            return String(text[rest..<stop])
        }

        /// As the user would in the tree.
        private func type(_ line: String, _ sandbox: Sandbox) async throws -> CommandResult {
            let programs = Product.bcmcluster.split(separator: "/").dropLast().joined(separator: "/")
            let path = "PATH=/\(programs):\(Product.path)"
            return try await sandbox.run("env", ["-C", sandbox.folder, path, "sh", "-c", line])
        }
    }
}
