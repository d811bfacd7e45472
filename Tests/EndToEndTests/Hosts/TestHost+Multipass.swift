import Foundation
import Provisioning
import Testing

extension TestHost {
    /// Hosts with a stand-in multipass on each, which the user has added; the sandbox's PATH has the `ssh` that knows them.
    ///
    /// The stand-in's VMs are its light ones: folders, and names for what runs in them.
    static func useMultipass(
        _ prefix: String, _ count: Int, _ body: (Sandbox, Net, [TestHost]) async throws -> Void
    ) async throws {
        try await Sandbox.use(prefix) { plain in
            try await TestHost.use(count, in: plain) { net, hosts in
                let sandbox = plain.adding(["PATH": try await net.personsPath()])
                for host in hosts {
                    try await host.installMultipass(sandbox)
                    try await sandbox.mustRun("host", "add", host.name, "root@\(host.address)")
                }
                try await body(sandbox, net, hosts)
            }
        }
    }

    /// Puts the stand-in where commands by SSH find it, with a disk of 64 MB for all that it keeps.
    private func installMultipass(_ sandbox: Sandbox) async throws {
        let folder = "\(sandbox.folder)/hosts/\(name)/multipass"
        let script = """
            #!/bin/sh
            [ ! -e \(folder).slow ] || sleep 1
            [ ! -t 0 ] || [ ! -t 1 ] || touch \(folder).terminal
            export MULTIPASS_STAND_IN_DIR=\(folder) MULTIPASS_STAND_IN_LIGHT=1
            exec \(Product.multipassStandIn) "$@"

            """
        try await Executable.write(script, to: "\(folder).program")
        let mounting = """
            mkdir \(folder)
            mount -t tmpfs -o size=64m tmpfs \(folder)
            mount -t tmpfs tmpfs /usr/local/sbin
            cp \(folder).program /usr/local/sbin/multipass
            """
        try await sandbox.must("nsenter", ["--mount", "--target", "\(server)", "sh", "-ec", mounting])
    }

    /// Its `sshd`; the process before it is the one that made its namespaces.
    private var server: Int32 {
        get async throws { try #require(try await processes().dropFirst().first, "\(name) does not run") }
    }

    /// Makes every call of its multipass a second slower.
    func slowDown(_ sandbox: Sandbox) throws {
        try "".write(toFile: "\(sandbox.folder)/hosts/\(name)/multipass.slow", atomically: false, encoding: .utf8)
    }

    /// Whether its multipass has ever had a terminal.
    func hadTerminal(_ sandbox: Sandbox) -> Bool {
        FileManager.default.fileExists(atPath: "\(sandbox.folder)/hosts/\(name)/multipass.terminal")
    }

    /// Makes its launches take so long.
    func setLaunch(seconds: Int, _ sandbox: Sandbox) async throws {
        let path = "/proc/\(try await server)/root\(sandbox.folder)/hosts/\(name)/multipass/faults.json"
        try #"{"every": {"launchSeconds": \#(seconds)}}"#.write(toFile: path, atomically: false, encoding: .utf8)
    }

    /// What its multipass was called with, call by call.
    func calls(_ sandbox: Sandbox) async throws -> [[String]] {
        let path = "/proc/\(try await server)/root\(sandbox.folder)/hosts/\(name)/multipass/calls.log"
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        return try lines.map { try JSONDecoder().decode([String].self, from: Data($0.utf8)) }
    }

    /// Calls its multipass as somebody there would.
    @discardableResult
    func multipass(_ sandbox: Sandbox, _ arguments: String...) async throws -> String {
        let entering = ["--mount", "--pid", "--target", "\(try await server)", "/usr/local/sbin/multipass"]
        let result = try await sandbox.run("nsenter", entering + arguments)
        try #require(result.succeeded, "multipass \(arguments) on \(name): \(result.errors)")
        return result.output
    }
}
