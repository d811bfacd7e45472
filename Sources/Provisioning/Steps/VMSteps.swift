/// Launches a VM that belongs to no cluster.
struct LaunchVM: Step {
    let title = "launch the VM"
    let host: HostName
    /// What runs commands on its host.
    let runner: any CommandRunner
    let launch: Multipass.Launch

    private var place: String { "\(host)/\(launch.name)" }

    func isDone(_ context: HostContext) async throws -> Bool { false }

    func run(_ context: HostContext) async throws {
        do { try await Multipass(runner).launch(launch) } catch is CancellationError {
            throw Failure(
                .interrupted, "interrupted: \(Multipass.program) continues to launch \(place)",
                hint: "delete it with bcmcluster vm delete \(place)")
        } catch var failure as Failure {
            if failure.isNameTakenInMultipass { throw Self.taken(place) }
            if failure.continuesInMultipass {
                failure.code = .timedOut
                failure.message = "\(place) was not up in time, and \(Multipass.program) continues to launch it"
                failure.hint = "check it with bcmcluster vm info \(place), or wait longer with --timeout"
            }
            throw failure.ofMultipass(on: host)
        }
    }

    /// The failure of a name that another VM has.
    static func taken(_ place: String) -> Failure {
        Failure(.conflict, "VM \(place) already exists", hint: "choose another name, or another host")
    }
}

/// Checks that the cloud-init of a new VM has not failed, which multipass does not say.
struct CheckVMSetup: Step {
    let title = "check its cloud-init"
    let host: HostName
    let runner: any CommandRunner
    let name: String

    func isDone(_ context: HostContext) async throws -> Bool { false }

    func run(_ context: HostContext) async throws {
        let inside = MultipassRunner(base: runner, machine: name, time: context.time)
        guard case .failed(let output) = try await CloudInit(inside).status(.reads) else { return }
        throw Failure(
            .commandFailed, "\(host)/\(name) is running, but its cloud-init failed", output: output,
            hint: "bcmcluster vm exec \(host)/\(name) -- sudo tail -n 50 /var/log/cloud-init-output.log says why")
    }
}

/// Starts, stops or restarts a VM that belongs to no cluster.
struct SwitchVM: Step {
    /// What is done to it.
    enum Change: String, Sendable { case start, stop, restart }

    let host: HostName
    let runner: any CommandRunner
    let name: String
    let change: Change
    let limit: Duration

    var title: String { "\(change.rawValue) the VM" }

    func isDone(_ context: HostContext) async throws -> Bool { false }

    func run(_ context: HostContext) async throws {
        let multipass = Multipass(runner)
        do {
            switch change {
            case .start: try await multipass.start(name, limit: limit)
            case .stop: try await multipass.stop(name, limit: limit)
            case .restart: try await multipass.restart(name, limit: limit)
            }
        } catch let failure as Failure { throw failure.ofMultipass(on: host) }
    }
}

/// Deletes one VM for good, and no other.
struct DeleteVM: Step {
    let title = "delete the VM"
    let host: HostName
    let runner: any CommandRunner
    let name: String

    func isDone(_ context: HostContext) async throws -> Bool { false }

    func run(_ context: HostContext) async throws {
        do { try await Multipass(runner).delete(name) } catch let failure as Failure {
            throw failure.ofMultipass(on: host)
        }
    }
}
