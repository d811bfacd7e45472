/// Makes a storage pool on all members, grows it, or removes it.
struct ChangePool: Step {
    enum Work: Sendable, Equatable {
        case create(driver: StorageDriver, size: ByteSize?)
        /// The loop file of each member becomes as large as that.
        case grow(to: ByteSize)
        case remove
    }

    let name: String
    let work: Work
    /// The member that is asked.
    let respondingMember: MemberName

    let member: MemberName? = nil
    var title: String {
        switch work {
        case .create: "create the storage pool \(name)"
        case .grow: "grow the storage pool \(name)"
        case .remove: "remove the storage pool \(name)"
        }
    }

    func isDone(_ context: PlanContext) async throws -> Bool {
        let found = try await object(context)
        return switch work {
        case .create: found?.isCreated ?? false
        case .grow(let size): found.map { Self.lacking(size, in: $0).isEmpty } ?? false
        case .remove: found == nil
        }
    }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: respondingMember)
        switch work {
        case .create(let driver, let size): try await create(driver, size, client, context)
        case .grow(let size):
            for member in Self.lacking(size, in: try await object(context)) {
                try await client.setPool(name, on: member, ["size=\(size.text)"])
            }
        case .remove: try await client.removePool(name)
        }
    }

    /// The members on which the pool's loop file is smaller than that.
    static func lacking(_ size: ByteSize, in pool: ClusterObject?) -> [String] {
        (pool?.values ?? [:]).filter { _, keys in (keys["size"].flatMap { ByteSize($0) }?.bytes ?? .max) < size.bytes }
            .keys.sorted()
    }

    private func object(_ context: PlanContext) async throws -> ClusterObject? {
        try await ObjectCheck(context: context, respondingMember: respondingMember).objects()
            .first { $0.kind == .storagePool && $0.name == name }
    }

    /// What a run that was cut off has left unfinished cannot be used, and holds nothing: it goes first.
    private func create(
        _ driver: StorageDriver, _ size: ByteSize?, _ client: LXC, _ context: PlanContext
    ) async throws {
        if let found = try await object(context), !found.isCreated { try await client.removePool(name) }
        let members = try await client.members(.reads, assuming: context.store.state.members.map(\.name.text)).map(
            \.name)
        do {
            for member in members {
                try await client.preparePool(name, driver: driver.rawValue, on: member, keys(driver, size, member))
            }
            try await client.createPool(name, driver: driver.rawValue)
        } catch let failure as Failure where failure.code == .commandFailed {
            // Unfinished it would keep members from joining.
            if let found = try await object(context), !found.isCreated { try? await client.removePool(name) }
            throw failure
        }
    }

    /// The keys that are the member's own.
    ///
    /// Names that the kernel knows are the member's, since several may share a kernel.
    private func keys(_ driver: StorageDriver, _ size: ByteSize?, _ member: String) -> [String] {
        let size = size.map { ["size=\($0.text)"] } ?? []
        return switch driver {
        case .dir, .btrfs: size
        case .zfs: size + ["zfs.pool_name=\(member)-\(name)"]
        case .lvm: size + ["lvm.vg_name=\(member)-\(name)"]
        }
    }
}
