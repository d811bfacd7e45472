import Testing

@testable import Provisioning

/// What a file is, told by its first bytes.
@Suite struct DriveTests {
    private let runner = ScriptedRunner()
    private let look = "od -A n -v -t x1 -N 1082 /d"
    private let list = "tar -tf /d metadata.yaml ./metadata.yaml rootfs.img ./rootfs.img"

    /// A file of zeros but for these bytes, as `od` prints it.
    private func dump(_ bytes: [UInt8], at place: Int = 0) -> ScriptedRunner.Answer {
        var file = [UInt8](repeating: 0, count: FileSignature.length)
        file.replaceSubrange(place..<place + bytes.count, with: bytes)
        let words = file.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return .prints(
            stride(from: 0, to: words.count, by: 16).map { start in
                " " + words[start..<min(start + 16, words.count)].joined(separator: " ") + "\n"
            }.joined())
    }

    private func notFound(_ names: String...) -> String {
        names.map { "tar: \($0): Not found in archive\n" }.joined()
            + "tar: Exiting with failure status due to previous errors\n"
    }

    @Test(arguments: [
        ("QFI\u{FB}", 0, Drive.Form.qcow2, "virtual-machine"), ("hsqs", 0, .squashfs, "container"),
        ("U\u{AA}", 510, .rawDisk, "virtual-machine"),
    ])
    func disksAndSquashfs(_ mark: String, _ place: Int, _ form: Drive.Form, _ type: String) async throws {
        runner.on(look, dump(mark.unicodeScalars.map { UInt8($0.value) }, at: place))
        let drive = try await Drives(runner).drive("/d")
        #expect(drive.form == form && drive.type == type && runner.lines == [look])
    }

    @Test(
        arguments: [
            ([0x1F, 0x8B], 0), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], 0), ([0x28, 0xB5, 0x2F, 0xFD], 0),
            (Array("BZh".utf8), 0), ([0x5D, 0x00, 0x00], 0), (Array("ustar".utf8), 257),
        ] as [([UInt8], Int)])
    func archivesHoldARootFileSystemOrAWholeImage(_ mark: [UInt8], _ place: Int) async throws {
        runner.on(look, dump(mark, at: place))
        let missing = notFound("metadata.yaml", "./metadata.yaml", "rootfs.img", "./rootfs.img")
        runner.on(
            list, .ends(2, missing), .prints("./metadata.yaml\n"),
            .result(CommandResult(.exited(2), output: "metadata.yaml\nrootfs.img\n", errors: notFound("./rootfs.img"))))
        var forms: [Drive.Form] = []
        for _ in 0..<3 { forms.append(try await Drives(runner).drive("/d").form) }
        #expect(forms == [.archive, .image(isVM: false), .image(isVM: true)])
    }

    @Test func anArchiveThatIsNoneOrIsCutOffIsRefused() async throws {
        runner.on(look, dump([0x1F, 0x8B]))
        runner.on(
            list, .ends(2, "tar: This does not look like a tar archive\n" + notFound("metadata.yaml")),
            .ends(2, "gzip: stdin: unexpected end of file\n" + notFound("metadata.yaml")))
        let none = try await #require(throws: Failure.self) { try await Drives(runner).drive("/d") }
        #expect(none.code == .badInput && none.message == "the drive /d is compressed, but not a tar archive")
        let cut = try await #require(throws: Failure.self) { try await Drives(runner).drive("/d") }
        #expect(cut.code == .commandFailed && cut.output?.contains("unexpected end of file") == true)
    }

    @Test func whatLXDCannotTakeIsRefusedWithAWayOut() async throws {
        for (bytes, place, message, hint) in [
            ([0x53, 0xEF], 1080, "is a bare ext4 file system", "tar -C FOLDER -czf rootfs.tar.gz ."),
            (Array("XFSB".utf8), 0, "is a bare XFS file system", "tar -C"),
            (Array("KDMV".utf8), 0, "is a VMDK disk", "qemu-img convert -O qcow2 /d disk.qcow2"),
            (Array("#!/bin/sh".utf8), 0, "has an unknown format", "give a qcow2 or raw disk"),
        ] as [([UInt8], Int, String, String)] {
            runner.on(look, dump(bytes, at: place))
            let failure = try await #require(throws: Failure.self) { try await Drives(runner).drive("/d") }
            #expect(failure.code == .badInput && failure.message.contains(message), "\(failure.message)")
            #expect(failure.hint?.contains(hint) == true)
        }
        runner.on(look, .prints(""))
        await #expect(throws: Failure.self) { try await Drives(runner).drive("/d") }
        #expect(FileSignature([]) == .unknown && FileSignature([0x1F]) == .unknown)
    }

    @Test func aFileSystemWithABootSectorIsNoDisk() {
        var bytes = [UInt8](repeating: 0, count: FileSignature.length)
        bytes.replaceSubrange(510..<512, with: [0x55, 0xAA])
        #expect(FileSignature(bytes) == .disk)
        bytes.replaceSubrange(1080..<1082, with: [0x53, 0xEF])
        #expect(FileSignature(bytes) == .bareFileSystem("ext4"))
    }

    @Test func noProgramTakesItsPathForAnOptionOrAHost() async throws {
        #expect(Drive("-r.img", .qcow2).path == "./-r.img" && Drive("a:b", .qcow2).path == "./a:b")
        #expect(Drive("/a", .qcow2).path == "/a")
    }
}
