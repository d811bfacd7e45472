/// What belongs together on a cluster: instances that are alike, with their volumes, networks and ports.
package struct Unit: Sendable, Equatable {
    /// What LXD runs.
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// A virtual machine.
        case vm
        case container

        /// What LXD calls it.
        package var type: String { self == .vm ? "virtual-machine" : "container" }
    }

    /// What two instances do not share while another is free.
    package enum Spread: String, Sendable, CaseIterable {
        /// A host, and on it a member.
        case host
        case member
        /// Nothing: memory alone decides.
        case none
    }

    /// A disk that outlives the instances.
    package struct Volume: Sendable, Equatable {
        /// Its name within the unit.
        package var name: String
        /// Its size, in bytes; `nil` is as large as its pool.
        package var size: Int?
        /// Where instances have it.
        package var path: String
        /// Whether each instance has one of its own.
        package var isPerInstance: Bool
    }

    /// A network that all members have, and that comes with its first unit and goes with its last one.
    package struct Network: Sendable, Equatable {
        /// Its name, which is that of the bridge on each member.
        package var name: String
        /// The address of the members on it, with the length of the prefix; `nil` is one that bcmcluster chooses.
        package var address: String?
        /// Whether it is encrypted between members on several hosts.
        package var isEncrypted = false
    }

    /// A port of the members on which instances are.
    package struct Port: Sendable, Equatable {
        package enum TransportProtocol: String, Sendable, CaseIterable { case tcp, udp }

        /// The port of the member, or the first of several.
        package var listen: Int
        /// The port in the instance that `listen` leads to.
        package var target: Int
        package var transport: TransportProtocol
        /// How many ports there are, from these on.
        package var count = 1
        /// The address of the member; `nil` is all of IPv4, `::` all of both.
        package var address: String?
    }

    package var name: UnitName
    /// What the user says of it.
    package var description: String?
    /// Processors of each instance.
    package var cores: Int
    /// Memory of each instance, in bytes.
    package var memory: Int
    /// Where the image comes from.
    package var image: ImageReference
    /// A network, or a NIC of the hosts, that takes the place of the default network.
    package var interface: String?
    /// What instances are; `nil` is a VM where members can run them, else a container.
    package var kind: Kind?
    /// How many instances there are.
    package var count: Int
    /// What two of them do not share while another is free.
    package var spread: Spread
    /// The size of each root disk, in bytes; `nil` is what the profile says.
    package var disk: Int?
    /// The text of the cloud-init user-data.
    package var userData: String?
    package var environment: [String: String]
    /// Disks that outlive the instances.
    package var volumes: [Volume]
    /// Networks that come and go with the unit.
    package var networks: [Network]
    /// The address of the first instance on the first of these, which those of the others follow; `nil` is one that is free.
    package var address: IPv4?
    package var ports: [Port]
    /// The units whose instances have to be there before its own are begun.
    package var needs: [UnitName] = []
    /// Folders of members that instances see.
    package var mounts: [Mount] = []
    /// Devices of members that instances get.
    package var devices: [Device] = []
    /// What becomes of an instance that ends; `nil` leaves it to the engine.
    package var restart: Restart?
    /// Whether the engine restarts an instance that ends by itself; asked of it where the file has `restart`.
    package var isRestartedByEngine = false
    /// The text of the cloud-init vendor-data.
    package var vendorData: String?
    /// Public keys that cloud-init gives the image's user.
    package var sshKeys: [String] = []
    /// The engine's profiles, the last of which wins; none is `default` alone.
    package var profiles: [String] = []
    /// The cluster group on whose members new instances go.
    package var group: String?
    /// How instances are asked whether they are healthy.
    package var health: HealthCheck?
    /// Why the kernel that the file names cannot be honoured, where the instances are VMs; containers have none.
    package var kernel: Failure?
    /// What of the file was understood in another way than it stands there.
    package var remarks: [String] = []

    /// The volume's name on the cluster; no name in it has an underscore, so that no two are called alike.
    func volumeName(_ volume: Volume, _ number: Int) -> String {
        volume.isPerInstance ? "\(name)_\(volume.name)_\(number)" : "\(name)_\(volume.name)"
    }
}
