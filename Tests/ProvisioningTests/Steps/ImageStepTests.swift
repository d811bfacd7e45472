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
        bench.runner.on("lxc query 'DEV-00:/1.0/images?recursion=1'", .prints("[]"))
        bench.runner.on(pack, .works)
        bench.runner.on(clear, .works)
        bench.runner.on("\(give) /d.img DEV-00:", .prints("\rImage imported with fingerprint: \(Self.sum)\n"))
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

    private func make(_ form: Drive.Form) -> (MakeImage, SuppliedImage) {
        let image = SuppliedImage("d.img", nil)
        return (MakeImage(drive: Drive("/d.img", form), source: "sha256:x", image: image, remote: "DEV-00"), image)
    }

    private func unpacking() -> (UnpackImage, SuppliedImage) {
        let image = SuppliedImage(reference, nil)
        return (UnpackImage(reference: reference, image: image, remote: "DEV-00", needsSudo: false), image)
    }

    private func says(_ args: String) -> ScriptedRunner.Answer {
        .prints(#"{"process":{"args":\#(args),"env":["A=b"],"cwd":"/"}}"#)
    }

    // MARK: Drives

    @Test func aDriveIsImportedAsItIsBesideItsMetadata() async throws {
        let (step, image) = make(.squashfs)
        #expect(try await !step.isDone(bench.context))
        #expect(image.fingerprint == "<fingerprint of d.img>")
        try await step.run(bench.context)
        #expect(image.fingerprint == Self.sum && image.process == nil)
        #expect(bench.runner.changes == [pack, "\(give) /d.img DEV-00:", clear])
        let metadata = try #require(bench.files["\(place)/metadata.yaml"])
        for text in [#""architecture" : "aarch64""#, #""creation_date" : "#, #""bcm.source" : "sha256:x""#] {
            #expect(metadata.contains(text), "\(metadata)")
        }
        #expect(bench.files.folders[place] == 0o700 && bench.files.files["\(place)/metadata.yaml"]?.mode == 0o600)
    }

    @Test func aRawDiskIsConvertedFirst() async throws {
        let convert = "qemu-img convert -f raw -O qcow2 /d.img \(place)/disk.qcow2"
        bench.runner.on(convert, .works)
        bench.runner.on("\(give) \(place)/disk.qcow2 DEV-00:", .prints("Image imported with fingerprint: \(Self.sum)"))
        let (step, image) = make(.rawDisk)
        try await step.run(bench.context)
        #expect(bench.runner.changes.first == convert && image.fingerprint == Self.sum)
    }

    @Test func oneThatIsThereIsDone() async throws {
        bench.runner.on(
            "lxc query 'DEV-00:/1.0/images?recursion=1'",
            .prints(
                #"[{"fingerprint":"f0","type":"container"},"#
                    + #"{"fingerprint":"f1","type":"container","properties":{"bcm.source":"sha256:x"}}]"#))
        let (step, image) = make(.archive)
        #expect(try await !step.isDone(bench.context), "anybody can set a property of an image")
        try await bench.context.store.update { $0.images = ["sha256:x": "f1"] }
        #expect(try await step.isDone(bench.context))
        #expect(image.fingerprint == "f1" && bench.runner.changes == [])
    }

    @Test func nothingIsLeftOfWhatFailsOrIsCancelled() async throws {
        let (step, _) = make(.archive)
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

    // MARK: Registries

    @Test func aRegistrysImageIsFetchedUnpackedAndPackedAgain() async throws {
        bench.runner.on(read, says(#"["serve","80"]"#))
        let (step, image) = unpacking()
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        #expect(
            bench.runner.changes
                == [fetch, unpack, packRoot, pack, "\(give) \(place)/rootfs.tar.gz DEV-00:", clear])
        #expect(image.fingerprint == Self.sum && image.process?.arguments == ["serve", "80"])
        #expect(await bench.context.store.state.images == [reference: Self.sum])
        #expect(bench.files["\(place)/metadata.yaml"]?.contains(#""bcm.source" : "\#(reference)""#) == true)

        let mark = try JSONText.text(["bcm.source": reference, "bcm.process": try #require(image.process).mark()])
        bench.runner.on(
            "lxc query 'DEV-00:/1.0/images?recursion=1'",
            .prints(#"[{"fingerprint":"\#(Self.sum)","type":"container","properties":\#(mark)}]"#))
        let (again, known) = unpacking()
        #expect(try await again.isDone(bench.context))
        #expect(known.fingerprint == Self.sum && known.process == image.process)
    }

    @Test func wordsWithBlanksAreRunByAScriptWhereThereIsAShell() async throws {
        let add = "install -D --no-target-directory --mode=0755 /dev/stdin \(place)/bundle/rootfs/.bcm-run"
        bench.runner.on(read, says(#"["nginx","-g","daemon off;"]"#))
        bench.runner.on("test -e \(place)/bundle/rootfs/bin/sh", .works, .ends(1))
        bench.runner.on(add, .works)
        let (step, image) = unpacking()
        try await step.run(bench.context)
        #expect(bench.runner.last(add)?.input == "#!/bin/sh\nexec nginx -g 'daemon off;'\n")
        #expect(image.process?.arguments == ["/.bcm-run"])
        let failure = try await #require(throws: Failure.self) { try await step.run(bench.context) }
        #expect(failure.message.contains("has no shell that could") && bench.runner.changes.last == clear)
    }

    @Test func whoIsNotRootUnpacksBySudo() async throws {
        let sudo = "sudo -n --"
        bench.runner.on("\(sudo) \(unpack)", .works)
        bench.runner.on("\(sudo) \(packRoot)", .works)
        bench.runner.on("\(sudo) \(clear)", .works)
        bench.runner.on("\(sudo) \(read)", says(#"["serve"]"#))
        let image = SuppliedImage(reference, nil)
        try await UnpackImage(reference: reference, image: image, remote: "DEV-00", needsSudo: true).run(bench.context)
        #expect(bench.runner.changes.first == fetch && bench.runner.changes.last == "\(sudo) \(clear)")
    }

    // MARK: Dry runs

    @Test func aDryRunFetchesAndConvertsNothing() async throws {
        let recorder = Recorder()
        let context = bench.context.with(runner: RecordingRunner(bench.runner, recorder))
        let (make, made) = make(.rawDisk)
        let (unpack, unpacked) = unpacking()
        var plan = ClusterPlan()
        plan.add(make)
        plan.add(unpack)
        let review = try await PlanReview(plan, context, recorder)
        #expect(bench.runner.changes == [])
        #expect(review.items.map(\.isDone) == [false, false])
        let lines = review.items.flatMap(\.actions).map { action -> String in
            if case .command(let command) = action { command.pasteable } else { "" }
        }
        #expect(lines.first == "qemu-img convert -f raw -O qcow2 /d.img \(place)/disk.qcow2")
        #expect(lines.contains(fetch) && lines.contains(packRoot) && lines.last == clear)
        #expect(made.fingerprint == "<fingerprint of d.img>")
        #expect(unpacked.fingerprint == "<fingerprint of \(reference)>")
        #expect(unpacked.process?.arguments == ["<command>"])
    }
}
