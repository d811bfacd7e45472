import Foundation
import Provisioning
import Testing

/// A container image of one static program, made here: nothing is downloaded.
enum TinyImage {
    /// Makes the image in the folder and returns its path.
    static func make(in folder: String) async throws -> String {
        let root = "\(folder)/image/rootfs"
        let files = FileManager.default
        for path in ["bin", "sbin", "etc", "proc", "sys", "dev", "tmp", "root", "usr/share/udhcpc"] {
            try files.createDirectory(atPath: "\(root)/\(path)", withIntermediateDirectories: true)
        }
        try files.copyItem(atPath: "/bin/busybox", toPath: "\(root)/bin/busybox")
        for name in ["sh", "mount", "ip", "udhcpc", "sleep", "ping", "cat", "hostname", "wget", "nc"] {
            try files.createSymbolicLink(atPath: "\(root)/bin/\(name)", withDestinationPath: "busybox")
        }
        try write(initProgram, "\(root)/sbin/init")
        try write(addressScript, "\(root)/usr/share/udhcpc/default.script")
        try write(metadata, "\(folder)/image/metadata.yaml")
        let image = "\(folder)/tiny.tar.gz"
        try await LocalRunner().output(
            of: Command("tar", ["-C", "\(folder)/image", "-czf", image, "metadata.yaml", "rootfs"]))
        return image
    }

    private static func write(_ text: String, _ path: String) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    private static let initProgram = """
        #!/bin/sh
        trap 'exit 0' TERM INT PWR
        ip link set lo up
        ip link set eth0 up
        udhcpc -i eth0 -s /usr/share/udhcpc/default.script -b -t 20 -T 1
        while :; do sleep 3600 & wait; done
        """

    private static let addressScript = """
        #!/bin/sh
        [ "$1" = bound ] || exit 0
        ip addr flush dev $interface
        ip addr add $ip/$mask dev $interface
        [ -z "$router" ] || ip route add default via $router
        """

    private static let metadata = """
        architecture: x86_64
        creation_date: 1700000000
        properties: {description: one static program, os: busybox, release: "1"}
        """
}
