import Foundation
import Provisioning
import Testing

/// A hundred hosts, of which ten hang.
///
/// A hundred real `sshd`s are more than a small machine has at a time: here `ssh` is a program that answers as
/// OpenSSH would, or hangs, for `h90` to `h99`. Several hundred processes start within five seconds: it runs alone.
@Suite struct ManyHosts {
    @Test("A hundred hosts of which ten hang: ninety rows within the limit, with little memory and few open files")
    func hundred() async throws {
        try await Sandbox.use("HM") { plain in
            let sandbox = plain.adding(["PATH": try await path(plain)])
            let store = HostStore(runtime: sandbox.runtime, files: LocalFiles(), time: SystemTime())
            for number in 0..<100 {
                try await store.add(Host(name: HostName("h\(number)"), destination: "at-\(number)"))
            }
            for (command, state) in [("host", #""state" : "up""#), ("vm", #""state" : "running""#)] {
                let start = ContinuousClock.now
                let (result, peak) = try await watched(sandbox, [command, "list", "--json"])
                let took = ContinuousClock.now - start
                let rows = result.output.ranges(of: state).count
                // This machine is a host too, and has no multipass.
                #expect(result.ending == .exited(4) && rows == (command == "host" ? 91 : 90), "\(result.errors)")
                #expect(took < .seconds(20), "\(command) list took \(took)")
                #expect(peak.kilobytes < 64_000 && peak.files < 128, "\(command) list: \(peak)")
                print("\(command) list over 100 hosts of which 10 hang: \(took), \(peak)")
            }
        }
    }

    private func path(_ sandbox: Sandbox) async throws -> String {
        let folder = "\(sandbox.folder)/bin"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await Executable.write(Self.ssh, to: "\(folder)/ssh")
        return "\(folder):/usr/sbin:/usr/bin:/sbin:/bin"
    }

    private static let vms =
        #"{"list":[{"ipv4":["192.0.2.1"],"name":"box","release":"Ubuntu 24.04 LTS","state":"Running"}]}"#
    private static let disk =
        "Filesystem 1024-blocks Used Available Capacity Mounted\\n/dev/vda 200 50 150 25%% /\\n"
    private static let ssh = """
        #!/bin/sh
        case " $* " in
        *" -O "*) exit 0 ;;
        *" at-9"[0-9]" "*) sleep 600 ;;
        *" -N "*) exit 0 ;;
        esac
        for script; do :; done
        case "$script" in
        *"multipass list"*) echo '\(vms)' ;;
        *meminfo*) printf 'MemTotal: 8000 kB\\nMemAvailable: 4000 kB\\n' ;;
        *"df -Pk"*) printf '\(disk)' ;;
        *nproc*) echo 8 ;;
        *"id -u"*) echo 0 ;;
        esac

        """

    /// What a run took at its height.
    private struct Peak {
        var kilobytes = 0
        var files = 0
    }

    /// Runs the tool, and looks meanwhile at what it takes.
    private func watched(_ sandbox: Sandbox, _ arguments: [String]) async throws -> (CommandResult, Peak) {
        let number = "\(sandbox.folder)/number-\(arguments[0])"
        let watch = Task {
            var peak = Peak()
            while !Task.isCancelled {
                Self.look(number, &peak)
                try? await Task.sleep(for: .milliseconds(5))
            }
            return peak
        }
        // The shell becomes the tool, so its number is the tool's.
        let words = ["-c", #"echo $$ >"$0" && exec "$@""#, number, Product.bcmcluster] + arguments
        let result = try await sandbox.run("sh", words)
        watch.cancel()
        return (result, await watch.value)
    }

    private static func look(_ file: String, _ peak: inout Peak) {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8), let number = Int(text.trimmed),
            let status = try? String(contentsOfFile: "/proc/\(number)/status", encoding: .utf8),
            let match = status.firstMatch(of: /VmHWM:\s+(\d+)/), let kilobytes = Int(match.output.1)
        else { return }
        let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(number)/fd").count
        peak = Peak(kilobytes: max(peak.kilobytes, kilobytes), files: max(peak.files, files ?? 0))
    }
}
