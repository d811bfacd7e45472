/// A VM on one of the hosts.
package struct VM: Sendable, Equatable {
    package var host: Host
    /// What multipass there says of it.
    package var instance: Multipass.Instance
    /// The cluster that it is a member of.
    package var cluster: ClusterName?

    /// As the user names it, whatever other hosts have: `rack1/box`.
    package var place: String { "\(host.name)/\(instance.name)" }

    /// What runs commands as root in the VM of that name, on the host that the runner reaches.
    package static func runner(
        inside name: String, by runner: any CommandRunner, _ time: any TimeSource
    ) -> any CommandRunner {
        MultipassRunner(base: runner, machine: name, time: time)
    }
}

/// What the hosts say of their VMs.
package struct VMStatus: Sendable {
    /// What one host says.
    package typealias Answer = (host: Host, answer: Result<[Multipass.Instance], Failure>)

    /// The VMs by host and name.
    package let vms: [VM]
    /// The hosts that do not answer, and why.
    package let silent: [(host: Host, failure: Failure)]
    private let asked: [HostName]

    package init(_ answers: [Answer], _ membership: Membership) {
        let answers = answers.sorted { $0.host.name < $1.host.name }
        asked = answers.map(\.host.name)
        silent = answers.compactMap { host, answer in
            if case .failure(let failure) = answer { (host, failure) } else { nil }
        }
        vms = answers.flatMap { host, answer in
            let instances = ((try? answer.get()) ?? []).sorted { $0.name < $1.name }
            return instances.map {
                VM(host: host, instance: $0, cluster: membership.cluster(of: $0.name, on: host.name))
            }
        }
    }

    /// The same instances with the addresses of those that run and tell them within the limit, all asked at once.
    package static func withAddresses(
        _ instances: [Multipass.Instance], by runner: any CommandRunner, _ time: any TimeSource, limit: Duration
    ) async -> [Multipass.Instance] {
        let limited = LimitedRunner(runner, most: limit)
        let addresses = await withTaskGroup(of: (String, [IPv4]).self) { group in
            for name in instances.filter(\.isRunning).map(\.name) {
                group.addTask {
                    let inside = VM.runner(inside: name, by: limited, time)
                    return (
                        name, (try? await time.within(limit) { try await IP(inside).addresses(limit: limit) }) ?? []
                    )
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return instances.map { instance in
            var instance = instance
            instance.ipv4 = addresses[instance.name, default: []].map(\.description)
            return instance
        }
    }

    /// The VMs of the host that the runner reaches, without addresses; none where multipass is not installed.
    package static func instances(on host: Host, by runner: any CommandRunner) async throws -> [Multipass.Instance] {
        do { return try await Multipass(runner).list() } catch let failure as Failure {
            if failure.code == .missing { return [] }
            throw failure.ofMultipass(on: host.name)
        }
    }

    /// The VM that is meant.
    ///
    /// Throws `Failure.badInput` where there is none or more than one, and what is wrong with a host that does not
    /// answer where that one may have it too.
    package func vm(_ wanted: VMReference) throws -> VM {
        let found = vms.filter {
            $0.instance.name == wanted.name.text && (wanted.host == nil || $0.host.name == wanted.host)
        }
        if found.count > 1 { throw Self.ambiguous(wanted, found) }
        if let (host, failure) = silent.first {
            // Where no other host is asked, there is nothing to tell apart.
            throw wanted.host == nil && asked.count > 1 ? Self.unknowable(wanted, host, failure, found.first) : failure
        }
        if let vm = found.first { return vm }
        throw Failure(
            .notFound, "VM \(wanted.name) not found on \(asked.map(\.text).joined(separator: ", "))",
            hint: "see bcmcluster vm list")
    }

    private static func ambiguous(_ wanted: VMReference, _ found: [VM]) -> Failure {
        Failure(
            .badInput,
            "more than one host has a VM \(wanted.name): \(found.map(\.host.name.text).joined(separator: ", "))",
            hint: "specify one: \(found.map(\.place).joined(separator: " or "))")
    }

    private static func unknowable(_ wanted: VMReference, _ host: Host, _ failure: Failure, _ found: VM?) -> Failure {
        Failure(
            .unreachable,
            "\(host.name) may have a VM \(wanted.name) too, but did not answer: \(failure.message)",
            output: failure.output,
            hint: found.map { "name the host: \($0.place)" } ?? "name the host, as in HOST/\(wanted.name)")
    }
}
