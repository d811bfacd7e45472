#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What an instance of a unit is to be: the keys and devices that the unit's file decides, and none besides.
package struct InstanceForm: Sendable, Equatable {
    /// Whether it is a virtual machine.
    package var isVM: Bool
    /// Configuration by key.
    package var config: [String: String]
    package var devices: [String: ClusterInstance.Device]
    /// The engine's profiles, where the file decides about them.
    package var profiles: [String]?
    /// The address that its first card has, where it is fixed.
    let fixed: FixedAddress?
    /// Its cards on networks of units.
    let cards: [NetworkCard]

    /// The form of the unit's instance of that number; ports of a virtual machine lead to its fixed address.
    init(
        _ unit: Unit, _ number: Int, image: String, fixed: FixedAddress?, cards: [NetworkCard] = [], isVM: Bool,
        in workloads: Workloads
    ) {
        self.isVM = isVM
        self.fixed = fixed
        self.cards = cards
        config = [
            "limits.cpu": "\(unit.cores)", "limits.memory": ByteSize.forLXD(unit.memory), UnitMark.unit: unit.name.text,
            UnitMark.image: image, UnitMark.name: unit.name.instance(number),
        ]
        config[UnitMark.description] = unit.description
        config[UnitMark.needs] = unit.needs.isEmpty ? nil : unit.needs.map(\.text).joined(separator: ",")
        config[UnitMark.health] = unit.health?.mark
        config["cloud-init.user-data"] = unit.cloudInit.user
        config.merge(Self.optionalConfig(unit, isVM ? [] : cards)) { $1 }
        profiles = unit.allProfiles
        for (key, value) in unit.environment { config["environment.\(key)"] = value }
        devices = [:]
        if unit.disk != nil || !workloads.hasRoot {
            devices["root"] = ["type": "disk", "path": "/", "pool": workloads.pool]
            devices["root"]?["size"] = unit.disk.map(ByteSize.forLXD)
        }
        if let interface = unit.interface { devices["eth0"] = Self.nic("eth0", on: interface, workloads.networks) }
        for card in cards { devices[card.name] = card.device }
        for volume in unit.volumes {
            devices["vol-\(volume.name)"] = [
                "type": "disk", "pool": workloads.pool, "source": unit.volumeName(volume, number), "path": volume.path,
            ]
        }
        if let fixed {
            let card = ["type": "nic", "name": "eth0", "network": fixed.network, "ipv4.address": fixed.address]
            devices["eth0"] = card
        }
        for port in unit.ports {
            devices[port.device] = Self.proxy(port, isVM ? fixed : nil)
        }
        devices.merge(Self.memberDevices(unit, isVM: isVM)) { $1 }
    }

    /// A card on a network of LXD's, or else on an interface of the member's own.
    private static func nic(
        _ name: String, on interface: String, _ networks: [ListedNetwork]
    ) -> ClusterInstance.Device {
        let network = networks.first { $0.name == interface }
        if network?.managed ?? false { return ["type": "nic", "name": name, "network": interface] }
        return [
            "type": "nic", "name": name, "nictype": network?.type == "bridge" ? "bridged" : "macvlan",
            "parent": interface,
        ]
    }

    /// Whether the unit's file decides about that key.
    private static func decides(key: String) -> Bool {
        [
            "limits.cpu", "limits.memory", "cloud-init.user-data", UnitMark.unit,
            UnitMark.image, UnitMark.description,
            UnitMark.name, UnitMark.unfinished, UnitMark.keys, UnitMark.needs, UnitMark.health,
        ].contains(key) || key.hasPrefix("environment.")
    }

    /// Whether the unit's file decides about that device; what it says nothing of stays as large as it is.
    private func decides(device: String) -> Bool {
        device == "root"
            ? devices["root"] != nil
            : device == "eth0" || ["net-", "vol-", "port-", "mount-", "dev-"].contains(where: device.hasPrefix)
    }

    /// The form of an instance whose image runs that; it asks for no address, and gets its fixed one from LXC.
    func running(_ process: ImageProcess) -> InstanceForm {
        var form = self
        form.config.merge(process.variables) { own, _ in own }
        form.config["raw.lxc"] = process.lxc + addressLines
        return form
    }

    /// Lines for LXC by which what asks for no address has its own.
    private var addressLines: String { cards.isEmpty ? fixed?.lxc ?? "" : cards.lxc }

    /// Where an instance asks for names whose image has no DHCP client that is told: its `/etc/resolv.conf`.
    ///
    /// Of several networks the first is asked: it answers for the names of others, too, but for those of units.
    var resolver: String? {
        guard let card = cards.first else { return fixed.map { "nameserver \($0.gateway)\n" } }
        return "nameserver \(card.range.address)\nsearch \(UnitNetwork.domain)\n"
    }
    /// Where programs look for it.
    static let resolverPath = "/etc/resolv.conf"

    /// The form in which an instance of an image is made that the engine has pulled: the unit's variables come once it is known
    /// which ones the image has.
    var withoutVariables: InstanceForm {
        var form = self
        form.config = config.filter { !$0.key.hasPrefix("environment.") }
        return form
    }

    /// Notes which variables an instance has from an image that the engine has pulled.
    static func noteVariables(of instance: inout InstanceProperties) throws {
        let variables = instance.config.filter { $0.key.hasPrefix("environment.") }
        instance.config[UnitMark.variables] = try JSONText.text(variables, isCompact: true).trimmed
    }

    /// What an instance of that configuration is to have: the variables of its image where the unit sets none.
    private func wanted(of config: [String: String]) -> [String: String] {
        guard let process = ImageProcess(mark: config[ImageProcess.key]) else {
            let noted = config[UnitMark.variables].flatMap {
                try? JSONDecoder().decode([String: String].self, from: Data($0.utf8))
            }
            return self.config.merging(noted ?? [:]) { own, _ in own }
        }
        var wanted = self.config.merging(process.variables) { own, _ in own }
        if let lines = config["raw.lxc"], !lines.contains(addressLines) {
            wanted["raw.lxc"] = process.lxc + addressLines
        }
        return wanted
    }

    /// In what the instance is not as it should be, each with what it is and is to be, in words.
    func differences(from instance: ClusterInstance) -> [String] {
        let wanted = wanted(of: instance.config ?? [:])
        let optional = optionalKeys(of: instance.config)
        let config = (instance.config ?? [:]).filter { Self.decides(key: $0.key) || optional.contains($0.key) }
        let devices = (instance.devices ?? [:]).filter { decides(device: $0.key) }
        // What the mark names is told of by itself.
        let keys = Set(config.keys).union(wanted.keys).filter { config[$0] != wanted[$0] && $0 != UnitMark.keys }
            .sorted()
        let names = Set(devices.keys).union(self.devices.keys).filter { devices[$0] != self.devices[$0] }.sorted()
        let differences =
            keys.map { Self.words($0, config[$0], wanted[$0]) } + profileDifference(from: instance)
            + names.map { words(device: $0, devices[$0], self.devices[$0]) }
        let isMarked = config[UnitMark.keys] == wanted[UnitMark.keys]
        return differences.isEmpty && !isMarked ? ["its marks are updated"] : differences
    }

    private static func words(_ key: String, _ old: String?, _ new: String?) -> String {
        // Values may be secrets, or long.
        if key.hasPrefix("environment.") {
            return
                "env \(key.dropFirst(12)) \(old == nil ? "is set" : new == nil ? "is removed" : "changes"), at its next start"
        }
        switch key {
        case "limits.cpu": return "cores \(old ?? "all") → \(new ?? "all")"
        case "limits.memory": return "memory \(old ?? "all") → \(new ?? "all")"
        case "cloud-init.user-data": return "user-data changes, at its next start"
        case "cloud-init.network-config": return "its further cards change, at its next start"
        case "raw.lxc": return "its address changes, at its next start"
        case UnitMark.description: return "description changes"
        case UnitMark.image: return "its image is renamed \(new.map(UnitMark.short) ?? "")"
        case UnitMark.unfinished: return "is completed"
        case UnitMark.needs: return new.map { "needs \($0.replacing(",", with: ", "))" } ?? "needs no other unit"
        case UnitMark.health: return "health check \(HealthCheck(mark: new)?.text ?? "is removed")"
        default: return optionalWords(key, old, new) ?? "\(key) changes"
        }
    }

    private func words(device: String, _ old: ClusterInstance.Device?, _ new: ClusterInstance.Device?) -> String {
        let change = old == nil ? "is added" : new == nil ? "is removed" : "changes"
        if device == "root" { return "disk \(old?["size"] ?? "from profile") → \(new?["size"] ?? "the pool's")" }
        if device == "eth0" { return "eth0 \(change), and has no address before its next start" }
        if device.hasPrefix("vol-"), let old = old?["source"], let new = new?["source"], old != new {
            return "volume \(device.dropFirst(4)): \(old) → \(new)"
        }
        if device.hasPrefix("mount-") { return "mount \((new ?? old)?["path"] ?? device) \(change)" }
        if let words = Self.deviceWords(device) { return "\(words) \(change)" }
        for (prefix, kind) in [("vol-", "volume"), ("net-", "network")] where device.hasPrefix(prefix) {
            return "\(kind) \(device.dropFirst(prefix.count)) \(change)"
        }
        return "\(device) \(change)"
    }

    /// Gives an instance this form; what the unit does not decide stays.
    func apply(to instance: inout InstanceProperties) {
        let wanted = wanted(of: instance.config)
        let optional = optionalKeys(of: instance.config)
        instance.profiles = wantedProfiles(of: instance.config) ?? instance.profiles
        instance.config = instance.config.filter { !Self.decides(key: $0.key) && !optional.contains($0.key) }
            .merging(wanted) { $1 }
        instance.devices = instance.devices.filter { !decides(device: $0.key) }.merging(devices) { $1 }
    }

    /// What the instance is created with, that identifier for one, of which the engine lets the first one be chosen.
    func creation(_ identifier: String) -> InstanceProperties {
        let identifiers = [UnitMark.identifier: identifier, UnitMark.engineIdentifier: identifier]
        return InstanceProperties(config: config.merging(identifiers) { $1 }, devices: devices, profiles: profiles)
    }
}
