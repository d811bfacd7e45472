/// The hosts that a user has registered, and questions to all of them.
extension AppContext {
    /// How long a connection may take to open, and how long where others open at once.
    private static let (longestOpening, opening): (Duration, Duration) = (.seconds(8), .seconds(4))

    /// Opens the connections to the cluster's hosts; returns how long the slowest of them took to open.
    ///
    /// The first that opens says what to expect of the others: one that takes three times as long, and four seconds or
    /// more, is given up and counts as unreachable for the moment.
    func openConnections(to state: ClusterState) async -> Duration {
        let known = ((try? hosts.all()) ?? []).filter { state.hosts.contains($0.name) }
        let limited = limited(to: Self.longestOpening)
        let start = time.elapsed
        return await withTaskGroup(of: (host: HostName, isOpen: Bool)?.self) { group in
            for host in known {
                group.addTask {
                    (host.name, (try? await limited.runner(on: host).run(Command("true", [])))?.succeeded ?? false)
                }
            }
            var slowest: Duration = .zero
            var missing = Set(known.map(\.name))
            while !missing.isEmpty, let next = await group.next() {
                guard let next else { break }
                missing.remove(next.host)
                guard next.isOpen else { continue }
                let took = time.elapsed - start
                if slowest == .zero, !missing.isEmpty {
                    let rest = max(Self.opening, took * 3) - took
                    group.addTask {
                        try? await time.sleep(rest)
                        return nil
                    }
                }
                slowest = min(took, Self.longestOpening)
            }
            group.cancelAll()
            for name in missing { await connections.giveUp(name, after: time.elapsed - start) }
            return slowest
        }
    }

    /// How long all of them together may take.
    private static let limit: Duration = .seconds(5)

    var hosts: HostStore { HostStore(runtime: runtime, files: files, time: time) }

    /// This machine and those that a user has registered.
    func allHosts() throws -> [Host] { [try .local] + (try hosts.all()) }

    /// The host of that name, which may be this machine.
    func host(_ name: HostName) throws -> Host { name.isLocal ? try .local : try hosts.host(name) }

    /// The hosts of the cluster that are registered no more.
    func givenUp(_ state: ClusterState) throws -> [HostName] {
        let known = Set(try hosts.all().map(\.name))
        return state.spread == nil ? [] : state.hosts.filter { !$0.isLocal && !known.contains($0) }
    }

    /// The clusters that are spread over that host; one whose state is damaged is a failure.
    func clusters(on host: HostName) throws -> [ClusterState] {
        try clusterNames().sorted().compactMap { name in
            guard let cluster = try? ClusterName(name), let state = try StateStore.read(folder(cluster), files),
                state.spread?.contains(where: { $0.host == host }) ?? false
            else { return nil }
            return state
        }
    }

    /// The programs of all engines that those hosts have; a host that does not answer is left out.
    func enginePrograms(on names: [HostName]) async throws -> [(host: HostName, programs: Set<String>)] {
        let programs = Engine.all.flatMap { [$0.daemon] + $0.packages.map(\.daemon) }
        let answers = try await asking(names.map(host)) { _, runner, _ in
            Set(programs).subtracting(try await Which(runner).missing(of: programs))
        }
        let found = answers.compactMap { answer in
            (try? answer.answer.get()).map { (host: answer.host.name, programs: $0) }
        }
        return names.compactMap { name in found.first { $0.host == name } }
    }

    /// Asks hosts all at once, under one limit for all; the answers come in the order of the hosts' names.
    func asking<Answer: Sendable>(
        _ hosts: [Host],
        _ question: @escaping @Sendable (Host, any CommandRunner, _ limit: Duration) async throws -> Answer
    ) async throws -> [(host: Host, answer: Result<Answer, Failure>)] {
        let answers = await withTaskGroup(of: (host: Host, answer: Result<Answer, Failure>).self) { group in
            for host in hosts {
                group.addTask { (host, await answer(of: host, question)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        try Task.checkCancellation()
        return answers.sorted { $0.host.name < $1.host.name }
    }

    private func answer<Answer: Sendable>(
        of host: Host, _ question: @escaping @Sendable (Host, any CommandRunner, Duration) async throws -> Answer
    ) async -> Result<Answer, Failure> {
        do {
            let runner = LimitedRunner(runner(on: host), most: Self.limit)
            return .success(try await time.within(Self.limit) { try await question(host, runner, Self.limit) })
        } catch {
            let failure = Failure(error)
            let late = Failure(.unreachable, "no answer within \(Self.limit.brief)")
            return .failure(failure.code == .timedOut ? late : failure)
        }
    }
}
