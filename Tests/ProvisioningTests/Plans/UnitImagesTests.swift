import Testing

@testable import Provisioning

/// Where a unit's image comes from: what is refused before anything is made, and what is found again.
@Suite struct UnitImagesTests {
    private static let sum = String(repeating: "0b", count: 32)
    private let bench: Bench
    /// The client on the member.
    private let inside = ScriptedRunner()
    private let images = "lxc query '/1.0/images?recursion=1'"
    private let which = Which.question(["skopeo", "umoci"]).pasteable

    init() throws {
        bench = try Bench(
            provider: StubProvider(inside: ["DEV-00": inside]), remote: ClusterState.Remote(name: "DEV-00"))
        bench.runner.on("sha256sum -- /d", .prints("\(Self.sum)  /d\n"))
        inside.on(images, .prints("[]"))
    }

    private func unitImages(_ reference: ImageReference, needsSudo: Bool = false) async throws -> UnitImages {
        UnitImages(
            reference, await bench.context.store.state, try bench.context.client(in: .dev(0)), bench.context,
            needsSudo: needsSudo)
    }

    /// Says how the file `/d` begins.
    private func begins(_ bytes: String) {
        bench.runner.on("od -A n -v -t x1 -N 1082 /d", .prints(" \(bytes)\n"))
    }

    @Test func aDriveIsToldByItsBytesAndIsToBeMade() async throws {
        begins("51 46 49 fb")
        let images = try await unitImages(.drive("/d"))
        #expect(try await images.type() == "virtual-machine")
        #expect(try await images.identity() == "sha256:\(Self.sum)")
        let supplied = try await images.supplied(isVM: true)
        #expect(supplied.supply == .make(Drive("/d", .qcow2), source: "sha256:\(Self.sum)"))
        #expect(supplied.change == UnitChange(.add, .image, "/d", "a disk in qcow2", .bring))
        #expect(bench.runner.lines.filter { $0.hasPrefix("sha256sum") || $0.hasPrefix("od") }.count == 2)
        #expect(bench.runner.changes == [])
        let failure = try await #require(throws: Failure.self) { try await images.supplied(isVM: false) }
        #expect(failure.message == "the image /d is a virtual-machine image, and the unit needs a container")
    }

    @Test func oneThatWasMadeBeforeIsFoundAgain() async throws {
        begins("68 73 71 73")
        inside.on(
            images,
            .prints(
                #"[{"fingerprint":"f0","type":"container","properties":{"bcm.source":"sha256:\#(Self.sum)"}},"#
                    + #"{"fingerprint":"f1","type":"container"}]"#))
        let foreign = try await unitImages(.drive("/d")).supplied(isVM: false)
        #expect(foreign.supply != nil, "anybody can set a property of an image")
        try await bench.context.store.update { $0.images = ["sha256:\(Self.sum)": "f1"] }
        let supplied = try await unitImages(.drive("/d")).supplied(isVM: false)
        #expect(supplied.supply == nil && supplied.change == nil && supplied.image.fingerprint == "f1")
    }

    @Test func aRawDiskNeedsQemuImg() async throws {
        bench.runner.on(
            "od -A n -v -t x1 -N 1082 /d", .prints(String(repeating: " 00", count: 510) + " 55 aa\n"))
        bench.runner.on(
            Which.question(["qemu-img"]).pasteable, .ends(1), .prints("-rwxr-xr-x /usr/bin/qemu-img\n"))
        let images = try await unitImages(.drive("/d"))
        let failure = try await #require(throws: Failure.self) { try await images.supplied(isVM: true) }
        #expect(failure.code == .missing && failure.hint == "apt-get install qemu-utils")
        #expect(failure.message == "the raw disk /d is converted by qemu-img, which is not installed: qemu-img")
        #expect(try await images.supplied(isVM: true).supply != nil)
    }

    @Test func aRegistrysImageNeedsSkopeoAndUmoci() async throws {
        inside.on("lxc query /1.0", server([]))
        let images = try await unitImages(.registry("docker.io/nginx"))
        #expect(try await images.type() == "container")
        #expect(try await images.identity() == "docker.io/nginx")
        await #expect(throws: Failure.self) { try await images.supplied(isVM: true) }
        for (found, missing) in [
            ("", "skopeo, umoci"), ("-rwxr-xr-x /usr/bin/skopeo\n", "umoci"),
            ("-rwxr-xr-x /usr/bin/umoci\n", "skopeo"),
        ] {
            bench.runner.on(which, .result(CommandResult(.exited(1), output: found)))
            let failure = try await #require(throws: Failure.self) { try await images.supplied(isVM: false) }
            #expect(failure.code == .missing && failure.hint == "apt-get install skopeo umoci")
            #expect(failure.message.hasSuffix("which is not installed: \(missing)"), "\(failure.message)")
        }
        bench.runner.on(which, .prints("-rwxr-xr-x /usr/bin/skopeo\n-rwxr-xr-x /usr/bin/umoci\n"))
        let supplied = try await images.supplied(isVM: false)
        #expect(supplied.supply == .unpack("docker.io/nginx"))
        #expect(supplied.remark?.contains("no IPv4 address") == true, "there is no network of LXD's")
        #expect(bench.runner.changes == [])
    }

    private func server(_ extensions: [String]) -> ScriptedRunner.Answer {
        let names = extensions.map { "\"\($0)\"" }.joined(separator: ",")
        return .prints(
            #"{"api_extensions":[\#(names)],"environment":{"server_clustered":true,"certificate":"","server_version":"7"}}"#
        )
    }

    @Test("An engine that speaks OCI pulls, unless its member lacks skopeo or the user has a login of their own")
    func theEnginePulls() async throws {
        let skopeo = Which.question(["skopeo"]).pasteable
        let isThere = ScriptedRunner.Answer.prints("-rwxr-xr-x /usr/bin/skopeo\n")
        let login = "skopeo login --get-login docker.io"
        bench.runner.on(which, .prints("-rwxr-xr-x /usr/bin/skopeo\n-rwxr-xr-x /usr/bin/umoci\n"))
        inside.on("lxc query /1.0", server(["instance_oci"]))
        let images = try await unitImages(.registry("docker.io/library/nginx:1"))
        for (member, user, hasLogin, pulls) in [
            (isThere, ScriptedRunner.Answer.ends(1), false, true), (isThere, isThere, false, true),
            (isThere, isThere, true, false), (.ends(1), isThere, false, false),
        ] {
            inside.on(skopeo, member)
            bench.runner.on(skopeo, user)
            bench.runner.on(login, hasLogin ? .prints("me\n") : .ends(1, "not logged into docker.io"))
            let supplied = try await images.supplied(isVM: false, isOnNetwork: true)
            #expect(
                supplied.supply == (pulls ? .pull("docker.io/library/nginx:1") : .unpack("docker.io/library/nginx:1")))
            #expect(supplied.remark == nil)
        }
        #expect(bench.runner.changes == [])
    }

    @Test func withoutARemoteNothingComes() async throws {
        begins("51 46 49 fb")
        try await bench.context.store.update { $0.remote = nil }
        let failure = try await #require(throws: Failure.self) {
            try await unitImages(.drive("/d")).supplied(isVM: true)
        }
        #expect(failure.code == .conflict && failure.message.contains("through which the image /d is copied"))
    }
}
