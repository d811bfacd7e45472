/// On which host a new VM is made.
package struct VMPlacement {
    /// The word that leaves the choice to the tool.
    package static let mostFree = "auto"

    let app: AppContext

    /// The host that the user names, in one of two ways; the one with most room; or else this machine.
    func host(for wanted: VMReference, by flag: String?) async throws -> Host {
        guard let flag else { return try await named(wanted.host ?? .local, isChosen: wanted.host != nil) }
        guard wanted.host == nil else {
            throw Failure(.badInput, "the host is given twice: \(wanted) and --host \(Shell.quoted(flag.clipped))")
        }
        return flag == Self.mostFree ? try await hostWithMostMemory() : try await named(HostName(flag), isChosen: true)
    }

    private func named(_ name: HostName, isChosen: Bool) async throws -> Host {
        let host = try app.host(name)
        let answer = try await app.asking([host], Self.room)[0].answer
        guard case .failure(let failure) = answer else { return host }
        // A daemon that is down has said something; a program that is not there has not.
        guard failure.code == .missing && failure.output == nil && !isChosen else { throw failure }
        // A plan can be reviewed anywhere.
        if app.recorder != nil { return host }
        throw Failure(
            .missing, "\(Multipass.program) is not installed on this machine",
            hint: "name a host with --host NAME, or let --host \(Self.mostFree) choose one")
    }

    /// Of the hosts on which multipass works, the one with most free memory.
    private func hostWithMostMemory() async throws -> Host {
        let answers = try await app.asking(app.allHosts(), Self.room)
        for case (let host, .failure(let failure)) in answers where failure.code != .missing {
            app.say("\(host.name) skipped: \(failure.message)")
        }
        let free = answers.compactMap { host, answer in (try? answer.get()).map { (host, $0) } }
        guard let (host, room) = free.max(by: { $0.1 < $1.1 }) else {
            throw Failure(
                .missing, "\(Multipass.program) works on none of the hosts",
                hint: "see bcmcluster host list; install \(Multipass.program) on one, or add one that has it")
        }
        app.say("host \(host.name) chosen: most free memory (\(ByteSize.brief(room)))")
        return host
    }

    /// How many bytes of memory are free there, 0 where it does not say; throws where multipass does not work.
    @Sendable private static func room(
        _ host: Host, _ runner: any CommandRunner, _ limit: Duration
    ) async throws -> Int {
        // Without an answer that a dry run could assume.
        do { try await Multipass(runner).check() } catch let failure as Failure {
            throw failure.ofMultipass(on: host.name)
        }
        return await HostInspector(runner, limit: limit).freeMemory() ?? 0
    }
}
