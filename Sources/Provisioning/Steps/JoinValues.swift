/// The values of networks and storage pools that are members' own: which a joining member has to give, and which are given.
///
/// LXD lets a member join without them, and makes a network without its interface or a pool in a folder of its own (LXD
/// 5.0.2).
struct JoinValues {
    /// A key that is members' own.
    private struct Key: Hashable {
        var entity: String
        var name: String
        var key: String
        var text: String { "\(name).\(key)" }
    }

    /// The cluster's networks and storage pools.
    let objects: [ClusterObject]

    init(_ objects: [ClusterObject]) { self.objects = objects.filter { ["", "default"].contains($0.project) } }

    /// Whether a value says more than what the engine chooses by itself.
    private static func isChosen(_ value: String, _ key: String, of object: ClusterObject) -> Bool {
        guard object.kind == .storagePool else {
            return !value.isEmpty && !(key == MemberLink.key && MemberLink.isName(value))
        }
        // Of a pool the engine notes its own folder or loop file, or what all members share.
        return key == "source" && !["", object.name].contains(value) && !object.form.hasPrefix("ceph")
            && !value.hasSuffix("/storage-pools/\(object.name)") && !value.hasSuffix("/disks/\(object.name).img")
    }

    /// What the user chose for that member, by key, as the cluster knows it.
    func chosen(by member: String) -> [String: String] {
        objects.reduce(into: [:]) { chosen, object in
            for (key, value) in object.values[member] ?? [:] where Self.isChosen(value, key, of: object) {
                chosen["\(object.name).\(key)"] = value
            }
        }
    }

    /// What a member cannot join without, by key, each with an example of another member.
    var needed: [String: (member: String, value: String)] {
        Set(objects.flatMap(\.values.keys)).sorted(by: >).reduce(into: [:]) { needed, member in
            for (key, value) in chosen(by: member) { needed[key] = (member, value) }
        }
    }

    /// The interfaces of our own by which members are on networks of units: they have one name on all members.
    private var links: [String: String] {
        objects.filter { $0.kind == .network }.reduce(into: [:]) { links, object in
            for values in object.values.values {
                guard let value = values[MemberLink.key], MemberLink.isName(value) else { continue }
                links["\(object.name).\(MemberLink.key)"] = value
            }
        }
    }

    private var known: Set<Key> {
        Set(
            objects.flatMap { object in
                let keys =
                    object.kind == .storagePool
                    ? ["source", "size"] : object.form == "bridge" ? ["bridge.external_interfaces"] : ["parent"]
                return (keys + object.values.values.flatMap(\.keys)).map {
                    Key(
                        entity: object.kind == .storagePool ? "storage-pool" : "network", name: object.name, key: $0)
                }
            })
    }

    /// Throws `Failure.badInput` for a value of what the cluster does not have.
    func check(_ given: [MemberValue]) throws {
        let known = Set(known.map(\.text))
        guard let unknown = given.first(where: { !known.contains($0.key) }) else { return }
        let near = Suggestion.nearest(to: unknown.key, in: known)
        throw Failure(
            .badInput, "\(unknown.text): the cluster has no such key of a network or storage pool",
            hint: (near.map { "did you mean \($0)? " } ?? "") + "there are \(known.sorted().joined(separator: ", "))")
    }

    /// Throws `Failure.conflict` where one of the joining members lacks a value; `command` is what the user is to run.
    func check(_ joining: [(name: MemberName, values: [String: String])], command: String) throws {
        let lacking = joining.filter { member in needed.keys.contains { member.values[$0] == nil } }
        let missing = needed.filter { key, _ in lacking.contains { $0.values[key] == nil } }.sorted { $0.key < $1.key }
        guard !missing.isEmpty else { return }
        let names = lacking.map(\.name.text).joined(separator: ", ")
        let keys = missing.map { "\($0.key) (\($0.value.member) has \($0.value.value))" }.joined(separator: ", ")
        let flags = missing.map { "--member-config \($0.key)=VALUE" }.joined(separator: " ")
        throw Failure(
            .conflict, "\(names) cannot join without values of \(lacking.count == 1 ? "its" : "their") own: \(keys)",
            hint: "\(command) \(flags); an empty VALUE leaves it to \(Engine.current.title)")
    }

    /// Throws `Failure.badInput` where a value is given for members that are in the cluster with another one.
    func check(_ given: [MemberValue], keptBy members: [String], ofAll: Bool) throws {
        for value in given where ofAll || value.member != nil {
            for object in objects {
                guard let key = object.key(of: value.key) else { continue }
                for member in members where value.member.map({ $0.text == member }) ?? true {
                    let own = object.values[member]?[key] ?? ""
                    guard own != value.value else { continue }
                    throw Failure(
                        .badInput,
                        "\(value.text): \(member) is in the cluster, and has \(own.isEmpty ? "none" : own)",
                        hint: "such values are given when a member joins; leave the flag out")
                }
            }
        }
    }

    /// What the engine is given: the keys that it asks for, and what the user gives besides.
    ///
    /// LXD 6.9 shows the values of the member that is asked, which are no other member's: its folder, its interface. Only
    /// what all members share, as the name of a pool in Ceph, is given as it is.
    func keys(_ asked: [MemberConfigurationKey], with values: [String: String], loopFileSize: String)
        -> [MemberConfigurationKey]
    {
        let values = values.merging(links) { $1 }
        var keys = asked.compactMap { asked -> MemberConfigurationKey? in
            var key = asked
            if let value = values["\(key.name).\(key.key)"] {
                key.value = value
            } else if key.entity == "storage-pool", key.key == "size" {
                // A pool that has a place of its own has its size too.
                if !(values["\(key.name).source"] ?? "").isEmpty { return nil }
                // A loop file is as large as those of the others.
                key.value = size(of: key.name) ?? loopFileSize
            } else if !isShared(key) {
                key.value = ""
            }
            return key
        }
        for key in known.sorted(by: { $0.text < $1.text }) {
            guard let value = values[key.text], !asked.contains(where: { $0.name == key.name && $0.key == key.key })
            else { continue }
            keys.append(MemberConfigurationKey(entity: key.entity, name: key.name, key: key.key, value: value))
        }
        return keys
    }
}

extension JoinValues {
    /// The size of the pool's loop file on the members that have one.
    private func size(of pool: String) -> String? {
        objects.first { $0.kind == .storagePool && $0.name == pool }?.values.sorted { $0.key < $1.key }
            .compactMap { $0.value["size"] }.first { !$0.isEmpty }
    }

    /// Whether a key's value is the same on all members.
    private func isShared(_ key: MemberConfigurationKey) -> Bool {
        key.entity == "storage-pool"
            && objects.contains { $0.kind == .storagePool && $0.name == key.name && $0.form.hasPrefix("ceph") }
    }
}

extension ClusterObject {
    /// The part of `NAME.KEY` behind its own name.
    fileprivate func key(of text: String) -> String? {
        text.hasPrefix("\(name).") ? String(text.dropFirst(name.count + 1)) : nil
    }
}

extension PlanContext {
    /// The values with which that member joins, which the state keeps for the next time: what is given now, what the state
    /// has, or what the cluster knows of a member that it has lost.
    func joinValues(of member: MemberName, _ given: [MemberValue], _ known: JoinValues) async throws -> [String: String]
    {
        let stored = await store.state.member(member)?.values ?? [:]
        let values = known.chosen(by: member.text).merging(stored) { $1 }.merging(given.of(member)) { $1 }
        guard values != stored else { return values }
        try await store.update { state in
            for index in state.members.indices where state.members[index].name == member {
                state.members[index].values = values
            }
        }
        return values
    }
}
