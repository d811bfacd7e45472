import Provisioning

/// What a run that says that it has succeeded must have left.
enum Promises {
    /// The state's members are online, and the user's client reaches them.
    static func whole(_ world: World, _ cluster: ClusterName, hasChosenRemote: Bool) {
        let folder = ClusterFolder(runtime: Person.runtime, cluster: cluster)
        let files = SimulatedFiles(disk: world.disk, process: SimulatedProcess(faults: []))
        guard let state = try? StateStore.read(folder, files) else { return world.violated("up left no state") }
        let names = state.members.map(\.name.text)
        if Set(world.ours.map(\.name)) != Set(names) { world.violated("the machines are not those of the state") }
        guard let lxd = world.machines[names[0]]?.daemon.cluster else { return world.violated("there is no cluster") }
        let online = lxd.members.filter { !$0.value.isPending && world.status($0.value) == "Online" }.keys.sorted()
        if online != names.sorted() { world.violated("online are \(online), and not \(names)") }
        if lxd.members.count != names.count {
            world.violated("there are members that nobody asked for: \(lxd.members.keys)")
        }
        let addresses = Set(lxd.members.values.filter { !$0.isPending }.map(\.address))
        if lxd.raft != addresses {
            let (found, wanted) = (lxd.raft.sorted(), addresses.sorted())
            world.violated("the database's configuration has \(found), and the members are at \(wanted)")
        }
        for name in names where world.machines[name]?.daemon.cluster !== lxd {
            world.violated("\(name) is in another cluster, or in none")
        }
        if lxd.network != .created || !lxd.hasCard { world.violated("there is no bridge") }
        remote(world, names[0], lxd, hasChosenRemote)
    }

    private static func remote(_ world: World, _ name: String, _ lxd: SimulatedCluster, _ hasChosenRemote: Bool) {
        let ours = world.client.remotes.filter(\.value.isOurs)
        if ours.keys.sorted() != [name] { world.violated("our remotes are \(ours.keys.sorted()), and not \(name)") }
        if !hasChosenRemote && world.client.defaultRemote != name {
            world.violated("\(name) is not the default remote")
        }
        if world.disk["\(Person.certificates)/\(name).crt"] != lxd.certificate + "\n" {
            world.violated("the remote trusts another certificate")
        }
    }

    /// Nothing of ours is left, and the default is what it was.
    static func gone(_ world: World, _ cluster: ClusterName, _ defaultRemote: String) {
        let left = world.ours.map(\.name)
        if !left.isEmpty { world.violated("destroy left the machines \(left)") }
        let remotes = world.client.remotes.filter(\.value.isOurs).keys.sorted()
        if !remotes.isEmpty { world.violated("destroy left the remotes \(remotes)") }
        let files = world.disk.paths(below: "\(Person.runtime)/clusters/\(cluster)")
        if !files.isEmpty { world.violated("destroy left \(files)") }
        if world.client.defaultRemote != defaultRemote {
            world.violated("the default remote is \(world.client.defaultRemote), and was \(defaultRemote)")
        }
    }
}

/// What is the user's own, and what the user did.
final class Persons {
    private let machines: [String]
    private var remotes: [String: SimulatedClient.Remote]
    /// The default remote that the user wants to find again.
    private(set) var defaultRemote: String
    var hasChosenRemote = false
    private(set) var hasLostFirst = false

    init(_ world: World) {
        machines = Self.fingerprints(world)
        remotes = world.client.persons
        defaultRemote = world.client.defaultRemote
    }

    private static func fingerprints(_ world: World) -> [String] {
        world.machines.values.filter { !$0.isOurs }.map(\.fingerprint).sorted()
    }

    /// Everything of the user's is as it was.
    func check(_ world: World) {
        if Self.fingerprints(world) != machines { world.violated("a machine of the person's was changed") }
        if world.client.persons != remotes { world.violated("a remote of the person's was changed") }
    }

    func perform(_ deed: Action.Deed, _ world: World, _ cluster: ClusterName) {
        func member(_ index: Int) -> SimulatedVM? {
            let machine = world.machines[MemberName(cluster, index).text]
            return machine.flatMap { $0.isOurs && $0.isShown(world.clock.elapsed) ? $0 : nil }
        }
        switch deed {
        case .switchRemote(let name):
            hasChosenRemote = true
            defaultRemote = name
            world.client.defaultRemote = name
        case .replaceRemote:
            let name = MemberName(cluster, 0).text
            hasChosenRemote = true
            if world.client.defaultRemote == name { world.client.defaultRemote = "local" }
            defaultRemote = world.client.defaultRemote
            world.client.remotes[name] = SimulatedClient.Remote(address: "https://10.9.0.98:8443", isOurs: false)
            world.disk["\(Person.certificates)/\(name).crt"] = "certificate of another"
            remotes = world.client.persons
        case .stop(let index):
            if let machine = member(index) { world.shutDown(machine) }
        case .delete(let index):
            guard let machine = member(index) else { return }
            world.shutDown(machine)
            machine.power = .deleted
        case .purge(let index):
            guard let machine = member(index) else { return }
            world.shutDown(machine)
            world.machines[machine.name] = nil
            if index == 0 { hasLostFirst = true }
        }
    }
}
