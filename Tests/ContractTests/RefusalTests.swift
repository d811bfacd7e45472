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
            await Self.expect("multipass does not know you", of: sandbox)
        }
    }

    private static func expect(_ message: String, of sandbox: Sandbox) async {
        let failure = await #expect(throws: Failure.self) { try await sandbox.provider.check() }
        #expect(failure?.message == message)
        #expect(failure?.code == .missing)
    }
}
