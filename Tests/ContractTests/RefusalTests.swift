import Provisioning
import Testing

@testable import MultipassStandIn

/// The table of exit codes and messages: the rows that need no machine.
@Suite struct RefusalTests {
    @Test(arguments: ["bad_name", "1abc", "abc-"])
    func aNameThatIsNone(_ name: String) async throws {
        try await Sandbox.open { sandbox async throws in
            let message = "launch failed: Invalid arguments supplied\nInvalid instance name supplied: \(name)"
            #expect(try await sandbox.complaint(["launch", "-n", name]) == Complaint(2, message))
        }
    }

    @Test func userDataThatIsNotYAMLIsFoundByTheClient() async throws {
        try await Sandbox.open { sandbox async throws in
            let broken = try await sandbox.complaint(["launch", "-n", "t0", "--cloud-init", "-"], input: "a: [1,\n  ")
            let trouble = "yaml-cpp: error at line 2, column 3: end of sequence flow not found"
            #expect(broken == Complaint(1, "Could not load cloud-init configuration: \(trouble)"))
            let missing = try await sandbox.complaint(["launch", "-n", "t0", "--cloud-init", "/tmp/missing.yaml"])
            let bad = "Could not load cloud-init configuration: bad file: /tmp/missing.yaml"
            #expect(missing == Complaint(1, "\(bad)\nPlease ensure that Multipass can read it."))
            #expect(try sandbox.remembered().instances.isEmpty)
        }
    }

    @Test(arguments: ["hello\n", "#!/bin/sh\necho hello\n"])
    func userDataThatIsAScalarOrAScript(_ text: String) async throws {
        try await Sandbox.open { sandbox async throws in
            let trouble = #"yaml-cpp: error at line 1, column 1: operator[] call on a scalar (key: "users")"#
            let complaint = try await sandbox.complaint(["launch", "-n", "t0", "--cloud-init", "-"], input: text)
            #expect(complaint == Complaint(2, "launch failed: \(trouble)"))
        }
    }

    @Test func whatALaunchAsksFor() async throws {
        try await Sandbox.open { sandbox async throws in
            let cpus = "Error: invalid CPU count '0', need a positive integer value."
            #expect(try await sandbox.complaint(["launch", "--cpus", "0"]) == Complaint(1, cpus))
            let disk = "Requested disk (1073741824 bytes) below minimum for this image (2619342848 bytes)"
            #expect(try await sandbox.complaint(["launch", "-d", "1G"]) == Complaint(2, "launch failed: \(disk)"))
            let image = #"launch failed: Unable to find an image matching "nosuchimage" in remote ""."#
            #expect(try await sandbox.complaint(["launch", "nosuchimage"]) == Complaint(2, image))
            // An alias is looked up before the name is looked at, a file afterwards.
            let file = "file:///no-such-image"
            let absent = "launch failed: Custom image `/no-such-image` does not exist."
            #expect(try await sandbox.complaint(["launch", file, "--name", "t0"]) == Complaint(2, absent))
            try await sandbox.launch("t0")
            #expect(try await sandbox.complaint(["launch", "nosuchimage", "--name", "t0"]) == Complaint(2, image))
            let taken = "launch failed: instance \"t0\" already exists"
            #expect(try await sandbox.complaint(["launch", file, "--name", "t0"]) == Complaint(2, taken))
            #expect(try await sandbox.run(["launch", "--mem", "1G"]).ending == .exited(1))
        }
    }

    /// The log's lines come before the answer: only the last line decides.
    @Test func aLaunchWithoutANetwork() async throws {
        try await Sandbox.open(light: true) { sandbox async throws in
            try await sandbox.launch("t0")
            try sandbox.set(Faults(noNetwork: true))
            let file = "file:///no-such-image"
            for (arguments, answer) in [
                (["no-such-image", "--name", "t0"], "Remote \"\" is unknown or unreachable."),
                (["24.04", "--name", "t1"], "Remote \"\" is unknown or unreachable."),
                ([file, "--name", "t0"], "instance \"t0\" already exists"),
                ([file, "--name", "t1"], "Custom image `/no-such-image` does not exist."),
            ] {
                let complaint = try await sandbox.complaint(["launch"] + arguments)
                let lines = complaint.message.split(separator: "\n")
                #expect(complaint.ending == .exited(2) && lines.count == 3)
                let log = "[2026-11-27T06:00:00.000] [error] [url downloader] Failed to get "
                for line in lines.dropLast() {
                    #expect(line.hasPrefix("\(log)https://cloud-images.ubuntu.com/"))
                    #expect(line.hasSuffix(": Host not found"))
                }
                #expect(lines.last == "launch failed: \(answer)")
            }
            #expect(Array(try sandbox.remembered().instances.keys) == ["t0"])
        }
    }

