import Provisioning

/// Makes a VM on one of the hosts: `bcmcluster vm launch`.
struct VMLaunchCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let wanted = try VMReference(invocation.operands[0])
        let launch = try request(wanted.name.text)
        let host = try await VMPlacement(world: world).host(for: wanted, by: invocation.values[.host])
        let place = "\(host.name)/\(wanted.name)"
        try await checkIsFree(wanted.name.text, on: host)
        if world.recorder == nil { world.terminal.say("launching \(place)") }
        let done: Void? = try await world.changing("launch \(place)", on: host) {
            do { try await Multipass($0).launch(launch) } catch {
                throw Self.explained(error, wanted.name.text, place)
            }
        }
        guard done != nil else { return 0 }
        if launch.userData != nil { try await checkSetup(wanted.name.text, on: host) }
        let inside = VM.runner(inside: wanted.name.text, by: world.runner(on: host), world.time)
        let address = try? await IP(inside).addresses(limit: .seconds(5)).first
        world.terminal.say("VM \(place) is running" + (address.map { ": \($0)" } ?? ""))
        return 0
    }

    /// What the VM is to be, as the flags say.
    private func request(_ name: String) throws -> Multipass.Launch {
        let settings = try invocation.settings()
        return Multipass.Launch(
            name: name, image: settings[.image], cpus: settings[.cpus], memory: settings[.memory],
            disk: settings[.disk], userData: try userData(), limit: try invocation.limits().machine)
    }

    private func userData() throws -> String? {
        guard let path = invocation.values[.cloudInit] else { return nil }
        guard let text = try world.files.read(path) else {
            throw Failure(.badInput, "--cloud-init: file \(Shell.quoted(path.clipped)) not found")
        }
        try CloudInit.check(userData: text, from: Shell.quoted(path.clipped))
        return text
    }

    /// Throws where the name is another VM's there, or a cluster's member is to have it.
    private func checkIsFree(_ name: String, on host: Host) async throws {
        let observation = try await world.vms(on: [host])
        if let failure = observation.silent.first?.failure { throw failure }
        if observation.vms.contains(where: { $0.instance.name == name }) { throw Self.taken("\(host.name)/\(name)") }
        let membership = try Membership(runtime: world.runtime, files: world.files)
        guard let cluster = membership.cluster(of: name, on: host.name) else { return }
        throw Failure(
            .conflict, "\(name) is the name of a member of the cluster \(cluster)",
            hint: "choose another name, or create the member with bcmcluster up -c \(cluster)")
    }

    /// Throws where its cloud-init failed, which multipass does not say.
    private func checkSetup(_ name: String, on host: Host) async throws {
        let inside = VM.runner(inside: name, by: world.runner(on: host), world.time)
        let status = try await world.untilSignal { try await CloudInit(inside).status(.reads) }
        guard case .failed(let output) = status else { return }
        let place = "\(host.name)/\(name)"
        throw Failure(
            .commandFailed, "\(place) is running, but its cloud-init failed", output: output,
            hint: "see bcmcluster vm exec \(place) -- sudo tail -n 50 /var/log/cloud-init-output.log")
    }

    private static func taken(_ place: String) -> Failure {
        Failure(.conflict, "VM \(place) already exists", hint: "choose another name, or another host")
    }

    private static func explained(_ error: any Error, _ name: String, _ place: String) -> any Error {
        if error is CancellationError {
            return Failure(
                .interrupted, "interrupted: multipass continues to launch \(place)",
                hint: "delete it with bcmcluster vm delete \(place)")
        }
        guard var failure = error as? Failure else { return error }
        if failure.isNameTakenInMultipass { return taken(place) }
        guard failure.continuesInMultipass else { return failure }
        failure.code = .timedOut
        failure.message = "\(place) was not up in time, and multipass continues to launch it"
        failure.hint = "check it with bcmcluster vm info \(place), or wait longer with --timeout"
        return failure
    }
}
