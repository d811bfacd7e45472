/// What belongs together on a cluster: instances that are alike, with their volumes, networks and ports.
public struct Unit: Sendable, Equatable {
    /// What LXD runs.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// A virtual machine.
        case vm
        case container

        /// What LXD calls it.
        public var type: String { self == .vm ? "virtual-machine" : "container" }
    }

    /// What two instances do not share while another is free.
    public enum Spread: String, Sendable, CaseIterable {
        /// A host, and on it a member.
        case host
        case member
        /// Nothing: memory alone decides.
        case none
    }

    /// A disk that outlives the instances.
    public struct Volume: Sendable, Equatable {
        /// Its name within the unit.
        public var name: String
        /// Its size, in bytes; `nil` is as large as its pool.
        public var size: Int?
        /// Where instances have it.
        public var path: String
        /// Whether each instance has one of its own.
        public var isPerInstance: Bool
    }

    /// A network that comes and goes with the unit: a bridge of that name on each member.
    public struct Network: Sendable, Equatable {
        /// Its name, which is that of the bridge.
        public var name: String
        /// The address of each member on it, with the length of the prefix.
        public var address: String
    }

    /// A port of the members on which instances are.
    public struct Port: Sendable, Equatable {
        /// The protocol.
        public enum TransportProtocol: String, Sendable, CaseIterable { case tcp, udp }

        /// The port of the member, at all its addresses.
        public var listen: Int
        /// The port in the instance.
        public var target: Int
        /// The protocol.
        public var transport: TransportProtocol

        /// As a sentence has it: `tcp 8080`.
        var text: String { "\(transport.rawValue) \(listen)" }
    }

    /// What it is called.
    public var name: UnitName
    /// What the user says of it.
    public var description: String?
    /// Processors of each instance.
    public var cores: Int
    /// Memory of each instance, in bytes.
    public var memory: Int
    /// Where the image comes from.
    public var image: ImageReference
    /// A network, or a NIC of the hosts, that takes the place of the default network.
    public var interface: String?
    /// What instances are; `nil` is a VM where members can run them, else a container.
    public var kind: Kind?
    /// How many instances there are.
    public var count: Int
    /// What two of them do not share while another is free.
    public var spread: Spread
    /// The size of each root disk, in bytes; `nil` is what the profile says.
    public var disk: Int?
    /// The text of the cloud-init user-data.
    public var userData: String?
    /// Variables of the environment.
    public var environment: [String: String]
    /// Disks that outlive the instances.
    public var volumes: [Volume]
    /// Networks that come and go with the unit.
    public var networks: [Network]
    /// Ports of the members.
    public var ports: [Port]

    /// The volume's name on the cluster; no name in it has an underscore, so that no two are called alike.
    func volumeName(_ volume: Volume, _ number: Int) -> String {
        volume.isPerInstance ? "\(name)_\(volume.name)_\(number)" : "\(name)_\(volume.name)"
    }
}
