/// What of a cluster is not as the file says that was last applied to it: nothing is changed by that.
struct ClusterDrift {
    let state: ClusterState
    let context: PlanContext
    /// How long the cluster gets to answer; without an answer only the state is compared.
    let limit: Duration

    /// The differences, a few words each.
    func all() async -> [String] {
        guard let applied = state.file, state.isDeleting != true, state.restoring == nil,
            let file = try? ClusterFileReader.parse(
                Array(applied.text.utf8), path: applied.path, context.files, resolving: false)
        else { return [] }
        let live = try? await context.time.within(limit) { try await ClusterFileDesign.Live.look(context) }
        return ofMembers(file) + (live.map { contents(file, applied, $0) } ?? [])
    }

    private func ofMembers(_ file: ClusterFile) -> [String] {
        let count = state.members.count
        let number = file.members.map { $0 == count ? [] : ["\(counted(count, "member")), not \($0)"] } ?? []
        let sizes = state.members.flatMap { member -> [String] in
            let wanted = file.sizes(of: member.name, on: state.host(of: member.name))
            return Setting.sizes.compactMap { size in
                // What the user wrote into .env is no drift: up -f keeps it too.
                guard let value = wanted[size], let has = member.sizes?[size], has.isUsers != true,
                    !size.isSame(value.text, has.value), context.provider.traits.fixedSizes[size] == nil
                else { return nil }
                return "\(member.name) has \(size.rawValue) \(has.value), not \(value.text)"
            }
        }
        return number + sizes
    }

    private func contents(_ file: ClusterFile, _ applied: AppliedFile, _ live: ClusterFileDesign.Live) -> [String] {
        let pools = file.pools.compactMap { pool -> String? in
            guard let found = live.pools.first(where: { $0.name == pool.name }) else {
                return "the pool \(pool.name) is missing"
            }
            return found.driver == pool.driver.rawValue
                ? nil : "the pool \(pool.name) has the driver \(found.driver), not \(pool.driver.rawValue)"
        }
        let images = file.images.filter { live.aliases[$0.alias] == nil }.map { "the image \($0.alias) is missing" }
        let units = applied.units.sorted { $0.key < $1.key }.compactMap { name, count -> String? in
            let number = (try? UnitName(name)).map { live.workloads.instances(of: $0).count } ?? 0
            return number == count
                ? nil
                : number == 0
                    ? "the unit \(name) is missing"
                    : "the unit \(name) has \(counted(number, "instance")), not \(count)"
        }
        return pools + images + units
    }
}
