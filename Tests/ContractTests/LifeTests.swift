import Provisioning
import Testing

@testable import MultipassStandIn

/// The table of exit codes and messages: the rows that need machines.
@Suite struct LifeTests {
    @Test(.timeLimit(.minutes(3))) func aMachineFromLaunchToPurge() async throws {
        try await Sandbox.open { sandbox async throws in
            try await sandbox.launch("t1")
            try await Self.whileItRuns(sandbox)
            try await Self.whileItIsOff(sandbox)
            try await Self.whileItIsDeleted(sandbox)
        }
    }

    private static func whileItRuns(_ sandbox: Sandbox) async throws {
        let taken = Complaint(2, #"launch failed: instance "t1" already exists"#)
        #expect(try await sandbox.complaint(["launch", "-n", "t1"]) == taken)
        for (command, code) in [("exit 7", 7), ("no-such-program", 127), ("kill -9 $$", 255)] as [(String, Int32)] {
            #expect(try await sandbox.run(["exec", "t1", "--", "sh", "-c", command]).ending == .exited(code))
        }
        #expect(try await sandbox.run(["exec", "t1", "--", "no-such-program"]).ending == .exited(127))
        #expect(try await sandbox.run(["exec", "t1", "--", "sudo", "hostname"]).output == "t1\n")
        #expect(try await sandbox.run(["start", "t1"]).succeeded)
        #expect(try await sandbox.run(["transfer", "-", "t1:notes"], input: "some notes\n").succeeded)
        #expect(try await sandbox.run(["transfer", "t1:notes", "-"]).output == "some notes\n")
        let several = try await sandbox.complaint(["delete", "t1", "nope"])
        #expect(several.ending == .exited(2))
        #expect(try sandbox.remembered().instances["t1"]?.phase == .running)
    }

    private static func whileItIsOff(_ sandbox: Sandbox) async throws {
        #expect(try await sandbox.run(["stop", "t1"]).succeeded)
        #expect(try await sandbox.run(["stop", "t1"]).succeeded)
        let off = Complaint(2, #"transfer failed: instance "t1" is not running"#)
        #expect(try await sandbox.complaint(["transfer", "-", "t1:notes"], input: "") == off)
        #expect(try await sandbox.run(["exec", "t1", "--", "true"]).succeeded)
        #expect(try sandbox.remembered().instances["t1"]?.phase == .running)
    }

    private static func whileItIsDeleted(_ sandbox: Sandbox) async throws {
        #expect(try await sandbox.run(["delete", "t1"]).succeeded)
        let gone = "exec failed: The following errors occurred:\ninstance \"t1\" is deleted"
        #expect(try await sandbox.complaint(["exec", "t1", "--", "true"]) == Complaint(2, gone))
        let taken = Complaint(2, #"launch failed: instance "t1" already exists"#)
        #expect(try await sandbox.complaint(["launch", "-n", "t1"]) == taken)
        #expect(try await sandbox.run(["list", "--format", "json"]).output.contains(#""state": "Deleted""#))
        #expect(try await sandbox.run(["recover", "t1"]).succeeded)
        #expect(try await sandbox.run(["list", "--format", "json"]).output.contains(#""state": "Stopped""#))
        #expect(try await sandbox.run(["delete", "--purge", "t1"]).succeeded)
        #expect(try sandbox.remembered().instances.isEmpty)
    }

    @Test(.timeLimit(.minutes(3))) func aLaunchStepByStep() async throws {
        let slow = Faults(every: .init(launchSeconds: 3, absentSeconds: 1.5, bootSeconds: 1.5))
        try await Sandbox.open(slow) { sandbox async throws in
            let over = Complaint(5, "Timed out waiting for instance launch.")
            async let first = sandbox.complaint(["launch", "-n", "r2", "--timeout", "1"])
            _ = try await SystemTime().wait(for: "r2", limit: .seconds(10), every: .milliseconds(10)) {
                try sandbox.remembered().instances["r2"]
            }
            #expect(!(try await sandbox.run(["list", "--format", "json"]).output.contains("r2")))
            let busy = Complaint(2, #"launch failed: instance "r2" is being prepared"#)
            #expect(try await sandbox.complaint(["launch", "-n", "r2"]) == busy)
            #expect(try await first == over)
            for state in ["Starting", "Unknown", "Running"] {
                let list = try await Self.listing(state, sandbox)
                #expect(list.contains(#""ipv4": [\#n            ]"#) == (state != "Running"))
            }
        }
    }

    private static func listing(_ state: String, _ sandbox: Sandbox) async throws -> String {
        try await SystemTime().wait(for: state, limit: .seconds(10), every: .milliseconds(50)) {
            let list = try await sandbox.run(["list", "--format", "json"]).output
            return list.contains(#""state": "\#(state)""#) ? list : nil
        }
    }
}
