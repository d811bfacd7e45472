import Provisioning

/// What a daemon would remember: `state.json` in the stand-in's folder.
struct State: Codable {
    /// One machine.
    struct Instance: Codable {
        /// How far it is.
        enum Phase: String, Codable {
            /// Its image is being fetched: `list` does not show it.
            case preparing
            /// It is launched, and boots.
            case starting
            case running, stopped, deleted
        }

        /// Its number in the record.
        var index: Int
        var phase = Phase.preparing
        var image: Image
        var cpus: String
        var memory: Int
        var disk: Int
        /// What became of the user-data on its way.
        var userData: String?
        /// Until when it boots, in seconds since 1970.
        var bootsUntil: Double = 0
        /// Whether `/var/run/reboot-required` is there.
        var wantsReboot = false
        /// Its snapshots by name.
        var snapshots: [String: Snapshot] = [:]
        /// The snapshot that was taken or restored last.
        var head: String?
        /// The host's folders in it, by where they are there.
        var mounts: [String: Mount] = [:]
        /// Whether systemd in it has stopped LXD, and the socket by which a client starts LXD again.
        var daemonIsStopped = false
        var socketIsStopped = false
        /// Why the daemon ends, as the snap's scripts note it for a stop that follows: `reload`, `crashed`, or nothing.
        var endReason = ""
        /// The engine that its user-data asks for.
        var engine: Engine { userData?.contains("/install-incus") == true ? .incus : .lxd }
        /// Marks one launch among several of the same name.
        var launch: String
    }

    /// One snapshot of a machine.
    struct Snapshot: Codable {
        var comment: String
        var parent: String
        /// The name of the copy behind it.
        var copy: String
    }

    /// A folder of the host's in a machine.
    struct Mount: Codable {
        var source: String
        /// `HOST:GUEST` each.
        var userMaps: [String]
        var groupMaps: [String]
    }

    /// What came of the daemon's part of a call.
    struct Outcome: Codable {
        var code: Int32
        /// Why it failed; `nil` where it did not.
        var message: String?
    }

    /// The namespaces behind the machines.
    var record: ClusterState
    var instances: [String: Instance] = [:]
    /// Why a launch came to nothing, by its mark.
    var failures: [String: String] = [:]
    /// What holds the daemon's main thread, if it is held.
    var mainThread: String?
    /// What came of the daemon's part of calls, by their marks.
    var outcomes: [String: Outcome] = [:]
    /// How often something was asked for, by what it was.
    var counts: [String: Int] = [:]

    /// The machine's name on this host.
    func member(_ name: String) -> MemberName? { instances[name].map { MemberName(record.name, $0.index) } }

    /// The lowest number that no machine has.
    var freeIndex: Int {
        (0...MemberName.mostFurther).first { index in !instances.values.contains { $0.index == index } } ?? 0
    }

    /// Counts once more, and says which time it is.
    mutating func count(_ what: String) -> Int {
        counts[what, default: 0] += 1
        return counts[what, default: 0]
    }
}
