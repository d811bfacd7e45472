import Provisioning

extension StandIn {
    /// `snapshot`: of a machine that is off.
    func snapshot(_ arguments: [String]) async throws -> Int32 {
        let options = try Options(
            arguments, taking: ["--name": "name", "-n": "name", "--comment": "comment", "-m": "comment"])
        guard options.positional.count == 1 else {
            throw Refusal(code: 1, message: "Need the name of an instance to snapshot.")
        }
        try await contact("snapshot")
        if faults.noSnapshots == true {
            throw Refusal.failed("snapshot", "The snapshots feature is not implemented on this backend.")
        }
        let name = options.positional[0]
        let instance = try standing("snapshot", name)
        guard instance.phase == .stopped else {
            throw Refusal.failed("snapshot", "Multipass can only take snapshots of stopped instances.")
        }
        let snapshot = options.values["name"] ?? "snapshot\(instance.snapshots.count + 1)"
        guard (try? SnapshotName(snapshot)) != nil else {
            throw Refusal.failed("snapshot", "Invalid snapshot name: \"\(snapshot)\".")
        }
        guard instance.snapshots[snapshot] == nil else {
            throw Refusal.failed("snapshot", "Snapshot already exists: \(name).\(snapshot)")
        }
        try await Terminal.spinning("Taking snapshot") {
            try await store.holding("machine-\(name)") {
                let copy = "n\(try await store.change { $0.count("snapshot") })"
                try await machines.copy(name, as: copy)
                let comment = options.values["comment"] ?? ""
                try await store.change { state in
                    let parent = state.instances[name]?.head ?? ""
                    state.instances[name]?.snapshots[snapshot] = .init(comment: comment, parent: parent, copy: copy)
                    state.instances[name]?.head = snapshot
                }
            }
        }
        Terminal.say("Snapshot taken: \(name).\(snapshot)\n")
        return 0
    }

    /// `restore`: of a machine that is off, which forgets what it is now.
    func restore(_ arguments: [String]) async throws -> Int32 {
        let options = try Options(arguments, flags: ["--destructive", "-d"])
        guard options.positional.count == 1, let (name, snapshot) = Self.parts(options.positional[0]) else {
            throw Refusal(code: 1, message: "Need the name of an instance and snapshot to restore.")
        }
        // Without a terminal nobody can be asked.
        guard options.has("--destructive") || options.has("-d") else { return 2 }
        try await contact("restore")
        let instance = try standing("restore", name)
        guard instance.phase == .stopped else {
            throw Refusal.failed("restore", "Multipass can only restore snapshots of stopped instances.")
        }
        guard let copy = instance.snapshots[snapshot]?.copy else {
            throw Refusal.failed("restore", "No such snapshot: \(name).\(snapshot)")
        }
        try await Terminal.spinning("Restoring snapshot") {
            try await store.holding("machine-\(name)") {
                try await machines.restore(name, to: copy)
                try await store.change { $0.instances[name]?.head = snapshot }
            }
        }
        Terminal.say("Snapshot restored: \(name).\(snapshot)\n")
        return 0
    }

    /// `delete` of a snapshot, such as `NAME.SNAPSHOT`: permanently or not at all.
    func delete(snapshot: String, isForGood: Bool) async throws {
        guard isForGood, let (name, snapshot) = Self.parts(snapshot) else {
            let way = "Please use the `--purge` flag if that is what you want."
            throw Refusal(
                code: 1, message: "Snapshots can only be purged (after deletion, they cannot be recovered). \(way)")
        }
        let instance = try standing("delete", name)
        guard let copy = instance.snapshots[snapshot]?.copy else {
            throw Refusal.failed("delete", "No such snapshot: \(name).\(snapshot)")
        }
        guard instance.phase == .stopped else {
            let image = "/var/snap/multipass/common/data/multipassd/vault/instances/\(name)/ubuntu-24.04.img"
            throw Refusal.failed(
                "delete",
                """
                Cannot list snapshots from the image: qemu-img failed (Process returned exit code: 1) with output:
                qemu-img: Could not open '\(image)': Failed to get shared "write" lock
                Is another process using the image [\(image)]?
                """)
        }
        try await store.holding("machine-\(name)") {
            try await machines.forget(copy)
            try await store.change { state in
                let parent = state.instances[name]?.snapshots.removeValue(forKey: snapshot)?.parent ?? ""
                for (child, one) in state.instances[name]?.snapshots ?? [:] where one.parent == snapshot {
                    state.instances[name]?.snapshots[child]?.parent = parent
                }
                if state.instances[name]?.head == snapshot { state.instances[name]?.head = parent }
            }
        }
    }

    /// `list --snapshots`.
    func listSnapshots(isJSON: Bool) throws -> Int32 {
        let instances = try store.read().instances.filter { !$0.value.snapshots.isEmpty }
        let info = instances.mapValues { instance in
            JSONText.object(
                instance.snapshots.mapValues {
                    .object(["comment": .text($0.comment), "parent": .text($0.parent)])
                })
        }
        let answer = JSONText.object(["errors": .list([]), "info": .object(info)])
        Terminal.say(isJSON ? answer.printed(.closed) + "\n" : "No snapshots found.\n")
        return 0
    }

    private func standing(_ verb: String, _ name: String) throws -> State.Instance {
        guard let instance = try store.read().instances[name], instance.phase != .preparing else {
            throw Refusal.failed(verb, "instance \"\(name)\" does not exist")
        }
        if instance.phase == .deleted { throw Refusal.failed(verb, "instance \"\(name)\" is deleted") }
        return instance
    }

    private static func parts(_ word: String) -> (name: String, snapshot: String)? {
        let parts = word.split(separator: ".", maxSplits: 1).map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : nil
    }
}
