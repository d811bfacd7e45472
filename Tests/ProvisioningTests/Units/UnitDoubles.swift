@testable import Provisioning

extension Unit {
    /// A unit called web with containers of 512 MiB, with changes.
    static func web(
        _ name: String = "web", count: Int = 1, _ change: (inout Unit) throws -> Void = { _ in }
    ) throws -> Unit {
        var unit = Unit(
            name: try UnitName(name), description: nil, cores: 1, memory: 512 << 20, image: .known("tiny"),
            interface: nil, kind: nil, count: count, spread: .host, disk: nil, userData: nil, environment: [:],
            volumes: [], networks: [], ports: [])
        try change(&unit)
        return unit
    }
}

extension Unit.Volume {
    /// A volume of that size, 1 GiB where none is given.
    static func of(_ name: String, _ size: Int? = 1 << 30, shared: Bool = false) -> Unit.Volume {
        Unit.Volume(name: name, size: size, path: "/srv/\(name)", isPerInstance: !shared)
    }
}

extension Unit.Port {
    /// A port of TCP that leads to port 80.
    static func tcp(_ listen: Int) -> Unit.Port { Unit.Port(listen: listen, target: 80, transport: .tcp) }
}

extension ClusterMember {
    /// A member of DEV in that state.
    static func dev(_ index: Int, _ status: String = "Online") -> ClusterMember {
        ClusterMember(
            name: "DEV-0\(index)", url: "https://10.64.0.1\(index):8443", database: true, status: status, message: "",
            roles: [])
    }
}

extension ClusterInstance {
    /// An instance that runs.
    static func running(
        _ name: String, on member: String, config: [String: String] = [:], devices: [String: Device] = [:],
        type: String = "container"
    ) -> ClusterInstance {
        ClusterInstance(
            name: name, location: member, status: "Running", project: "default", config: config, type: type,
            devices: devices, expandedDevices: devices, expandedConfig: config, profiles: ["default"],
            lastUsed: "2026-01-02T03:04:05.678Z")
    }
}

extension ClusterVolume {
    /// A volume of a unit, or of nobody.
    static func of(_ unit: String?, _ name: String, on member: String?, size: String? = "1GiB") -> ClusterVolume {
        var config = size.map { ["size": $0] } ?? [:]
        config[UnitMark.unit] = unit
        return ClusterVolume(name: name, config: config, location: member, usedBy: [])
    }
}

extension ListedNetwork {
    /// A bridge of LXD's, of a unit where one is named.
    static func bridge(_ name: String, _ address: String, of unit: String? = nil) -> ListedNetwork {
        var config = ["ipv4.address": address]
        config[UnitMark.unit] = unit
        return ListedNetwork(
            name: name, managed: true, type: "bridge", config: config, usedBy: [], status: "Created")
    }

    /// An interface that LXD does not manage.
    static func interface(_ name: String, _ type: String = "physical") -> ListedNetwork {
        ListedNetwork(name: name, managed: false, type: type, config: nil, usedBy: [], status: "")
    }
}

extension Workloads {
    /// A cluster of that many members on which nothing runs.
    static func dev(_ members: Int) -> Workloads {
        Workloads(
            members: (0..<members).map { .dev($0) }, instances: [], volumes: [],
            networks: [.bridge("lxdbr0", "10.248.0.1/24"), .interface("eth0"), .interface("lo", "loopback")],
            pool: "default", card: "lxdbr0")
    }

    /// The same with changes.
    static func dev(_ members: Int, _ change: (inout Workloads) throws -> Void) rethrows -> Workloads {
        var workloads = dev(members)
        try change(&workloads)
        return workloads
    }

    /// The same once the unit has been run, its instances on the members in turns.
    func with(_ unit: Unit, isVM: Bool = false, image: String = "tiny") throws -> Workloads {
        let diff = try UnitDiff(unit, self, image: image, isVM: isVM)
        let places = zip(diff.newMembers, 0...).map { newMember, index in
            InstancePlacement.Choice(
                name: unit.name.instance(newMember.number), member: members[index % members.count].name, reason: "")
        }
        var after = self
        after.apply(try UnitDesign(diff, places, image: nil))
        return after
    }

    /// What LXD does when a run does what that design says.
    mutating func apply(_ design: UnitDesign) {
        for change in design.changes {
            switch change.work {
            case .nothing, .bring, .stay: break
            case .makeNetwork(let network):
                networks.append(
                    ListedNetwork(
                        name: change.name, managed: true, type: "bridge", config: network.keys, usedBy: [],
                        status: "Created"))
            case .setNetwork(let network, _):
                for index in networks.indices where networks[index].name == change.name {
                    networks[index].config?.merge(network.keys) { $1 }
                }
            case .removeNetwork: networks.removeAll { $0.name == change.name }
            case .makeVolume(let member, let keys):
                volumes.append(ClusterVolume(name: change.name, config: Self.values(keys), location: member))
            case .setVolume(_, let keys):
                for index in volumes.indices where volumes[index].name == change.name {
                    volumes[index].config.merge(Self.values(keys)) { $1 }
                }
            case .removeVolume: volumes.removeAll { $0.name == change.name }
            case .remove: instances.removeAll { $0.name == change.name && $0.unit == design.unit.text }
            case .make(let member, let form):
                instances.append(
                    .running(
                        change.name, on: member, config: form.config, devices: form.devices,
                        type: (form.isVM ? Unit.Kind.vm : .container).type))
            case .edit(_, let form, let starts):
                for index in instances.indices where instances[index].name == change.name {
                    instances[index].take(form, starts: starts)
                }
            }
        }
    }

    private static func values(_ keys: [String]) -> [String: String] {
        let pairs = keys.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        return Dictionary(pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { $1 }
    }
}

extension ClusterInstance {
    /// As it is once it has been given that form.
    mutating func take(_ form: InstanceForm?, starts: Bool) {
        if let form {
            var properties = InstanceProperties(config: config ?? [:], devices: devices ?? [:])
            form.apply(to: &properties)
            (config, devices) = (properties.config, properties.devices)
            (expandedConfig, expandedDevices) = (properties.config, properties.devices)
        }
        if starts { status = "Running" }
    }
}

extension UnitDiff {
    /// Each change on a line: `~ instance web-1: memory 512MiB → 1GiB`.
    var lines: [String] { changes.map(\.line) }
}

extension UnitChange {
    /// On one line, without what it is for LXD.
    var line: String { "\(sign.rawValue) \(object.rawValue) \(name)\(details.isEmpty ? "" : ": \(details)")" }
}
