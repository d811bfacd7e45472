import Provisioning

/// The stand-in: one call of `multipass`, with a folder in the place of the daemon.
struct StandIn: Sendable {
    /// The variable that names the folder in which everything is kept.
    static let variable = "MULTIPASS_STAND_IN_DIR"
    /// The variable that, where it is set, makes machines without daemons: for tests that need no cluster.
    static let lightVariable = "MULTIPASS_STAND_IN_LIGHT"

    let store: StateStore
    let machines: any Machines
    let faults: Faults

    /// Answers one call and returns its exit code.
    static func run(_ arguments: [String]) async -> Int32 {
        do {
            guard let folder = SystemCalls.environment(variable), folder.hasPrefix("/") else {
                throw Refusal(code: 70, message: "\(variable) does not name an absolute path")
            }
            try LocalFiles().makeFolder(folder, mode: 0o700)
            if arguments.first?.hasPrefix("--") != true { try CallLog.append(arguments, in: folder) }
            let store = StateStore(folder: folder)
            let isLight = SystemCalls.environment(lightVariable) != nil
            let machines: any Machines = isLight ? LightMachines(store: store) : DaemonMachines(store: store)
            let standIn = StandIn(store: store, machines: machines, faults: try Faults.read(folder))
            return try await standIn.answer(arguments)
        } catch let refusal as Refusal {
            Terminal.complain(refusal.message)
            return refusal.code
        } catch {
            let failure = Failure(error)
            Terminal.complain("the stand-in failed: \(failure.message)\n\(failure.output ?? "")")
            return 2
        }
    }

    private func answer(_ arguments: [String]) async throws -> Int32 {
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "version": return try await version(rest)
        case "list", "ls": return try await list(rest)
        case "info": return try await info(rest)
        case "find": return try await find(rest)
        case "launch": return try await launch(rest)
        case "exec": return try await exec(rest)
        case "transfer", "copy-files": return try await transfer(rest)
        case "start": return try await start(rest)
        case "stop": return try await stop(rest)
        case "restart": return try await restart(rest)
        case "delete": return try await delete(rest)
        case "purge": return try await purge()
        case "recover": return try await recover(rest)
        case "snapshot": return try await snapshot(rest)
        case "restore": return try await restore(rest)
        case "get": return try await get(rest)
        case "set": return try await set(rest)
        case "mount": return try await mount(rest)
        case "umount", "unmount": return try await unmount(rest)
        case "--go-on" where rest.count == 2: return await resumeHint(rest[0], launch: rest[1])
        case "--perform": return await perform(rest)
        case "--tear-down": return try await tearDown()
        default: throw Refusal(code: 1, message: "Error: Unknown command or alias '\(arguments.first ?? "")'")
        }
    }
}
