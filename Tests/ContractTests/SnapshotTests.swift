import Provisioning
import Testing

@testable import MultipassStandIn

/// Snapshots, in multipass's own words.
@Suite struct SnapshotTests {
    @Test(.timeLimit(.minutes(3))) func aSnapshotFromTakingToPurging() async throws {
        try await Sandbox.open { sandbox async throws in
            try await sandbox.launch("t1")
            let on = Complaint(2, "snapshot failed: Multipass can only take snapshots of stopped instances.")
            #expect(try await sandbox.complaint(["snapshot", "t1"]) == on)
            #expect(try await sandbox.run(["stop", "t1"]).succeeded)
            let taken = try await sandbox.run(["snapshot", "--name", "s1", "--comment", "why", "t1"])
            #expect(taken.succeeded && taken.output.hasSuffix("Snapshot taken: t1.s1\n"))
            let exists = Complaint(2, "snapshot failed: Snapshot already exists: t1.s1")
            #expect(try await sandbox.complaint(["snapshot", "-n", "s1", "t1"]) == exists)
            try await Self.expectListed(in: sandbox)
            try await Self.whileItIsOff(sandbox)
            try await Self.whileItRuns(sandbox)
            #expect(try await sandbox.run(["delete", "--purge", "t1"]).succeeded)
            let list = try await sandbox.run(["list", "--snapshots", "--format", "json"]).output
            #expect(!list.contains("t1"), "they go with it")
        }
    }

    private static func expectListed(in sandbox: Sandbox) async throws {
        let list = try await sandbox.run(["list", "--snapshots", "--format", "json"]).output
        let expected = """
            {
                "errors": [],
                "info": {
                    "t1": {
                        "s1": {
                            "comment": "why",
                            "parent": ""
                        }
                    }
                }
            }

            """
        #expect(list == expected)
        let info = try await sandbox.run(["info", "t1", "--format", "json"]).output
        #expect(info.contains(#""snapshot_count": "1""#))
    }

    private static func whileItIsOff(_ sandbox: Sandbox) async throws {
        #expect(try await sandbox.run(["restore", "t1.s1"]).ending == .exited(2), "nobody can be asked")
        let none = Complaint(2, "restore failed: No such snapshot: t1.s2")
        #expect(try await sandbox.complaint(["restore", "--destructive", "t1.s2"]) == none)
        let back = try await sandbox.run(["restore", "--destructive", "t1.s1"])
        #expect(back.succeeded && back.output.hasSuffix("Snapshot restored: t1.s1\n"))
        #expect(try sandbox.remembered().instances["t1"]?.phase == .stopped)
        let unsure = try await sandbox.complaint(["delete", "t1.s1"])
        #expect(unsure.ending == .exited(1) && unsure.message.hasPrefix("Snapshots can only be purged"))
    }

    private static func whileItRuns(_ sandbox: Sandbox) async throws {
        #expect(try await sandbox.run(["start", "t1"]).succeeded)
        let on = Complaint(2, "restore failed: Multipass can only restore snapshots of stopped instances.")
        #expect(try await sandbox.complaint(["restore", "--destructive", "t1.s1"]) == on)
        let held = try await sandbox.complaint(["delete", "--purge", "t1.s1"])
        #expect(held.message.contains(#"Failed to get shared "write" lock"#))
        #expect(try await sandbox.run(["list", "--snapshots", "--format", "json"]).output.contains("s1"))
    }

    @Test func whatNeedsNoMachine() async throws {
        try await Sandbox.open { sandbox async throws in
            let absent = Complaint(2, #"snapshot failed: instance "nope" does not exist"#)
            #expect(try await sandbox.complaint(["snapshot", "nope"]) == absent)
            let restore = Complaint(2, #"restore failed: instance "nope" does not exist"#)
            #expect(try await sandbox.complaint(["restore", "--destructive", "nope.s1"]) == restore)
            try sandbox.set(Faults(noSnapshots: true))
            let driver = "snapshot failed: The snapshots feature is not implemented on this backend."
            #expect(try await sandbox.complaint(["snapshot", "nope"]) == Complaint(2, driver))
        }
    }
}
