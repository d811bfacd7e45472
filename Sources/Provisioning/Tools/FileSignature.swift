/// What the first bytes of a file say that it is; its name says nothing.
enum FileSignature: Equatable {
    /// A disk as QEMU keeps it.
    case qcow2
    /// A disk byte by byte, with a partition table.
    case disk
    /// A disk in a form that `qemu-img` reads and LXD does not take.
    case foreignDisk(String)
    /// A file system without a disk around it, which nothing can boot or unpack.
    case bareFileSystem(String)
    case squashfs
    case tar
    case compressed
    /// Nothing known.
    case unknown

    /// How many bytes are looked at.
    static let length = 1082

    /// Where which bytes stand; what stands first wins, since a file system may begin with what looks like a boot sector.
    private static let signatures: [(Int, [UInt8], FileSignature)] = [
        (0, [0x51, 0x46, 0x49, 0xFB], .qcow2), (0, Array("hsqs".utf8), .squashfs), (0, [0x1F, 0x8B], .compressed),
        (0, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .compressed), (0, [0x28, 0xB5, 0x2F, 0xFD], .compressed),
        (0, Array("BZh".utf8), .compressed), (0, [0x5D, 0x00, 0x00], .compressed), (257, Array("ustar".utf8), .tar),
        (0, Array("KDMV".utf8), .foreignDisk("VMDK")), (0, Array("vhdxfile".utf8), .foreignDisk("VHDX")),
        (0, Array("conectix".utf8), .foreignDisk("VHD")), (64, [0x7F, 0x10, 0xDA, 0xBE], .foreignDisk("VDI")),
        (1080, [0x53, 0xEF], .bareFileSystem("ext4")), (0, Array("XFSB".utf8), .bareFileSystem("XFS")),
        (510, [0x55, 0xAA], .disk),
    ]

    /// What begins with these bytes.
    init(_ bytes: [UInt8]) {
        let found = Self.signatures.first { bytes.dropFirst($0.0).starts(with: $0.1) }
        self = found?.2 ?? .unknown
    }
}
