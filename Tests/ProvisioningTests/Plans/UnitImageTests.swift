import Testing

@testable import Provisioning

/// Where the image of a unit is, and how it comes to the cluster.
@Suite struct UnitImageTests {
    private static let one = String(repeating: "ab12cd", count: 10) + "0000"
    private static let two = String(repeating: "ab12cd", count: 10) + "1111"
    private let inside = ScriptedRunner()

    private func bench(remote: String? = "DEV") throws -> Bench {
        try Bench(provider: StubProvider(inside: ["DEV-00": inside]), remote: remote.map { .init(name: $0) })
    }

    private func images(_ reference: ImageReference, _ bench: Bench) async -> UnitImages {
        let state = await bench.context.store.state
        return UnitImages(reference, state, LXC(inside, engine: .lxd), bench.context)
    }

    /// The images of the cluster: two whose fingerprints begin alike, and one of a VM.
    private func has() {
        func image(_ fingerprint: String, _ alias: String, _ type: String = "container") -> String {
            #"{"fingerprint":"\#(fingerprint)","type":"\#(type)","aliases":[{"name":"\#(alias)"}]}"#
        }
        let vm = String(repeating: "f", count: 64)
        inside.on(
            "lxc query '/1.0/images?recursion=1'",
            .prints("[\(image(Self.one, "tiny")),\(image(Self.two, "ab12cd")),\(image(vm, "box", "virtual-machine"))]"))
    }

    private func fingerprint(_ text: String) async throws -> String {
        try await images(.known(text), bench()).supplied(isVM: false).image.fingerprint
    }

    private func refusal(_ text: String, isVM: Bool = false) async throws -> Failure {
        try await #require(throws: Failure.self) { try await images(.known(text), bench()).supplied(isVM: isVM) }
    }

    @Test func byAliasOrByTheBeginningOfItsFingerprint() async throws {
        has()
        #expect(try await fingerprint("tiny") == Self.one)
        #expect(try await fingerprint(Self.one) == Self.one)
        #expect(try await fingerprint(String(Self.two.prefix(61))) == Self.two)
        #expect(try await fingerprint("ab12cd") == Self.two, "an alias goes first")
        let found = try await images(.known("tiny"), bench()).supplied(isVM: false)
        #expect(found.change == nil && found.supply == nil)
        #expect(try await images(.known("box"), bench()).type() == "virtual-machine")
        #expect(try await images(.known("tiny"), bench()).identity() == "tiny")
    }

    @Test func whatTheClusterHasNotIsSaid() async throws {
        has()
        let mistyped = try await refusal("tinu")
        #expect(mistyped.message == "image tinu not found on the cluster, nor as a file")
        #expect(mistyped.hint == "did you mean tiny?" && mistyped.exitStatus == 2)
        #expect(try await refusal("f00").hint?.contains("lxc image list") ?? false)
        #expect(try await refusal("AB12CDAB").message.contains("not found on the cluster"))
        let two = try await refusal("ab12cdab")
        #expect(two.message == "the cluster has 2 images whose fingerprints begin with ab12cdab")
    }

    @Test func anImageOfTheOtherKindIsRefused() async throws {
        has()
        let failure = try await refusal("tiny", isVM: true)
        #expect(failure.message == "the image tiny is a container image, and the unit needs a VM")
        #expect(failure.hint == "set type = \"container\" in [instance], or choose another image")
        #expect(try await refusal("box").message.contains("is a virtual-machine image, and the unit needs a container"))
    }

    @Test func aRemotesImageIsBrought() async throws {
        let bench = try bench()
        bench.runner.on("lxc image info ubuntu:24.04", .prints("Fingerprint: \(Self.one)\nSize: 1\n"))
        let line = "lxc query DEV:/1.0/images/\(Self.one)"
        bench.runner.on(line, .ends(1, "Error: Image not found"))
        let images = await images(.remote("ubuntu:24.04"), bench)
        let found = try await images.supplied(isVM: false)
        #expect(found.supply == .bring(.remote("ubuntu:24.04"), fingerprint: Self.one, isVM: false))
        #expect(found.change?.line == "+ image ubuntu:24.04: ab12cdab12cd")
        #expect(try await images.type() == nil)
        #expect(try await images.identity() == "ubuntu:24.04")
        bench.runner.on(line, .prints(#"{"type":"container"}"#))
        let there = try await images.supplied(isVM: false)
        #expect(there.supply == nil && there.change == nil && there.image.fingerprint == Self.one)
    }
}
