import Provisioning

/// What the commands need that reach other machines.
extension World {
    /// The hosts that a person has added.
    var hosts: HostStore { HostStore(runtime: runtime, files: files) }

    /// The provider of that name, on the host that the runner reaches.
    func provider(_ name: ProviderName, on host: any CommandRunner, isRoot: Bool) throws -> any MachineProvider {
        let root = SudoRunner(host, needed: !isRoot)
        if name == .baremetal { return BaremetalProvider(host: nil, base: host, root: root, engine: .lxd, time: time) }
        return try provider(name, by: host, root)
    }
}
