import FoundationEssentials
import Provisioning

/// How a test wants the stand-in to behave: `faults.json` in its folder, read again by every call; every key may be absent.
struct Faults: Codable {
    /// The behaviour of one machine, or of all.
    struct Machine: Codable {
        /// How long a launch takes at least.
        var launchSeconds: Double?
        /// For how much of it `list` does not show the machine; a tenth where nothing is said.
        var absentSeconds: Double?
        /// For how long after a launch, start or restart the machine is `Unknown` and has no address.
        var bootSeconds: Double?
        /// What cloud-init comes to: `done` or `error`.
        var cloudInit: String?
        /// How many times `cloud-init status` says `running` first.
        var cloudInitPolls: Int?
        /// Whether the machine asks for a restart after its setup.
        var rebootRequired: Bool?
        /// How many restarts are said to have failed, though they worked.
        var refusedRestarts: Int?
        /// Which calls of `exec` (1 is the first) end with `Connection reset by peer`.
        var resetExecs: [Int]?
        /// Which calls of `exec` end with `timed out after 5000 ms`.
        var slowExecs: [Int]?
        /// Which calls of `exec` end with `Timeout connecting to`, before their command has begun.
        var timeoutExecs: [Int]?
        /// Which calls of `exec` print nothing until `stallSeconds` are over, though their command has ended.
        var stalledExecs: [Int]?
        /// How long a client stalls; 60 where nothing is said.
        var stallSeconds: Double?
        /// Whether the machine does nothing any more, though it is `Running`; it continues when this is taken back.
        var hung: Bool?
        /// How long a start or restart takes at least.
        var startSeconds: Double?
        /// How long a stop of the guest's LXD by systemd takes at least, instances included.
        var stopSeconds: Double?
        /// Whether the guest has no snapd.
        var noSnap: Bool?
        /// The channel that `snap list` says LXD follows; `5.21/stable` where nothing is said.
        var lxdChannel: String?
        /// The version of LXD that `snap list` says; `5.21.3-75def3c` where nothing is said.
        var lxdVersion: String?
        /// Files of the guest's by their path, which its commands `cat`, `head`, `tail`, `ls` and `test` find.
        var files: [String: String]?
    }

    /// Whether the daemon is down.
    var daemonDown: Bool?
    /// Whether the daemon does not know the client.
    var notAuthenticated: Bool?
    /// Whether its driver takes no snapshots.
    var noSnapshots: Bool?
    /// Whether no image server can be reached.
    var noNetwork: Bool?
    /// How many worker threads the daemon has, as the host has processors; without limit where nothing is said.
    var processors: Int?
    /// The least disk of an image, in bytes.
    var minimumDisk: Int?
    /// Which calls of a `list` that asks VMs for addresses (1 is the first) end with `Connection reset by peer`.
    var resetLists: [Int]?
    /// The behaviour of every machine.
    var every: Machine?
    /// The behaviour of single machines; what is said here counts before what is said for all.
    var machines: [String: Machine]?

    static func read(_ folder: String) throws -> Faults {
        guard let text = try LocalFiles().read("\(folder)/faults.json") else { return Faults() }
        return try JSONDecoder().decode(Faults.self, from: Data(text.utf8))
    }

    /// One machine's behaviour in that respect.
    func of<Value>(_ name: String, _ key: KeyPath<Machine, Value?>) -> Value? {
        machines?[name]?[keyPath: key] ?? every?[keyPath: key]
    }
}
