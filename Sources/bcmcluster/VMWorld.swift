import Provisioning

/// What the commands need that are about VMs on whatever host.
extension World {
    /// How long a VM may take to tell its addresses before its row has none.
    private static let addressTimeout: Duration = .milliseconds(1500)

    /// What those hosts say of their VMs; addresses cost a question to each VM that runs.
    func vms(on hosts: [Host], withAddresses: Bool = false) async throws -> VMStatus {
        let membership = try Membership(runtime: runtime, files: files)
        let time = time
        let answers = try await asking(hosts) { host, runner, _ in
            let instances = try await VMStatus.instances(on: host, by: runner)
            guard withAddresses else { return instances }
            return await VMStatus.withAddresses(instances, by: runner, time, limit: Self.addressTimeout)
        }
        return VMStatus(answers, membership)
    }

    /// The VM that the user means by `NAME` or `HOST/NAME`.
    func vm(_ wanted: VMReference) async throws -> VM {
        let hosts = try wanted.host.map { [try host($0)] } ?? allHosts()
        return try await vms(on: hosts).vm(wanted)
    }

    /// The VM that is meant, unless it is deleted: then nothing but `delete` is of use.
    func usableVM(_ wanted: VMReference) async throws -> VM {
        let vm = try await vm(wanted)
        guard vm.instance.state != "Deleted" else {
            throw Failure(
                .conflict, "\(vm.place) is deleted, but not purged",
                hint: "recover it there with multipass recover \(vm.instance.name), or purge it with "
                    + "bcmcluster vm delete \(vm.place)")
        }
        return vm
    }

    /// Does what changes a VM until it is done or a signal comes; in a dry run, prints what it would be.
    ///
    /// - Parameters:
    ///   - what: what is done, as an imperative.
    ///   - host: where it is done.
    ///   - ignored: the signal that the work gets by itself, such as a shell's Ctrl-C.
    ///   - work: what is done, by what runs commands there.
    /// - Returns: what came of it; `nil` in a dry run.
    /// - Throws: what the work throws, with the host's name.
    func changing<Answer: Sendable>(
        _ what: String, on host: Host, but ignored: Int32? = nil,
        _ work: @escaping @Sendable (any CommandRunner) async throws -> Answer
    ) async throws -> Answer? {
        let runner = runner(on: host)
        guard let recorder else {
            do { return try await untilSignal(but: ignored) { try await work(runner) } } catch let failure as Failure {
                throw failure.ofMultipass(on: host.name)
            }
        }
        let scope = StepScope(step: what, phase: .running, isReview: true)
        _ = try await StepScope.$current.withValue(scope) { try await work(runner) }
        let item = PlanReview.Item(title: what, actions: recorder.takeActions())
        let review = PlanReview(items: [item], notes: recorder.notes)
        terminal.result(ReviewText(review: review, headline: "Planned actions.", redactor: redactor).text)
        return nil
    }
}

extension VM {
    /// Throws where it is a member of a cluster, whose own commands do that gracefully.
    func checkIsNoMember(_ hint: (ClusterName) -> String) throws {
        guard let cluster else { return }
        throw Failure(
            .conflict, "\(place) is a member of the cluster \(cluster)", hint: hint(cluster))
    }
}