    @Test func whatTheClientRefuses() async throws {
        try await Sandbox.open(light: true) { sandbox async throws in
            try await sandbox.launch("t0")
            let time = "Cannot set 'time' and 'cancel' options at the same time"
            let force = "Cannot set 'force' along with 'time' or 'cancel' options at the same time"
            let addresses = "IP addresses are not applicable in conjunction with listing snapshots"
            let positive = "error: --timeout value has to be a positive integer"
            for (arguments, message) in [
                (["list", "--no-ipv4", "--snapshots"], addresses), (["list", "t0"], "This command takes no arguments"),
                (["list", "--format", "xml"], "Invalid format type given."),
                (["stop", "t0", "--timeout", "5"], "Unknown option 'timeout'."),
                (["stop"], "Name argument or --all is required"),
                (["stop", "--all", "t0"], "Cannot specify name when --all option set"),
                (["stop", "t0", "-t", "1", "--cancel"], time), (["stop", "--force", "t0", "--time", "1"], force),
                (["stop", "t0", "-c", "--force"], force),
                (["stop", "t0", "--time", "soon"], "Time must be in digit form"),
                (["start", "t0", "--timeout", "0"], positive), (["restart", "--timeout", "x", "t0"], positive),
                (["start", "t0", "--force", "-q"], "Unknown options: force, q."),
                (["delete", "--timeout", "5", "t0"], "Unknown option 'timeout'."),
                (["launch", "--name"], "Missing value after '--name'."),
            ] { #expect(try await sandbox.complaint(arguments) == Complaint(1, message), "\(arguments)") }
            #expect(try sandbox.remembered().instances["t0"]?.phase == .running)
            for arguments in [["stop", "--time", "0", "t0"], ["start", "--all"], ["stop", "t0", "--force"]] {
                #expect(try await sandbox.run(arguments).succeeded)
            }
        }
    }

    @Test func aDeletionShowsNoSpinner() async throws {
        try await Sandbox.open(light: true) { sandbox async throws in
            try await sandbox.launch("t0", "t1")
            #expect(try await sandbox.run(["stop", "t0"]).output.hasPrefix("\u{1b}[2K\u{1b}[0A\u{1b}[EStopping t0"))
            #expect(try await sandbox.run(["restart", "t1"]).output.contains("Restarting t1"))
            #expect(try await sandbox.run(["delete", "t0"]) == CommandResult())
            #expect(try await sandbox.run(["delete", "--purge", "t1"]) == CommandResult())
        }
    }

    @Test(arguments: ["exec", "transfer", "delete", "info", "stop", "start"])
    func aMachineThatIsNotThere(_ verb: String) async throws {
        try await Sandbox.open { sandbox async throws in
            let trouble = "\(verb) failed: The following errors occurred:\ninstance \"nope\" does not exist"
            let (rest, message) =
                switch verb {
                case "exec": (["nope", "--", "true"], "\(trouble)\n\(trouble)")
                case "transfer": (["-", "nope:x"], trouble)
                case "start": (["nope"], "start failed: instance(s) missing\nInstance 'nope' does not exist.")
                default: (["nope"], trouble)
                }
            #expect(try await sandbox.complaint([verb] + rest) == Complaint(2, message))
        }
    }

    @Test func aDaemonOutOfReach() async throws {
        try await Sandbox.open(Faults(daemonDown: true)) { sandbox async throws in
            let down = "list failed: cannot connect to the multipass socket"
            #expect(try await sandbox.complaint(["list"]) == Complaint(2, down))
            await Self.expect("the multipass daemon does not answer", of: sandbox)
            try sandbox.set(Faults(notAuthenticated: true))
            let unknown = "list failed: The client is not authenticated with the Multipass service."
            let way = "Please use 'multipass authenticate' before proceeding."
            #expect(try await sandbox.complaint(["list"]) == Complaint(2, "\(unknown)\n\(way)"))
            await Self.expect("multipass requires authentication", of: sandbox)
        }
    }

    private static func expect(_ message: String, of sandbox: Sandbox) async {
        let failure = await #expect(throws: Failure.self) { try await sandbox.provider.check() }
        #expect(failure?.message == message)
        #expect(failure?.code == .missing)
    }
}
