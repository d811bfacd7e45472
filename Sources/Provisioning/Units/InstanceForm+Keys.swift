/// Keys and devices that a unit's file may leave out.
extension InstanceForm {
    /// The configuration that follows from keys of the file which most files do not have.
    ///
    /// The mark names what of it the file decides, so that a later run without the key takes it back, and leaves what the user has set
    /// by hand.
    static func optionalConfig(_ unit: Unit, _ cards: [NetworkCard]) -> [String: String] {
        var config: [String: String] = [:]
        if cards.contains(where: { $0.interface != "eth0" }) {
            let hasFirst = cards.contains { $0.interface == "eth0" }
            config["cloud-init.network-config"] = CloudInit.network(interfaces: cards.count + (hasFirst ? 0 : 1))
        }
        config["cloud-init.vendor-data"] = unit.cloudInit.vendor
        switch unit.restart {
        case nil: break
        case .always: config["boot.autostart"] = "true"
        case .onFailure: break
        case .no: config["boot.autostart"] = "false"
        }
        if unit.isRestartedByEngine, unit.restart == .always || unit.restart == .onFailure {
            config["boot.autorestart"] = "true"
        }
        let decided = config.keys.sorted() + (unit.profiles.isEmpty ? [] : [UnitMark.profiles])
        if !decided.isEmpty { config[UnitMark.keys] = decided.joined(separator: " ") }
        return config
    }

    /// The devices by which instances get folders and devices of their member.
    static func memberDevices(_ unit: Unit, isVM: Bool) -> [String: ClusterInstance.Device] {
        var devices: [String: ClusterInstance.Device] = [:]
        for mount in unit.mounts {
            var device = ["type": "disk", "source": mount.source, "path": mount.path]
            if mount.isReadOnly { device["readonly"] = "true" }
            if mount.isShifted ?? false, !isVM { device["shift"] = "true" }
            devices[mount.device] = device
        }
        for device in unit.devices {
            devices["dev-\(device.name)"] = device.keys.merging(["type": device.kind.rawValue]) { $1 }
        }
        return devices
    }

    /// A port of the member that leads to one of the instance.
    static func proxy(_ port: Unit.Port, _ fixed: FixedAddress?) -> ClusterInstance.Device {
        let transport = port.transport.rawValue
        let (listen, connect) = (Unit.Port.text(port.range), Unit.Port.text(port.targets))
        let host = MemberPort.host(port.address ?? fixed?.listen ?? "0.0.0.0")
        var device = [
            "type": "proxy", "listen": "\(transport):\(host):\(listen)",
            "connect": "\(transport):\(fixed?.address ?? "127.0.0.1"):\(connect)",
        ]
        if fixed != nil { device["nat"] = "true" }
        return device
    }

    /// Which keys beside those of every unit that instance's file decided about, or this one does.
    func optionalKeys(of config: [String: String]?) -> Set<String> {
        Set(
            [config?[UnitMark.keys], self.config[UnitMark.keys]].compactMap(\.self).flatMap { $0.split(separator: " ") }
                .map(String.init))
    }

    /// The profiles that the instance is to have, where that is decided.
    func wantedProfiles(of config: [String: String]?) -> [String]? {
        profiles ?? (optionalKeys(of: config).contains(UnitMark.profiles) ? ["default"] : nil)
    }

    /// What of the instance's profiles is not as it should be, in words.
    func profileDifference(from instance: ClusterInstance) -> [String] {
        guard let wanted = wantedProfiles(of: instance.config), wanted != instance.profiles ?? [] else { return [] }
        func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ",") }
        return ["profiles \(list(instance.profiles ?? [])) → \(list(wanted))"]
    }

    /// What becomes of such a key, in words; `nil` for others.
    static func optionalWords(_ key: String, _ old: String?, _ new: String?) -> String? {
        let change = old == nil ? "is set" : new == nil ? "is removed" : "changes"
        switch key {
        case "cloud-init.vendor-data": return "vendor-data \(change), at its next start"
        case "boot.autostart":
            return new == "true"
                ? "starts with its member"
                : new == "false" ? "does not start with its member" : "starts with its member where it ran before"
        case "boot.autorestart": return new == "true" ? "is restarted when it ends" : "is not restarted when it ends"
        default: return nil
        }
    }

    /// What such a device is called, in words; `nil` for others.
    static func deviceWords(_ device: String) -> String? {
        if device.hasPrefix("port-") {
            let parts = device.split(separator: "-", maxSplits: 2).map(String.init)
            return parts.count < 3 ? nil : "port \(parts[1]) \(parts[2].replacing("-on-", with: " on "))"
        }
        if device.hasPrefix("dev-") { return "device \(device.dropFirst(4))" }
        return nil
    }
}
