import Synchronization

@testable import Provisioning

/// A cluster of LXD's as far as the moving of instances and volumes goes, at some of whose changes something goes wrong.
///
/// It refuses what LXD 5.0.2 refuses: a move of what runs, or of what would have no volume beside it; a copy onto a
/// volume; the deletion of a volume that is in use; the removal of a member on which something is.
final class FakeLXD: CommandRunner {
    enum Fault: CaseIterable {
        /// The command fails without having done anything.
        case failsBefore
        /// It does its work, and then fails.
        case failsAfter
        /// The run is cancelled when it begins.
        case cancels
        /// The tool is killed when it has ended: no command comes through any more.
        case kills
    }

    struct Instance {
        var location: String
        var isRunning = true
        var config: [String: String]
        var devices: [String: [String: String]]
    }

    struct Volume {
        var name: String
        var location: String
        var config: [String: String] = [:]
        /// How often what runs beside it has written on it.
        var writes = 0
    }

    struct State {
        var instances: [String: Instance] = [:]
        var volumes: [Volume] = []
        var members: [String: [String: String]] = [:]
        /// How often each volume was written to, wherever it was: at each start of an instance that uses it.
        var writes: [String: Int] = [:]
        /// Starts beside a volume that lacks something that was written before.
        var losses: [String] = []
        /// What does not start where: `c on DEV-00`.
        var unstartable: Set<String> = []
        var changes: [String] = []
        /// How many more times LXD refuses to change the values of that instance, which it is stopping for another run.
        var busy: [String: Int] = [:]
        var isDead = false
    }

    private let state: Mutex<State>
    /// What goes wrong at which change; the first is number 1.
    private let faults = Mutex<[Int: Fault]>([:])
    private let cancel = Mutex<(@Sendable () -> Void)?>(nil)

    init(_ state: State) {
        self.state = Mutex(state)
    }

    var now: State { state.withLock { $0 } }

    /// From now on that goes wrong, at those changes by number.
    func fail(_ faults: [Int: Fault]) {
        state.withLock { ($0.changes, $0.isDead) = ([], false) }
        self.faults.withLock { $0 = faults }
    }

    /// Does something to it by another hand.
    func change(_ body: @Sendable (inout State) -> Void) { state.withLock { body(&$0) } }

    /// What is done when the run is to be cancelled.
    func onCancel(_ body: @escaping @Sendable () -> Void) { cancel.withLock { $0 = body } }

    func run(_ command: Command) async throws -> CommandResult {
        if now.isDead { throw Failure(.unreachable, "the tool was killed") }
        guard command.effect == .changes else { return try answer(command) }
        let number = state.withLock { state in
            state.changes.append(command.pasteable)
            return state.changes.count
        }
        if state.withLock({ $0.isBusy(command.arguments.last ?? "") }) {
            return CommandResult(.exited(1), errors: "Error: Instance is busy running a \"stop\" operation")
        }
        switch faults.withLock({ $0[number] }) {
        case nil: return try change(command)
        case .failsBefore: return CommandResult(.exited(1), errors: "Error: on purpose")
        case .failsAfter:
            _ = try change(command)
            return CommandResult(.exited(1), errors: "Error: on purpose")
        case .cancels:
            cancel.withLock { $0 }?()
            return try change(command)
        case .kills:
            let result = try change(command)
            state.withLock { $0.isDead = true }
            return result
        }
    }

    // MARK: Questions

    private struct ShownInstance: Encodable {
        var name: String
        var location: String
        var status: String
        var project = "default"
        var type = "container"
        var config: [String: String]
        var expanded_config: [String: String]
        var devices: [String: [String: String]]
        var expanded_devices: [String: [String: String]]
    }

    private struct ShownVolume: Encodable {
        var name: String
        var location: String
        var project = "default"
        var config: [String: String]
        var used_by: [String]
    }

