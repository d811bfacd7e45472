import Provisioning
import Testing

@testable import bcmcluster

/// Inputs that broke something once.
@Suite struct FoundInputs {
    @Test(arguments: ["4\u{212A}", "4 G", "", "4.", ".5G"]) func sizes(_ text: String) {
        #expect(ByteSize(text) == nil)
    }

    @Test(arguments: ["+4", "-1", "\u{664}", "0"]) func processors(_ text: String) {
        #expect(throws: Failure.self) { try Setting.cpus.check(text, from: "--cpus") }
    }

    @Test(arguments: [
        #""network":"--help""#, #""image":"--cloud-init=/etc/passwd""#, #""channel":"a b""#, #""image":"""#,
    ])
    func settingsInARecordAreCheckedToo(_ setting: String) throws {
        let text =
            #"{"version":1,"name":"DEV","identifier":"0123abcd","created":0,"members":[{"name":"DEV-00"}],"#
            + #""settings":{"provider":"multipass","storage":"dir",\#(setting)}}"#
        let folder = ClusterFolder(runtime: "/r", cluster: try ClusterName("DEV"))
        let failure = try #require(throws: Failure.self) {
            try StateStore.read(folder, FewFiles(texts: [folder.state: text]))
        }
        #expect(failure.code == .damagedState)
    }

    @Test(arguments: ["\u{a0}x", "x\u{2028}y", "\u{301}x", "x\u{85}"])
    func whatAnEnvFileWouldReadInAnotherWayIsNotWritten(_ value: String) {
        let template = Template(name: "t", text: "A=${X}", format: .environment)
        #expect(throws: Failure.self) { try template.rendered(["X": .text(value)]) }
    }

    @Test func theLastSubnetDoesNotOverflow() {
        let subnet = Subnet("255.255.255.255/32")
        #expect(subnet?.address(1) == IPv4("0.0.0.0"))
    }

    @Test func aLockThatClaimsToBeOlderThanTimeIsReported() throws {
        let base = SystemCalls.environment("TMPDIR") ?? "/tmp"
        let runtime = "\(base)/bcmcluster-test-lock-\(SystemCalls.processNumber)"
        let files = LocalFiles()
        defer { try? files.remove(runtime) }
        let folder = ClusterFolder(runtime: runtime, cluster: try ClusterName("DEV"))
        let held = try ClusterLock(folder, command: "up", files: files, time: HurriedTime())
        try withExtendedLifetime(held) {
            FewWrites.overwrite(folder.lock, #"{"process":1,"command":"up","since":-9223372036854775808}"#)
            let failure = try #require(throws: Failure.self) {
                try ClusterLock(folder, command: "up", files: files, time: HurriedTime())
            }
            #expect(failure.code == .locked && failure.message.contains("by up (PID 1, since "))
        }
    }

    @Test func aPipeInPlaceOfAFileIsNotWaitedFor() throws {
        let base = SystemCalls.environment("TMPDIR") ?? "/tmp"
        let path = "\(base)/bcmcluster-test-pipe-\(SystemCalls.processNumber)"
        defer { try? LocalFiles().remove(path) }
        FewWrites.makePipe(path)
        #expect(throws: Failure.self) { try LocalFiles().read(path) }
    }
}
