/// Members that are one host each, which exists already: LXD is put on it, and it is left as it was.
///
/// A provider is for one host, and so for one member. The host is never switched on or off: its LXD is.
public struct BaremetalProvider: MachineProvider {
    /// What members need of a host besides LXD, with the packages that it is in.
    private static let needed = [
        ("systemctl", "systemd"), ("ip", "iproute2"), ("pgrep", "procps"), ("find", "findutils"), ("umount", "mount"),
    ]

    private let host: HostName?
    let base: any CommandRunner
    let root: any CommandRunner
    let engine: Engine
    let time: any TimeSource
    /// Whether `remove` also uninstalls the LXD that was installed for a cluster.
    let purges: Bool
    let door: BaremetalDoor

    /// A provider for the host on which `base` runs commands as the person's login, and `root` as root; without a name
    /// it is this machine.
    public init(
        host: HostName?, base: any CommandRunner, root: any CommandRunner, engine: Engine, purges: Bool = false,
        time: any TimeSource
    ) {
        self.host = host
        self.base = base
        self.root = root
        self.engine = engine
        self.purges = purges
        self.time = time
        door = BaremetalDoor(root)
    }

    /// `baremetal`.
    public var name: ProviderName { .baremetal }
    /// Hosts do not share processors.
    public var defaultParallel: Int { 8 }
    /// A command on a host takes some tens of milliseconds.
    public var pollInterval: Duration { .milliseconds(200) }
    /// Packages may have to be fetched.
    public var usualSetup: Duration { .seconds(180) }

    /// What a person calls the host.
    var place: String { host?.text ?? "this host" }

    /// Looks for the programs that are needed, for systemd, and for LXD or a way to install it.
    public func check() async throws {
        let which = Command("which", Self.needed.map(\.0), assumed: "")
        let found = try await root.run(which).output.split(separator: "\n")
        let missing = Self.needed.filter { program, _ in !found.contains { $0.hasSuffix("/\(program)") } }
        guard missing.isEmpty else {
            throw Failure(
                .missing, "baremetal needs \(missing.map(\.0).joined(separator: ", ")) on \(place)",
                remedy: "install there: \(missing.map(\.1).joined(separator: " "))")
        }
        // By this folder programs know whether systemd runs the machine (sd_booted(3)).
        let systemd = "/run/systemd/system"
        guard try await RootFiles(root).inodes(of: [systemd])[systemd] != nil else {
            throw Failure(
                .missing, "baremetal needs systemd, which does not run \(place)", remedy: "take another host")
        }
        if try await LXDInstallation.present(root) == nil { _ = try await installation(nil).way() }
    }

    /// Gives the newcomer the address at which the others reach the host.
    ///
    /// Throws `Failure.conflict` where the host is another member, or has an LXD that holds something.
    public func assign(_ record: ClusterRecord, newcomers: [MemberName]) async throws -> ClusterRecord {
        guard let newcomer = newcomers.first else { return record }
        guard newcomers.count == 1, let index = record.members.firstIndex(where: { $0.name == newcomer }) else {
            throw Failure(
                .badInput, "\(newcomers.map(\.text).joined(separator: ", ")) cannot all be \(place)",
                remedy: "name as many hosts as there are members")
        }
        try await checkThatItIsFree(for: newcomer, record)
        var assigned = record
        assigned.members[index].address = try await address()
        return assigned
    }

    /// Where the person's SSH has come in; on this machine itself, where everything else goes out.
    private func address() async throws -> IPv4 {
        if let address = try await entrance() { return address }
        if let source = try await IP(root).preferredSource() { return source }
        throw Failure(
            .missing, "\(place) has no IPv4 address at which others could reach it",
            remedy: "give it an address and a default route, or take another host")
    }

    /// The server's side of the connection, unless that is the host's own loopback.
    private func entrance() async throws -> IPv4? {
        guard let host, !host.isLocal else { return nil }
        let connection = try await base.run(Command("printenv", ["SSH_CONNECTION"], assumed: "")).output
        let words = connection.split(separator: " ").map(\.trimmed)
        let address = words.count == 4 ? IPv4(words[2]) : nil
        return address.flatMap { $0.bits >> 24 == 127 ? nil : $0 }
    }

    /// The address in the record.
    public func address(of member: MemberName, in record: ClusterRecord) async throws -> String {
        record.member(member)?.address?.description ?? "<\(member) address>"
    }

    /// The host, if its note says that it is a member of this cluster.
    public func machines(of record: ClusterRecord) async throws -> [MemberName: Machine] {
        let notes = try await BaremetalNotes(on: root)
        guard let member = record.members.first(where: { notes.isOwned(by: $0.name, of: record) }) else { return [:] }
        return [member.name: Machine(state: try await state(), address: member.address)]
    }

    private func state() async throws -> Machine.State {
        guard let package = try await LXDInstallation.present(root) else { return .stopped }
        switch try await Systemd(root).state(of: package.service) {
        case "active", "reloading": return .running
        case "activating": return .starting
        default: return .stopped
        }
    }

    /// The member that the host is, if its name is one of the cluster's.
    public func namesakes(of cluster: ClusterName) async throws -> [String: [MemberName]] {
        let notes = try await BaremetalNotes(on: root)
        return MemberName(notes.member, of: cluster).map { [notes.cluster: [$0]] } ?? [:]
    }

    /// Never: a note says whose the host is before anything of it is changed.
    public func isOnItsWay(_ member: MemberName) async throws -> Bool { false }

    /// Root's commands on the host.
    public func runner(in member: MemberName) -> any CommandRunner {
        BaremetalRunner(root: root, door: door, member: member, place: place, engine: engine)
    }

    /// The daemon's, wherever its package keeps it, and what the installation printed.
    public func logs(of member: MemberName) -> [MachineLog] {
        [
            MachineLog(name: "lxd", path: LXDPackage.debian.log, topic: .daemon),
            MachineLog(name: "lxd-snap", path: LXDPackage.snap.log, topic: .daemon),
            MachineLog(name: "apt", path: "/var/log/apt/term.log", topic: .machine),
        ]
    }

    /// It is a file of the host.
    public func reading(_ log: MachineLog, of member: MemberName) -> String { "\(log.path) on \(place)" }

    /// On the host, also when its LXD is off.
    public func logRunner(for member: MemberName) -> any CommandRunner { root }

    func installation(_ member: MemberName?) -> LXDInstallation {
        LXDInstallation(
            root: root, time: time, place: place, subject: .machine(member?.text ?? place))
    }
}