    private func answer(_ command: Command) throws -> CommandResult {
        let path = command.arguments.last ?? ""
        let state = now
        func text(_ value: some Encodable) throws -> CommandResult { CommandResult(output: try JSONText.text(value)) }
        switch path {
        case "/1.0/cluster/members?recursion=1":
            return CommandResult(
                output: "["
                    + state.members.sorted { $0.key < $1.key }.map { Self.member($0, $1) }.joined(separator: ",")
                    + "]")
        case "/1.0/instances?recursion=1&all-projects=true":
            return try text(state.instances.sorted { $0.key < $1.key }.map { shown($0, $1) })
        case "/1.0/operations?recursion=1": return CommandResult(output: "")
        case "/1.0/storage-pools?recursion=1": return CommandResult(output: #"[{"name":"default"}]"#)
        case "/1.0/storage-pools/default/volumes/custom?recursion=1",
            "/1.0/storage-pools/default/volumes/custom?recursion=1&all-projects=true":
            return try text(
                state.volumes.map { volume in
                    ShownVolume(
                        name: volume.name, location: volume.location, config: volume.config,
                        used_by: Self.users(of: volume, state).map { "/1.0/instances/\($0)" })
                })
        case "/1.0/networks?recursion=1": return CommandResult(output: "[]")
        case "/1.0/profiles/default":
            return CommandResult(output: #"{"devices":{"root":{"type":"disk","path":"/","pool":"default"}}}"#)
        case "/internal/sql": return CommandResult(output: #"{"Results":[]}"#)
        case _ where path.hasPrefix("/1.0/resources"):
            return CommandResult(output: #"{"cpu":{"total":4},"memory":{"used":0,"total":8589934592}}"#)
        case _ where path.hasPrefix("/1.0/cluster/members/"):
            let name = String(path.dropFirst(21))
            guard let config = state.members[name] else { return Self.refusal("Cluster member not found") }
            return CommandResult(output: Self.member(name, config))
        case _ where path.hasPrefix("/1.0/instances/"):
            let name = String(path.dropFirst(15).prefix { $0 != "?" })
            guard let instance = state.instances[name] else { return Self.refusal("Instance not found") }
            return try text(shown(name, instance))
        default: throw Failure(.conflict, "nobody told the fake of: \(command.pasteable)")
        }
    }

    private static func member(_ name: String, _ config: [String: String]) -> String {
        let config = (try? JSONText.text(config, isCompact: true).trimmed) ?? "{}"
        return #"{"server_name":"\#(name)","url":"https://10.64.0.1\#(name.suffix(1)):8443","database":true,"#
            + #""status":"Online","message":"","roles":["database"],"description":"","failure_domain":"default","#
            + #""groups":["default"],"config":\#(config)}"#
    }

    private func shown(_ name: String, _ instance: Instance) -> ShownInstance {
        ShownInstance(
            name: name, location: instance.location, status: instance.isRunning ? "Running" : "Stopped",
            config: instance.config, expanded_config: instance.config, devices: instance.devices,
            expanded_devices: instance.devices)
    }

    private static func users(of volume: Volume, _ state: State) -> [String] {
        state.instances.filter { _, instance in
            instance.location == volume.location
                && instance.devices.values.contains { $0["source"] == volume.name && $0["type"] == "disk" }
        }.map(\.key).sorted()
    }

    private static func refusal(_ text: String) -> CommandResult {
        CommandResult(.exited(1), errors: "Error: \(text)")
    }

    // MARK: Changes

    private func change(_ command: Command) throws -> CommandResult {
        var words = command.arguments
        func take(_ flag: String) -> String? {
            guard let index = words.firstIndex(of: flag) else { return nil }
            let value = words[index + 1]
            words.removeSubrange(index...index + 1)
            return value
        }
        let target = take("--target")
        let destination = take("--destination-target")
        let data = take("--data")
        for flag in ["--project", "--timeout", "--request"] { _ = take(flag) }
        words.removeAll { $0.hasPrefix("--") }
        return try state.withLock { state in
            let refusal: String?
            switch (words[0], words.count > 1 ? words[1] : "") {
            case ("query", let path):
                refusal = try Self.put(path, data ?? "", &state)
            case ("stop", let name): refusal = Self.stop(name, &state)
            case ("start", let name): refusal = Self.start(name, &state)
            case ("move", let name): refusal = Self.move(name, to: target ?? "", &state)
            case ("config", "set"):
                let pair = words[3].split(separator: "=", maxSplits: 1).map(String.init)
                state.instances[words[2]]?.config[pair[0]] = pair[1]
                refusal = nil
            case ("storage", "volume"):
                refusal = Self.volume(Array(words.dropFirst(2)), on: target ?? "", to: destination, &state)
            case ("cluster", "remove"): refusal = Self.remove(words[2], &state)
            default: throw Failure(.conflict, "nobody told the fake of: \(command.pasteable)")
            }
            return refusal.map(Self.refusal) ?? CommandResult(output: "")
        }
    }

    private static func put(_ path: String, _ data: String, _ state: inout State) throws -> String? {
        struct Data: Decodable {
            var config: [String: String]?
            var devices: [String: [String: String]]?
        }
        let new = try Command("", []).decode(Data.self, from: data)
        if path.hasPrefix("/1.0/cluster/members/") {
            let name = String(path.dropFirst(21))
            guard state.members[name] != nil else { return "Cluster member not found" }
            state.members[name] = new.config ?? [:]
        } else {
            let name = String(path.dropFirst(15).prefix { $0 != "?" })
            state.instances[name]?.devices.merge(new.devices ?? [:]) { $1 }
            for (key, value) in new.config ?? [:] { state.instances[name]?.config[key] = value.isEmpty ? nil : value }
        }
        return nil
    }

    private static func stop(_ name: String, _ state: inout State) -> String? {
        guard let instance = state.instances[name] else { return "Instance not found" }
        guard instance.isRunning else { return "The instance is already stopped" }
        state.instances[name]?.isRunning = false
        state.instances[name]?.config["volatile.last_state.power"] = "STOPPED"
        return nil
    }

    private static func start(_ name: String, _ state: inout State) -> String? {
        guard let instance = state.instances[name] else { return "Instance not found" }
        if instance.isRunning { return "The instance is already running" }
        let own = "10.64.0.1\(instance.location.suffix(1))"
        for device in instance.devices.values where device["type"] == "proxy" {
            let host = device["listen"]?.split(separator: ":").dropFirst().first.map(String.init) ?? ""
            if ![own, "0.0.0.0"].contains(host) { return "Failed to listen on \(host)" }
        }
        let sources = sources(of: instance)
        if volumes(of: instance, state).count != sources.count { return "Storage volume not found" }
        if state.unstartable.contains("\(name) on \(instance.location)") { return "Failed to run" }
        for index in state.volumes.indices where state.volumes[index].location == instance.location {
            let volume = state.volumes[index].name
            guard sources.contains(volume) else { continue }
            if state.volumes[index].writes != state.writes[volume, default: 0] { state.losses.append(volume) }
            state.writes[volume, default: 0] += 1
            state.volumes[index].writes += 1
        }
        state.instances[name]?.isRunning = true
        state.instances[name]?.config["volatile.last_state.power"] = "RUNNING"
        return nil
    }

    private static func sources(of instance: Instance) -> [String] {
        instance.devices.values.filter { $0["type"] == "disk" }.compactMap { $0["source"] }
    }

    private static func volumes(of instance: Instance, _ state: State) -> [Volume] {
        let sources = sources(of: instance)
        return state.volumes.filter { $0.location == instance.location && sources.contains($0.name) }
    }

    private static func move(_ name: String, to target: String, _ state: inout State) -> String? {
        guard var instance = state.instances[name] else { return "Instance not found" }
        if instance.isRunning { return "Unable to perform container live migration. CRIU isn't installed" }
        instance.location = target
        guard volumes(of: instance, state).count == sources(of: instance).count else {
            return "Storage volume not found"
        }
        state.instances[name] = instance
        return nil
    }

    private static func volume(
        _ words: [String], on member: String, to destination: String?, _ state: inout State
    ) -> String? {
        func index(_ name: String, _ member: String) -> Int? {
            state.volumes.firstIndex { $0.name == name && $0.location == member }
        }
        let name = words[0] == "copy" ? String(words[1].dropFirst(8)) : words[2]
        guard let found = index(name, member) else { return "Storage volume not found" }
        switch words[0] {
        case "set":
            let pair = words[3].split(separator: "=", maxSplits: 1).map(String.init)
            state.volumes[found].config[pair[0]] = pair[1]
        case "unset": state.volumes[found].config[words[3]] = nil
        case "copy":
            if index(name, destination ?? "") != nil { return "Volume by that name already exists" }
            if users(of: state.volumes[found], state).contains(where: { state.instances[$0]?.isRunning ?? false }) {
                return "a volume that is written to was copied"
            }
            var copy = state.volumes[found]
            copy.location = destination ?? ""
            state.volumes.append(copy)
        default:
            if !users(of: state.volumes[found], state).isEmpty { return "The storage volume is still in use" }
            state.volumes.remove(at: found)
        }
        return nil
    }

    private static func remove(_ name: String, _ state: inout State) -> String? {
        let living = state.instances.filter { $0.value.location == name }.map(\.key)
        if !living.isEmpty { return "Node still has the following containers: \(living.joined(separator: ", "))" }
        let volumes = state.volumes.filter { $0.location == name }.map(\.name)
        if !volumes.isEmpty { return "Node still has the following custom volumes: \(volumes.joined(separator: ", "))" }
        state.members[name] = nil
        return nil
    }
}

extension FakeLXD.State {
    /// Whether what is changed at that path of the API is an instance that is busy, once more.
    fileprivate mutating func isBusy(_ path: String) -> Bool {
        for (name, count) in busy where count > 0 && path.hasPrefix("/1.0/instances/\(name)?") {
            busy[name] = count - 1
            return true
        }
        return false
    }
}
