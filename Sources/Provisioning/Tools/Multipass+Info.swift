extension Multipass {
    /// What `info` says of one machine; of one that is off it says little.
    package struct Info: Sendable, Equatable {
        /// `Running`, `Stopped`, `Deleted`, `Starting` and so on.
        package var state: String
        /// The image, such as `24.04 LTS`.
        package var image: String?
        /// What the machine calls its system.
        package var release: String?
        /// The addresses; the first is the management address.
        package var ipv4: [String]
        package var processors: Int?
        package var memory: StorageUse?
        /// Bytes of all its disks.
        package var disk: StorageUse?
        /// How many snapshots it has.
        package var snapshots: Int?
        /// The folders of the host that it has, by where they are in it.
        package var mounts: [String: String]

        /// What `list` says of a machine, which is all that can be had of one that does not answer.
        package init(_ instance: Instance) {
            self.init(state: instance.state, image: instance.image, ipv4: [], mounts: [:])
        }

        init(state: String, image: String? = nil, ipv4: [String], mounts: [String: String]) {
            (self.state, self.image, self.ipv4, self.mounts) = (state, image, ipv4, mounts)
        }
    }

    /// What multipass knows about that machine, which must answer: of one that runs and hangs the daemon waits for the
    /// answer in the thread that serves everybody.
    package func info(_ name: String) async throws -> Info {
        struct Answer: Decodable { var info: [String: Info] }
        let arguments = ["info", name, "--format", "json"]
        let answer = try await decodedTwice(Answer.self, arguments, assumed: #"{"info":{}}"#)
        if let info = answer.info[name] { return info }
        throw Failure(.commandFailed, "multipass reports nothing about \(name)")
    }
}

extension Multipass.Info: Decodable {
    private enum Key: String, CodingKey {
        case state, release, ipv4, memory, disks, mounts
        case image = "image_release"
        case processors = "cpu_count"
        case snapshots = "snapshot_count"
    }

    private struct Memory: Decodable { var used, total: Int? }
    private struct Disk: Decodable { var used, total: String? }
    private struct Mount: Decodable {
        var source: String?
        enum CodingKeys: String, CodingKey { case source = "source_path" }
    }

    /// Reads multipass's form, in which numbers are text now and then, and what is not known is empty.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        func text(_ key: Key) throws -> String? {
            let text = try values.decodeIfPresent(String.self, forKey: key)
            return text?.isEmpty ?? true ? nil : text
        }
        state = try values.decode(String.self, forKey: .state)
        image = try text(.image)
        release = try text(.release)
        ipv4 = try values.decodeIfPresent([String].self, forKey: .ipv4) ?? []
        processors = try text(.processors).flatMap { Int($0) }
        snapshots = try text(.snapshots).flatMap { Int($0) }
        let memory = try values.decodeIfPresent(Memory.self, forKey: .memory)
        self.memory = memory?.total.map { StorageUse(used: memory?.used ?? 0, total: $0) }
        let disks = try values.decodeIfPresent([String: Disk].self, forKey: .disks) ?? [:]
        let total = disks.values.compactMap { $0.total.flatMap { Int($0) } }
        let used = disks.values.compactMap { $0.used.flatMap { Int($0) } }
        disk = total.isEmpty ? nil : StorageUse(used: used.sumOfBytes(), total: total.sumOfBytes())
        let mounts = try values.decodeIfPresent([String: Mount].self, forKey: .mounts) ?? [:]
        self.mounts = mounts.mapValues { $0.source ?? "" }
    }
}
