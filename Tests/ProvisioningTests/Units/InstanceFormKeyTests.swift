import Testing

@testable import Provisioning

/// What keys that most files do not have come to in the engine's words, and how they are changed and taken back.
@Suite struct InstanceFormKeyTests {
    private func form(_ isVM: Bool = false, _ change: (inout Unit) throws -> Void) throws -> InstanceForm {
        InstanceForm(try .web("web", count: 1, change), 1, image: "tiny", fixed: nil, isVM: isVM, in: .dev(1))
    }

    private func full(_ unit: inout Unit) {
        unit.ports = [
            Unit.Port(listen: 8000, target: 9000, transport: .tcp, count: 3),
            Unit.Port(listen: 80, target: 80, transport: .udp, address: "fd00::1"),
        ]
        unit.mounts = [
            Unit.Mount(source: "/srv/www", path: "/www", isShifted: true),
            Unit.Mount(source: "/data", path: "/data", isReadOnly: false, isShifted: false),
        ]
        unit.devices = [.init(name: "fuse", kind: .unixCharacter, keys: ["source": "/dev/fuse"])]
        (unit.restart, unit.isRestartedByEngine) = (.always, true)
        (unit.vendorData, unit.profiles) = ("#cloud-config\n", ["gpu"])
    }

    @Test func everyKey() throws {
        let form = try form(false, full)
        #expect(
            form.devices == [
                "port-tcp-8000-8002": [
                    "type": "proxy", "listen": "tcp:0.0.0.0:8000-8002", "connect": "tcp:127.0.0.1:9000-9002",
                ],
                "port-udp-80-on-fd00..1": [
                    "type": "proxy", "listen": "udp:[fd00::1]:80", "connect": "udp:127.0.0.1:80",
                ],
                "mount-www": [
                    "type": "disk", "source": "/srv/www", "path": "/www", "readonly": "true", "shift": "true",
                ],
                "mount-data": ["type": "disk", "source": "/data", "path": "/data"],
                "dev-fuse": ["type": "unix-char", "source": "/dev/fuse"],
            ])
        let own = form.config.filter {
            $0.key.hasPrefix("boot.") || $0.key.hasPrefix("cloud-init.") || $0.key == UnitMark.keys
        }
        #expect(
            own == [
                "boot.autostart": "true", "boot.autorestart": "true", "cloud-init.vendor-data": "#cloud-config\n",
                "user.bcm.keys": "boot.autorestart boot.autostart cloud-init.vendor-data profiles",
            ])
        #expect(form.profiles == ["default", "gpu"] && form.creation("an-identifier").profiles == ["default", "gpu"])
        #expect(
            try self.form(true) { $0.mounts = [.init(source: "/a", path: "/a", isShifted: true)] }.devices["mount-a"]?[
                "shift"] == nil)
    }

    @Test(
        arguments: [
            (nil, true, [:]), (.always, false, ["boot.autostart": "true"]), (.onFailure, false, [:]),
            (.onFailure, true, ["boot.autorestart": "true"]), (.no, true, ["boot.autostart": "false"]),
        ] as [(Unit.Restart?, Bool, [String: String])])
    func restarts(_ restart: Unit.Restart?, _ byEngine: Bool, _ keys: [String: String]) throws {
        let form = try form { ($0.restart, $0.isRestartedByEngine) = (restart, byEngine) }
        #expect(form.config.filter { $0.key.hasPrefix("boot.") } == keys)
        #expect((form.config[UnitMark.keys] == nil) == keys.isEmpty)
    }

    @Test func portsOfAVMListenWhereTheFileSays() throws {
        let unit = try Unit.web {
            $0.ports = [
                Unit.Port(listen: 80, target: 80, transport: .tcp, count: 2),
                Unit.Port(listen: 90, target: 9, transport: .tcp, address: "192.0.2.1"),
            ]
        }
        let fixed = try FixedAddress(of: unit, on: "DEV-00", present: nil, in: .dev(1), without: [])
        let devices = InstanceForm(unit, 1, image: "tiny", fixed: fixed, isVM: true, in: .dev(1)).devices
        #expect(devices["port-tcp-80-81"]?["listen"] == "tcp:10.64.0.10:80-81")
        #expect(devices["port-tcp-90-on-192.0.2.1"]?["listen"] == "tcp:192.0.2.1:90")
        #expect(devices["port-tcp-90-on-192.0.2.1"]?["connect"] == "tcp:\(fixed.address):9")
    }

    @Test("What a file said is taken back with its key, and what the user has set by hand stays")
    func keysComeAndGo() throws {
        let before = try form(false, full)
        let plain = try form { _ in }
        var properties = InstanceProperties(
            config: ["boot.autostart": "true", "boot.autorestart": "true", "cloud-init.vendor-data": "v"], devices: [:],
            profiles: ["default", "mine"])
        plain.apply(to: &properties)
        #expect(properties.config["boot.autostart"] == "true" && properties.config["cloud-init.vendor-data"] == "v")
        #expect(properties.profiles == ["default", "mine"])
        before.apply(to: &properties)
        #expect(properties.profiles == ["default", "gpu"] && properties.config == before.config)
        plain.apply(to: &properties)
        #expect(
            properties.profiles == ["default"] && properties.config == plain.config
                && properties.devices == plain.devices)
    }

    @Test func differencesInWords() throws {
        let before = try form(false, full)
        let plain = try form { _ in }
        func instance(_ form: InstanceForm) -> ClusterInstance {
            var instance = ClusterInstance.running("web-1", on: "DEV-00", config: form.config, devices: form.devices)
            instance.profiles = form.profiles ?? ["default"]
            return instance
        }
        #expect(before.differences(from: instance(before)) == [])
        #expect(
            before.differences(from: instance(plain)) == [
                "is restarted when it ends", "starts with its member", "vendor-data is set, at its next start",
                "profiles default → default,gpu", "device fuse is added", "mount /data is added", "mount /www is added",
                "port tcp 8000-8002 is added", "port udp 80 on fd00..1 is added",
            ])
        #expect(
            plain.differences(from: instance(before)) == [
                "is not restarted when it ends", "starts with its member where it ran before",
                "vendor-data is removed, at its next start", "profiles default,gpu → default", "device fuse is removed",
                "mount /data is removed", "mount /www is removed", "port tcp 8000-8002 is removed",
                "port udp 80 on fd00..1 is removed",
            ])
        let moved = try form {
            full(&$0)
            $0.mounts[0].source = "/srv/other"
            $0.restart = .no
        }
        #expect(
            moved.differences(from: instance(before)) == [
                "is not restarted when it ends", "does not start with its member", "mount /www changes",
            ])
    }

    @Test("A key that the user has set by hand is taken over without a change, and later taken back")
    func takenOver() throws {
        var instance = ClusterInstance.running("web-1", on: "DEV-00", config: try form { _ in }.config)
        instance.config?["boot.autostart"] = "true"
        let form = try form { $0.restart = .always }
        #expect(form.differences(from: instance) == ["its marks are updated"])
    }

    @Test("What is for cloud-init may be secret, and is shown by its size")
    func vendorDataIsNotShown() throws {
        let shown = try form { $0.vendorData = "#cloud-config\npassword: s3cret\n" }.creation("an-identifier")
            .shownInput()
        #expect(!shown.text.contains("s3cret") && shown.text.contains("<vendor-data"), "\(shown.text)")
    }
}
