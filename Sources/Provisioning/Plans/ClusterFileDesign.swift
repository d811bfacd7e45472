/// What applying a cluster file does, object by object, decided before anything is changed.
package struct ClusterFileDesign: Sendable {
    /// What becomes of each object, in the order in which it is shown.
    package private(set) var changes: [UnitChange] = []
    /// What is deleted with the user's data, a line each.
    package private(set) var losses: [String] = []
    /// What the user has to know, a sentence each.
    package private(set) var remarks: [String] = []
    /// The members that are removed, the highest number first.
    package private(set) var surplus: [MemberName] = []
    /// The units whose files the file does not name any more.
    package private(set) var droppedUnits: [UnitName] = []
    /// The images, with their fingerprints.
    private(set) var images: [(image: ClusterFile.Image, fingerprint: String)] = []
    /// What is done to storage pools.
    private(set) var pools: [(name: String, work: ChangePool.Work)] = []
    /// The members whose machines are stopped to be given other sizes, in the order in which that happens.
    package private(set) var resizedOffline: [(member: MemberName, sizes: [Setting: String])] = []
    /// What becomes of each unit, as far as that is known yet, in the order of the file.
    package private(set) var unitDesigns: [UnitDesign] = []
    /// The instances that are deleted with the user's knowledge.
    package private(set) var lostInstances: Set<String> = []

    private let file: ClusterFile
    private let former: AppliedFile?

    /// What a cluster says of itself that is there already; `nil` of one that is not, or does not answer.
    package struct Live: Sendable {
        var respondingMember: MemberName
        var workloads: Workloads
        var pools: [LXC.ListedPool]
        var objects: [ClusterObject]
        var aliases: [String: String]
        var extensions: Set<String>
        var drivers: Set<String>

        /// What a description of the cluster says of it.
        package var summary: ClusterDescription.Contents {
            let found = pools.map { pool in
                let sizes = Set(
                    objects.first { $0.kind == .storagePool && $0.name == pool.name }?.values.values
                        .compactMap { $0["size"] }.filter { !$0.isEmpty } ?? [])
                return ClusterDescription.Contents.Pool(
                    name: pool.name, driver: pool.driver, size: sizes.count == 1 ? sizes.first : nil)
            }
            return ClusterDescription.Contents(
                pools: found, aliases: aliases, units: Set(workloads.instances.compactMap(\.unit)))
        }

        /// Asks the first member that answers.
        package static func look(_ context: PlanContext) async throws -> Live {
            let (member, workloads) = try await Workloads.look(context)
            let client = context.client(in: member)
            async let server = client.server()
            async let drivers = client.storageDrivers()
            async let pools = client.pools()
            async let aliases = client.imageAliases()
            let objects = try await ObjectCheck(context: context, respondingMember: member).objects()
            return Live(
                respondingMember: member, workloads: workloads, pools: try await pools, objects: objects,
                aliases: try await aliases, extensions: Set(try await server.extensions), drivers: try await drivers)
        }
    }

    /// Compares the file with what there is; throws what cannot be done, by name.
    ///
    /// `planned` is the state that `up` is about to reach, `resized` the members whose machines get other sizes.
    package init(
        _ file: ClusterFile, existing: ClusterState?, planned: ClusterState, resized: [MemberName], _ live: Live?,
        _ context: PlanContext
    ) async throws {
        self.file = file
        former = existing?.file
        try checkHosts(existing)
        let present = Set(existing?.members.map(\.name) ?? [])
        if let wanted = file.members, present.count > wanted {
            surplus = Array(present.filter { $0 != planned.first }.sorted(by: >).prefix(present.count - wanted))
        }
        if let existing, context.provider.offlineSizing != nil { try await addOfflineSizes(existing, context) }
        addMembers(existing, planned, resized)
        try await addPools(live, context)
        try await addImages(live, context)
        if existing != nil, live == nil {
            remarks.append("\(planned.name) does not answer: units are compared once it is up")
        }
        try await addUnits(live, isNew: existing == nil, context)
    }

    /// A host can be left only by its members.
    private func checkHosts(_ existing: ClusterState?) throws {
        guard let existing, let hosts = file.hosts,
            let host = existing.hosts.first(where: { host in
                !hosts.contains(host) && !existing.members(on: host).isEmpty
            })
        else { return }
        let members = existing.members(on: host).map(\.text).joined(separator: ", ")
        throw Failure(
            .badInput, "hosts in \(file.shownPath) lacks \(host), which has members of \(existing.name): \(members)",
            hint: "bcmcluster member remove -c \(existing.name) MEMBER, or add \(host) to the file")
    }

    /// The sizes that differ from those that machines were made with, or were last given.
    private mutating func addOfflineSizes(_ existing: ClusterState, _ context: PlanContext) async throws {
        for member in existing.members.sorted(by: { $0.name < $1.name }) where !surplus.contains(member.name) {
            let endpoint = try await context.endpoint(member.name)
            let sizes = Setting.sizes.reduce(into: [Setting: String]()) { sizes, size in
                guard context.provider.traits.fixedSizes[size] == nil, let value = endpoint.found[size],
                    [.clusterFile, .file].contains(value.source), let has = member.sizes?[size],
                    !size.isSame(value.text, has.value)
                else { return }
                sizes[size] = value.text
            }
            if !sizes.isEmpty { resizedOffline.append((member.name, sizes)) }
        }
    }

    private mutating func addMembers(_ existing: ClusterState?, _ planned: ClusterState, _ resized: [MemberName]) {
        let present = Set(existing?.members.map(\.name) ?? [])
        for member in planned.members.map(\.name).sorted() {
            let host = planned.spread.map { _ in "on \(planned.host(of: member))" } ?? ""
            if surplus.contains(member) {
                changes.append(
                    UnitChange(.remove, .member, member.text, "members is \(file.members ?? 0)", losesData: true))
                losses.append("the machine \(member) and everything in it that cannot be moved")
            } else if !present.contains(member) {
                changes.append(UnitChange(.add, .member, member.text, host))
            } else if let (_, sizes) = resizedOffline.first(where: { $0.member == member }) {
                let words = sizes.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue) \($0.value)" }
                changes.append(
                    UnitChange(
                        .change, .member, member.text, "\(words.joined(separator: ", ")); requires a stop"))
            } else if resized.contains(member) {
                let sizes = file.sizes(of: member, on: planned.host(of: member))
                    .sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue) \($0.value.text)" }
                changes.append(UnitChange(.change, .member, member.text, sizes.joined(separator: ", ")))
            } else {
                changes.append(UnitChange(.keep, .member, member.text, host))
            }
        }
    }

    // MARK: Pools and images

    private mutating func addPools(_ live: Live?, _ context: PlanContext) async throws {
        for pool in file.pools {
            let details = ([pool.driver.rawValue] + (pool.size.map { [$0.text] } ?? [])).joined(separator: ", ")
            if let found = live?.objects.first(where: { $0.kind == .storagePool && $0.name == pool.name }),
                try isThere(pool, found)
            {
                if let size = pool.size, !ChangePool.lacking(size, in: found).isEmpty {
                    guard live?.extensions.contains("storage_pool_loop_resize") ?? true else {
                        throw Failure(
                            .badInput,
                            "pool \(pool.name): this version of \(context.engine.title) does not resize pools",
                            hint: "set its size in \(file.shownPath) to what it has, or use another pool")
                    }
                    pools.append((pool.name, .grow(to: size)))
                    changes.append(UnitChange(.change, .pool, pool.name, "grows to \(size.text)"))
                } else {
                    changes.append(UnitChange(.keep, .pool, pool.name, details))
                }
            } else {
                if let live, !live.drivers.isEmpty, !live.drivers.contains(pool.driver.rawValue) {
                    throw Failure(
                        .missing,
                        "pool \(pool.name): the members have no driver \(pool.driver.rawValue), but \(live.drivers.sorted().joined(separator: ", "))",
                        hint: "bcmcluster doctor says what a driver needs")
                }
                pools.append((pool.name, .create(driver: pool.driver, size: pool.size)))
                changes.append(UnitChange(.add, .pool, pool.name, details))
            }
        }
        for name in former?.pools.sorted() ?? [] where !file.pools.contains(where: { $0.name == name }) {
            guard let pool = live?.pools.first(where: { $0.name == name }) else { continue }
            // Of images the engine keeps copies there, which it makes again.
            if let user = pool.usedBy?.first(where: { !$0.hasPrefix("/1.0/images/") }) {
                throw Failure(
                    .badInput, "pool \(name) is not in \(file.shownPath) any more, and is used by \(user)",
                    hint: "move or delete what is in it first, or put the pool back into the file")
            }
            pools.append((name, .remove))
            changes.append(UnitChange(.remove, .pool, name, "not in the file any more, and empty"))
        }
    }

    /// Whether the pool is there as it should be, or can grow so; throws where it is another.
    private func isThere(_ pool: ClusterFile.Pool, _ found: ClusterObject) throws -> Bool {
        guard found.isCreated else {
            // What an earlier run has left unfinished holds nothing.
            if former?.pools.contains(pool.name) ?? false { return false }
            throw Failure(
                .conflict, "pool \(pool.name) exists, incomplete, and was not created by bcmcluster",
                hint: ClusterClient.line("storage delete", pool.name))
        }
        guard found.form == pool.driver.rawValue else {
            throw Failure(
                .badInput,
                "pool \(pool.name) has the driver \(found.form), and \(file.shownPath) says \(pool.driver.rawValue): a pool's driver cannot be changed",
                hint: "give the new pool another name")
        }
        if let size = pool.size,
            let (member, has) = found.values.sorted(by: { $0.key < $1.key }).compactMap({ member, keys in
                keys["size"].flatMap { ByteSize($0) }.map { (member, $0) }
            }).first(where: { $0.1.bytes > size.bytes })
        {
            throw Failure(
                .badInput,
                "pool \(pool.name) has \(has.text) on \(member), and \(file.shownPath) says \(size.text): a pool cannot shrink",
                hint: "write \(has.text), or make another pool")
        }
        return true
    }

    private mutating func addImages(_ live: Live?, _ context: PlanContext) async throws {
        let state = await context.store.state
        let images = context.images(of: state.remote?.name ?? state.first.text)
        for image in file.images {
            let has = live?.aliases[image.alias]
            // An image of a remote that is there stays: a newer one there is no change of the file.
            if case .remote = image.source, let has {
                self.images.append((image, has))
                changes.append(UnitChange(.keep, .image, image.alias, "\(has.prefix(12))"))
                continue
            }
            let fingerprint = try await images.fingerprint(of: image.source)
            self.images.append((image, fingerprint))
            let sign: UnitChange.Sign = has == nil ? .add : has == fingerprint ? .keep : .change
            let details =
                sign == .change
                ? "\(fingerprint.prefix(12)), was \(has?.prefix(12) ?? "")" : "\(fingerprint.prefix(12))"
            changes.append(UnitChange(sign, .image, image.alias, details))
        }
    }

    // MARK: Units

    private mutating func addUnits(_ live: Live?, isNew: Bool, _ context: PlanContext) async throws {
        let waits =
            changes.contains { $0.sign != .keep && $0.object != .member } || changes.contains { $0.sign == .add }
        for entry in file.units {
            try checkNeeds(of: entry.unit, live, isNew: isNew)
            guard live != nil else {
                changes.append(
                    isNew
                        ? UnitChange(.add, .unit, entry.unit.name.text, "from \(entry.path)")
                        : UnitChange(
                            .change, .unit, entry.unit.name.text, "from \(entry.path), compared once the cluster is up")
                )
                continue
            }
            do {
                let options = file.runOptions(of: entry.unit)
                let design = try await UnitDesigner(entry.unit, options, until: nil, context)
                    .design(after: unitDesigns).design
                unitDesigns.append(design)
                remarks += design.remarks
                if design.isIdle {
                    changes.append(UnitChange(.keep, .unit, entry.unit.name.text, "from \(entry.path)"))
                } else {
                    changes += design.changes.filter { !$0.isIdle }
                }
                losses += design.losses.map { "the instance \($0.name) and its root disk: \($0.details)" }
                lostInstances.formUnion(design.losses.map(\.name))
            } catch let failure as Failure
                where waits && [.conflict, .badInput, .missing, .notFound].contains(failure.code)
            {
                // It may need a member, an image or a pool that is about to be made.
                changes.append(
                    UnitChange(.change, .unit, entry.unit.name.text, "from \(entry.path), once the rest is there"))
            }
        }
        for name in former?.units.keys.sorted() ?? [] where !file.units.contains(where: { $0.unit.name.text == name }) {
            guard let live, let unit = try? UnitName(name), live.workloads.units.contains(name) else { continue }
            guard !live.workloads.instances(of: unit).isEmpty else { continue }
            let design = try RemoveUnit.design(unit, volumesToo: false, live.workloads)
            droppedUnits.append(unit)
            changes += design.changes
            losses += design.works(on: .instance).map {
                "the instance \($0.name) and its root disk: its unit is not in the file any more"
            }
        }
    }

    /// What a unit needs and the file does not have is on the cluster, and stays there.
    private func checkNeeds(of unit: Unit, _ live: Live?, isNew: Bool) throws {
        let own = Set(file.units.map(\.unit.name))
        for need in unit.needs where !own.contains(need) {
            if former?.units[need.text] != nil {
                throw Failure(
                    .badInput, "\(unit.name) needs the unit \(need), which is not in \(file.shownPath) any more",
                    hint: "put its file back into files of [units], or remove it from needs")
            }
            guard isNew || live.map({ $0.workloads.instances(of: need).isEmpty }) ?? false else { continue }
            throw UnitNeeds.missing(need, of: unit, among: Set(own.map(\.text)).union(live?.workloads.units ?? []))
        }
    }

    // MARK: Steps

    /// The steps for pools and images, behind those of `up`.
    package func addSteps(to plan: inout ClusterPlan, of state: ClusterState, _ live: Live?) {
        let before = Array(plan.entries.indices)
        let asked = live?.respondingMember ?? state.first
        for (name, work) in pools {
            plan.add(ChangePool(name: name, work: work, respondingMember: asked), after: before)
        }
        let remote = state.remote?.name ?? state.first.text
        let staying = state.members.map(\.name).filter { !surplus.contains($0) }.sorted()
        for (image, fingerprint) in images {
            let brought = plan.add(
                CopyImageToCluster(source: image.source, fingerprint: fingerprint, remote: remote, isAliased: false),
                after: before)
            plan.add(
                SetImageAlias(alias: image.alias, fingerprint: fingerprint, respondingMember: asked), after: [brought])
            for member in staying {
                plan.add(CopyImageToMember(name: member, fingerprint: fingerprint, remote: remote), after: [brought])
            }
        }
    }

    /// What the state notes before anything is made: all that may be there at the end of an interrupted run.
    package func beginning(at path: String) -> AppliedFile {
        var begun = ending(at: path)
        begun.units.merge(former?.units ?? [:]) { first, _ in first }
        begun.pools = Array(Set(begun.pools).union(former?.pools ?? [])).sorted()
        return begun
    }

    /// What the state notes once all is done.
    package func ending(at path: String) -> AppliedFile {
        AppliedFile(
            path: path, text: file.text,
            units: Dictionary(uniqueKeysWithValues: file.units.map { ($0.unit.name.text, $0.unit.count) }),
            unitFiles: file.units.map { SystemCalls.absolute($0.path) }, pools: file.pools.map(\.name).sorted())
    }
}
