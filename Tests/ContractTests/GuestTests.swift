import Provisioning
import Testing

@testable import MultipassStandIn

/// What a guest says of itself: snaps, files, units, and what it needs no daemon for.
@Suite(.timeLimit(.minutes(5))) struct GuestTests {
    @Test func aGuestWithoutSnapdIsDoneAllTheSame() async throws {
        try await Sandbox.open(Faults(every: .init(noSnap: true)), light: true) { sandbox async throws in
            try await sandbox.launch("t1")
            let absent = Complaint(1, "sudo: snap: command not found")
            #expect(try await sandbox.complaint(["exec", "t1", "-n", "--", "sudo", "snap", "list", "lxd"]) == absent)
            #expect(try await Self.inside(sandbox, "cloud-init", "status").output == "status: done\n")
        }
    }

    @Test func theSnapsVersionAndChannelAreTheFaults() async throws {
        let faults = Faults(every: .init(lxdChannel: "6/stable", lxdVersion: "6.1-0d4d89b"))
        try await Sandbox.open(faults, light: true) { sandbox async throws in
            try await sandbox.launch("t1")
            let columns = { (text: String) in
                text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            }
            let list = columns(try await Self.inside(sandbox, "snap", "list", "lxd").output)
            #expect(list[0] == ["Name", "Version", "Rev", "Tracking", "Publisher", "Notes"])
            #expect(list[1].prefix(4) == ["lxd", "6.1-0d4d89b", "32662", "6/stable"])
            try sandbox.set(Faults())
            let expectedDuration = columns(try await Self.inside(sandbox, "snap", "list", "lxd").output)
            #expect(expectedDuration[1].prefix(4) == ["lxd", "5.21.3-75def3c", "32662", "5.21/stable"])
            let other = try await Self.inside(sandbox, "snap", "list", "core24")
            #expect(other.ending == .exited(1) && other.errors == "error: no matching snaps installed\n")
        }
    }

    @Test func filesAreWhatTheFaultsSay() async throws {
        let log = "/var/log/bcmcluster-install.log"
        let files = [log: "+ snap install lxd\nerror: cannot reach the store\n", "/etc/bcmcluster": "cluster x\n"]
        try await Sandbox.open(Faults(machines: ["t1": .init(files: files)]), light: true) { sandbox async throws in
            try await sandbox.launch("t1")
            #expect(try await Self.inside(sandbox, "cat", log).output == files[log])
            #expect(
                try await Self.inside(sandbox, "tail", "-n", "1", log).output == "error: cannot reach the store\n")
            #expect(try await Self.inside(sandbox, "head", "-n", "1", log).output == "+ snap install lxd\n")
            #expect(try await Self.inside(sandbox, "test", "-e", log).succeeded)
            #expect(try await Self.inside(sandbox, "cat", "/etc/bcmcluster").output == "cluster x\n")
            try sandbox.set(Faults())
            #expect(try await !Self.inside(sandbox, "cat", log).succeeded)
            #expect(try await !Self.inside(sandbox, "test", "-e", log).succeeded)
        }
    }

    private static func inside(_ sandbox: Sandbox, _ words: String...) async throws -> CommandResult {
        try await sandbox.run(["exec", "t1", "--no-map-working-directory", "--", "sudo"] + words)
    }
}
