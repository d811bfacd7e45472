extension Workloads {
    /// The workloads as they are once these designs were carried out, as far as the next one depends on it.
    package func after(_ designs: [UnitDesign]) -> Workloads {
        var workloads = self
        for change in designs.flatMap(\.changes) { workloads.take(change) }
        return workloads
    }

    private mutating func take(_ change: UnitChange) {
        let name = change.name
        func values(_ keys: [String]) -> [String: String] {
            let pairs = keys.compactMap { key -> (String, String)? in
                let parts = key.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
            }
            return Dictionary(pairs) { $1 }
        }
        switch change.work {
        case .make(let member, let form):
            var instance = ClusterInstance(name: name, location: member, status: "Running")
            instance.type = (form.isVM ? Unit.Kind.vm : .container).type
            (instance.config, instance.expandedConfig) = (form.config, form.config)
            (instance.devices, instance.expandedDevices) = (form.devices, form.devices)
            instances.removeAll { $0.name == name && $0.isOfDefaultProject }
            instances.append(instance)
        case .edit(_, let form, let starts):
            guard let place = instances.firstIndex(where: { $0.name == name && $0.isOfDefaultProject }) else { return }
            if starts { instances[place].status = "Running" }
            guard let form else { return }
            var properties = InstanceProperties(
                config: instances[place].config ?? [:], devices: instances[place].devices ?? [:])
            form.apply(to: &properties)
            (instances[place].config, instances[place].devices) = (properties.config, properties.devices)
            instances[place].expandedConfig?.merge(properties.config) { $1 }
            instances[place].expandedDevices?.merge(properties.devices) { $1 }
        case .remove: instances.removeAll { $0.name == name && $0.isOfDefaultProject }
        case .makeNetwork(let network):
            networks.removeAll { $0.name == name }
            networks.append(
                ListedNetwork(
                    name: name, managed: true, type: "bridge", config: network.keys, usedBy: [], status: "Created"))
        case .setNetwork(let network, _):
            for index in networks.indices where networks[index].name == name {
                networks[index].config = (networks[index].config ?? [:]).merging(network.keys) { $1 }
            }
        case .removeNetwork: networks.removeAll { $0.name == name }
        case .makeVolume(let member, let keys):
            volumes.append(ClusterVolume(name: name, config: values(keys), location: member))
        case .removeVolume: volumes.removeAll { $0.name == name }
        case .nothing, .stay, .bring, .setVolume: break
        }
    }
}
