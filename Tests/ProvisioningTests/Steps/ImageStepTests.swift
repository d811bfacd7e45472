import Testing

@testable import Provisioning

/// The steps that make an image of the user's file and of a registry's.
@Suite struct ImageStepTests {
    private static let sum = String(repeating: "0a", count: 32)
    private let place = "/r/clusters/DEV/image"
    private let reference = "docker.io/library/tiny:1"
    private let bench: Bench
    private let give: String

    init() throws {
        bench = try Bench()
        give = "lxc image import \(place)/metadata.tar.gz"
        bench.runner.on("lxc query DEV-00:/1.0", .prints(#"{"environment":{"architectures":["aarch64","armv7l"]}}"#))
        bench.runner.on(pack, .works)
        bench.runner.on(clear, .works)
        bench.runner.on("\(give) \(place)/rootfs.tar.gz DEV-00:", .prints("Bild \(Self.sum) ist da\n"))
        bench.runner.on(fetch, .works)
        bench.runner.on(unpack, .works)
        bench.runner.on(packRoot, .works)
    }

    private var pack: String { "tar -czf \(place)/metadata.tar.gz -C \(place) metadata.yaml" }
    private var clear: String { "rm -rf -- \(place)" }
    private var fetch: String {
        "skopeo --override-os linux --override-arch arm64 copy --quiet docker://\(reference) oci:\(place)/oci:image"
    }
    private var unpack: String { "umoci unpack --image \(place)/oci:image \(place)/bundle" }
    private var read: String { "cat -- \(place)/bundle/config.json" }
    private var packRoot: String {
        "tar --numeric-owner --xattrs '--xattrs-include=*' -czf \(place)/rootfs.tar.gz -C \(place)/bundle/rootfs ."
    }

    @Test func nothingIsLeftOfWhatFailsOrIsCancelled() async throws {
        let step = CreateImage(
            drive: Drive("/d.img", .archive), source: "sha256:x", image: ImageFingerprintProvider("d.img", nil),
            remote: "DEV-00")
        bench.runner.on(
            "\(give) /d.img DEV-00:", .ends(1, "Error: no space left on device"), .cancelled, .prints("done"))
        let failure = try await #require(throws: Failure.self) { try await step.run(bench.context) }
        #expect(failure.output == "Error: no space left on device")
        #expect(bench.runner.changes.last == clear && bench.runner.last(clear)?.outlivesCancellation == true)
        await #expect(throws: CancellationError.self) { try await step.run(bench.context) }
        #expect(bench.runner.changes.last == clear)
        // What a run that was killed left goes first.
        let count = bench.runner.changes.count
        let silent = try await #require(throws: Failure.self) { try await step.run(bench.context) }
        #expect(silent.message == "lxc does not report the new image")
        #expect(bench.runner.changes[count] == clear)
    }

    @Test func wordsWithBlanksAreRunByAScriptWhereThereIsAShell() async throws {
        let add = "install -D --no-target-directory --mode=0755 /dev/stdin \(place)/bundle/rootfs/.bcm-run"
        bench.runner.on(read, .prints(#"{"process":{"args":["nginx","-g","daemon off;"],"env":["A=b"],"cwd":"/"}}"#))
        bench.runner.on("test -e \(place)/bundle/rootfs/bin/sh", .works, .ends(1))
        bench.runner.on(add, .works)
        bench.runner.on("find \(place)/bundle/rootfs/etc -maxdepth 0 -type l -printf '%p %l\\n'", .works)
        bench.runner.on(
            "install -D --no-target-directory --mode=0644 /dev/stdin \(place)/bundle/rootfs/etc/resolv.conf", .works)
        let image = ImageFingerprintProvider(reference, nil)
        let step = UnpackImage(reference: reference, image: image, remote: "DEV-00", needsSudo: false)
        try await step.run(bench.context)
        #expect(bench.runner.last(add)?.input == "#!/bin/sh\nexec nginx -g 'daemon off;'\n")
        guard case .unpacked(let process) = image.kind else {
            Issue.record("\(image.kind)")
            return
        }
        #expect(process.arguments == ["/.bcm-run"])
        let failure = try await #require(throws: Failure.self) { try await step.run(bench.context) }
        #expect(failure.message.contains("has no shell that could") && bench.runner.changes.last == clear)
    }
}
