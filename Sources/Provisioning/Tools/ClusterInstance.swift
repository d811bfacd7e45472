/// A container or virtual machine, as far as it matters here: `GET /1.0/instances?recursion=1`, or `2` with its state.
package struct ClusterInstance: Sendable, Equatable, Decodable {
    /// A device by its keys, such as `type`.
    package typealias Device = [String: String]

    /// What it is doing: part of `recursion=2`.
    package struct State: Sendable, Equatable, Decodable {
        package struct Interface: Sendable, Equatable, Decodable {
            package struct Address: Sendable, Equatable, Decodable {
                package var address: String
                /// `inet` or `inet6`.
                package var family: String
                /// `global`, `link` or `local`.
                package var scope: String
            }
            package struct Counters: Sendable, Equatable, Decodable {
                package var received: Int
                package var sent: Int

                enum CodingKeys: String, CodingKey {
                    case received = "bytes_received"
                    case sent = "bytes_sent"
                }
            }
            package var addresses: [Address]
            /// What went through it.
            package var counters: Counters?
        }

        /// What is used of something, in bytes or nanoseconds.
        package struct Use: Sendable, Equatable, Decodable {
            package var usage: Int
            /// What there is of it; 0 where that is unknown.
            package var total: Int?
        }

        /// The time of processors that it has used, in nanoseconds.
        package var cpu: Use?
        package var memory: Use?
        /// Its disks by the names of their devices; not those that the storage's driver cannot measure.
        package var disk: [String: Use]?
        /// Its interfaces by name; none where it is off.
        package var network: [String: Interface]?

        /// What went through its interfaces, but for the one that leads to itself.
        package var traffic: MachineUsage.Traffic? {
            let counters = (network ?? [:]).filter { $0.key != "lo" }.values.compactMap(\.counters)
            return counters.isEmpty
                ? nil
                : MachineUsage.Traffic(
                    received: counters.map(\.received).sumOfBytes(), sent: counters.map(\.sent).sumOfBytes())
        }

        /// Its IPv4 addresses that others reach, in the order of its interfaces' names.
        package var addresses: [String] {
            (network ?? [:]).sorted { $0.key < $1.key }.flatMap(\.value.addresses)
                .filter { $0.family == "inet" && $0.scope == "global" }.map(\.address)
        }
    }

    package var name: String
    /// The member that it lives on.
    package var location: String
    /// `Running`, `Stopped`, `Frozen`, `Error` and the like; the latter also where its member is offline.
    package var status: String
    package var project: String?
    /// Its configuration, LXD's own notes included.
    package var config: [String: String]?
    /// `container` or `virtual-machine`.
    package var type: String?
    package var devices: [String: Device]?
    /// Its devices, with those of its profiles.
    package var expandedDevices: [String: Device]?
    /// Its configuration, with that of its profiles.
    package var expandedConfig: [String: String]?
    package var profiles: [String]?
    /// Whether LXD deletes it when it stops.
    package var ephemeral: Bool?
    /// When it was last started, as ISO 8601; the year 1 or 1970 where it never was.
    package var lastUsed: String?
    /// The architecture that it was made for, such as `x86_64`.
    package var architecture: String?
    /// What it is doing, where that was asked for.
    package var state: State?

    /// The project that it is in, `default` where LXD names none.
    package var projectName: String { project ?? "default" }
    /// Whether it is in the default project, as units are.
    var isOfDefaultProject: Bool { projectName == "default" }

    /// Whether its member did not answer, so that only the database tells of it.
    package var isSilent = false
    /// Whether another instance has its identifier, too: an imported backup keeps that of what it was made from.
    package var isTwin = false

    enum CodingKeys: String, CodingKey {
        case name, location, status, project, config, type, devices, profiles, ephemeral, architecture, state
        case expandedDevices = "expanded_devices"
        case expandedConfig = "expanded_config"
        case lastUsed = "last_used_at"
    }

    /// Whether the API tells its name and place alone, since its member does not answer.
    ///
    /// It lacks its configuration then, which every instance has; LXD 5.0 alone leaves the type out as well.
    var isNameAlone: Bool { config == nil }

    /// The same, with what the database holds; `nil` where it was not asked.
    func with(_ notes: InstanceNotes?) -> ClusterInstance {
        var whole = self
        whole.isSilent = true
        guard let notes else { return whole }
        whole.type = notes.isVM ? "virtual-machine" : "container"
        whole.config = notes.config
        whole.devices = notes.sources.mapValues { $0.isEmpty ? [:] : ["type": "disk", "pool": "", "source": $0] }
        for (network, address) in notes.addresses {
            whole.devices?["address \(network)"] = ["type": "nic", "network": network, "ipv4.address": address]
        }
        return whole
    }

    /// The instances among places in the API, such as `/1.0/instances/web-1?project=default`.
    static func names(among places: [String]?) -> [String] {
        (places ?? []).filter { $0.hasPrefix("/1.0/instances/") }
            .map { String($0.dropFirst(15).prefix { $0 != "?" }) }.sorted()
    }

    /// Whether it runs; `Ready` is what a program in it has said (LXD from 5.6 on).
    package var isRunning: Bool { ["Running", "Ready"].contains(status) }
    /// Whether it is frozen: its processes are there, and stand still.
    package var isFrozen: Bool { status == "Frozen" }
    /// The member to which it is being moved; stands on one that runs from before its stop until after its start.
    var movingTo: String? { config?[LXC.movingKey] }
    /// Whether it is off, and is to run again with its member.
    package var isPaused: Bool {
        status == "Stopped" && (config?["volatile.last_state.power"] == "RUNNING" || isInterrupted)
    }
    /// Whether a run has begun to stop it for a while, and it was not started since: it is off, or is about to be.
    package var isInterrupted: Bool { config?[LXC.pausedKey].map { $0 == lastUsed } ?? false }
    /// Whether it is marked as stopped for a while, rightly or not.
    var hasPausedMark: Bool { config?[LXC.pausedKey] != nil }
    /// How many seconds it gets to stop, `boot.host_shutdown_timeout`, as when LXD itself stops with its host.
    func shutdownTimeout(atMost limit: Duration) -> Int64 {
        let own = expandedConfig?["boot.host_shutdown_timeout"].flatMap { Int64($0) } ?? 30
        // Some time is left to stop it by force.
        return min(max(own, 1), max(limit.components.seconds - 10, 1))
    }
    /// Whether it has ever been started: one that has not holds nothing but its image.
    package var hasRun: Bool {
        guard let lastUsed else { return true }
        return !lastUsed.hasPrefix("0001-") && !lastUsed.hasPrefix("1970-")
    }

    /// Its IPv4 addresses that others reach; none where its state was not asked for.
    package var addresses: [String] { state?.addresses ?? [] }

    /// The custom volumes that it has, in the order of its devices' names.
    package var volumes: [String] {
        (devices ?? [:]).sorted { $0.key < $1.key }.filter { $0.value["type"] == "disk" && $0.value["path"] != "/" }
            .compactMap { $0.value["pool"] == nil ? nil : $0.value["source"] }
    }
}

extension [ClusterInstance] {
    /// Throws `Failure.conflict` with the names of those that LXD would delete, with all their data, when they stop.
    func checkNoEphemeralInstances() throws {
        let lost = filter { $0.ephemeral == true && $0.status != "Stopped" }.sorted { $0.name < $1.name }
        guard let first = lost.first else { return }
        let names = lost.map { $0.name + ($0.isOfDefaultProject ? "" : " of project \($0.projectName)") }
        let project = first.isOfDefaultProject ? "" : " --project \(first.projectName)"
        throw Failure(
            .conflict,
            "\(Engine.current.title) deletes ephemeral instances when they stop: \(names.joined(separator: ", "))",
            hint: "to keep one, set ephemeral: false in \(ClusterClient.line("config edit", first.name))\(project); "
                + "to delete it, \(ClusterClient.line("delete --force", first.name))\(project)")
    }
}
