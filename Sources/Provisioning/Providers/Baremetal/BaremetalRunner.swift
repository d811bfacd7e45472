/// Remembers between commands which LXD a host has, if it is the member that is spoken to.
actor BaremetalDoor {
    private let root: any CommandRunner
    private var known: [MemberName: LXDPackage] = [:]

    init(_ root: any CommandRunner) { self.root = root }

    /// The LXD of a host that is that member; `nil` where the host is not, or has none.
    func package(of member: MemberName) async throws -> LXDPackage? {
        if let package = known[member] { return package }
        guard try await BaremetalNotes(on: root).member == member.text else { return nil }
        known[member] = try await LXDInstallation.present(root)
        return known[member]
    }

    /// Forgets it.
    func forget() { known = [:] }
}

/// Runs commands on a host that is a member, as root.
struct BaremetalRunner: CommandRunner {
    let root: any CommandRunner
    let door: BaremetalDoor
    let member: MemberName
    let place: String
    let engine: Engine

    /// Runs the command with the host's own daemon.
    func run(_ command: Command) async throws -> CommandResult {
        let package = try await door.package(of: member)
        guard let package = package ?? (StepScope.isReview ? .debian : nil) else {
            throw Failure(
                .conflict, "\(place) is not \(member), or has lost its LXD",
                remedy: "bcmcluster up -c \(member.cluster)")
        }
        var inside = command
        inside.about.insert(.machine(member.text))
        return try await HostsLXD(root: root, package: package, engine: engine).run(inside)
    }
}
