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

    /// Whether a kernel matters is known once it is known what the instances are.
    @Test func aKernelIsRefusedForVMsAlone() throws {
        let sentence =
            "web/unit.toml, line 7, column 10: hardware.kernel is not supported for VMs: LXD boots the kernel that is in "
            + "a VM's image"
        let open = try text("drive = \"root.img\"\nkernel = \"vmlinux\"").unit()
        #expect(open.kernel?.message == sentence && open.remarks == [])
        let instance = "\n[instance]\ntype = "
        #expect(text("drive = \"root.img\"\nkernel = \"vmlinux\"\(instance)\"vm\"").refusal().hasPrefix(sentence))
        #expect(
            try text("drive = \"root.img\"\nkernel = \"vmlinux\"\(instance)\"container\"").unit().kind == .container)
    }

    /// The example of Hypercore's own page: a title, a kernel, and a reference beside a drive.
    @Test func theExampleOfItsPage() throws {
        let page = """
            [spacecore]
            name = "Test Node"
            description = "Testing"

            [hardware] # resource allocation
            cores = 4 # Number of CPU cores
            memory = 4096 # Memory in MB
            kernel = "/home/dev/images/vmlinux-5.10.217"
            drive = "/home/dev/firecracker-containerd/tools/image-builder/rootfs.img"
            ref = "docker.io/library/alpine:latest" # Reference of the image to use
            interface = "ens2" # Host interface to bridge with the VM, eg. eth0
            """
        for text in [page, "\u{feff}" + page, page.replacing("\n", with: "\r\n")] {
            let unit = try UnitFileText(text).unit()
            #expect(unit.name.text == "test-node" && unit.description == "Testing" && unit.cores == 4)
            #expect(unit.memory == 4 << 30 && unit.image == .registry("docker.io/library/alpine:latest"))
            #expect(unit.interface == "ens2" && unit.kernel != nil)
            #expect(
                unit.remarks == [
                    "'Test Node' becomes the unit test-node: \(UnitName.titleRule)",
                    "drive is ignored: ref is the image of the root file system",
                ])
        }
    }

    @Test func aDriveAndAReferenceWithoutAKernel() {
        let refusal = text("ref = \"ubuntu:24.04\"\ndrive = \"root.img\"").refusal()
        #expect(refusal.hasPrefix("web/unit.toml, line 7, column 9: hardware.drive and ref both set the root"))
    }

    @Test(arguments: [
        ("Test Node", "test-node"), ("Market Intelligence Agent (v2)", "market-intelligence-agent-v2"),
        (" web  server ", "web-server"),
    ])
    func aTitleBecomesALabel(_ title: String, _ name: String) throws {
        let unit = try UnitFileText("[spacecore]\nname = \"\(title)\"\n[hardware]\nref = \"tiny\"").unit()
        #expect(unit.name.text == name && unit.description == title)
    }

    @Test(arguments: ["2 nodes", "   ", "a b \\n", "a_b"])
    func whatCannotBecomeOneIsRefused(_ title: String) {
        let text = UnitFileText("[spacecore]\nname = \"\(title)\"\n[hardware]\nref = \"tiny\"")
        #expect(text.refusal().contains("spacecore.name is not a valid name for a unit"))
    }

    @Test func theNewerForm() throws {
        let text = """
            version = "1.0"
            [spacecore]
            name = "hello"
            [resources]
            vcpus = 2
            memory = "2GiB"
            disk = "10GiB"
            image = "ubuntu:24.04"
            """
        let unit = try UnitFileText(text).unit()
        #expect(unit.cores == 2 && unit.memory == 2 << 30 && unit.disk == 10 << 30)
        #expect(unit.image == .remote("ubuntu:24.04"))
        let both = text + "\n[hardware]\nref = \"tiny\""
        #expect(UnitFileText(both).refusal().contains("line 8, column 9: resources.image is given twice"))
        let half = text.replacing("image = \"ubuntu:24.04\"", with: "[hardware]\nref = \"tiny\"")
        #expect(try UnitFileText(half).unit().image == .known("tiny"))
        #expect(UnitFileText(text + "\nkernels = 1").refusal().contains("did you mean kernel?"))
    }
}
