import Testing

@testable import Provisioning

/// Hypercore's own form of the file, `hac.toml`.
@Suite struct UnitFileHypercoreTests {
    private func text(_ hardware: String) -> UnitFileText {
        UnitFileText("[spacecore]\nname = \"hello\"\ndescription = \"says hello\"\n\n[hardware]\n\(hardware)\n")
    }

    @Test func withAReference() throws {
        let unit = try text("cores = 2\nmemory = 256\nref = \"ubuntu:24.04\"\ninterface = \"eth0\"").unit()
        #expect(unit.name.text == "hello" && unit.description == "says hello" && unit.cores == 2)
        #expect(unit.memory == 256 << 20 && unit.image == .remote("ubuntu:24.04") && unit.interface == "eth0")
        #expect(unit.count == 1 && unit.kind == nil)
    }

    @Test(arguments: ["\"vmlinux\"", "\"\"", "7", "{path = \"vmlinux\"}"])
    func aKernelIsRefusedWithTheReason(_ kernel: String) {
        #expect(
            text("drive = \"root.img\"\nkernel = \(kernel)").refusal()
                == "web/unit.toml, line 7, column 10: hardware.kernel is not supported: LXD boots the kernel that is "
                + "in a VM's image; leave it out; use an image with that kernel as ref or drive")
    }

    @Test func aDriveAndAReference() {
        let refusal = text("ref = \"ubuntu:24.04\"\ndrive = \"root.img\"").refusal()
        #expect(refusal.hasPrefix("web/unit.toml, line 7, column 9: hardware.drive and ref both set the root"))
    }
}
