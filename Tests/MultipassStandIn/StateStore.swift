import FoundationEssentials
import Provisioning

/// The state on disk; a lock lets parallel calls change it one after the other.
struct StateStore: Sendable {
    let folder: String

    private var path: String { "\(folder)/state.json" }

    /// The state as it is.
    func read() throws -> State {
        guard let text = try LocalFiles().read(path) else { return try fresh() }
        return try JSONDecoder().decode(State.self, from: Data(text.utf8))
    }

    /// Changes the state and returns what the change returns; a change that throws leaves everything as it was.
    func change<Answer>(_ body: (inout State) throws -> Answer) async throws -> Answer {
        try await holding("state") {
            var state = try read()
            let answer = try body(&state)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try LocalFiles().write(String(decoding: encoder.encode(state), as: UTF8.self), to: path, mode: 0o600)
            return answer
        }
    }

    /// Where a machine's relative paths begin.
    func home(_ name: String) throws -> String {
        let home = "\(folder)/home/\(name)"
        try LocalFiles().makeFolder(home, mode: 0o755)
        return home
    }

    /// Forgets a machine that is gone.
    func forget(_ name: String) async throws {
        try LocalFiles().remove("\(folder)/home/\(name)")
        try await change { state in
            let member = state.member(name)
            state.record.members.removeAll { $0.name == member }
            state.instances[name] = nil
        }
    }

    /// Does the work while no other process holds the lock of that name.
    func holding<Answer>(_ name: String, _ work: () async throws -> Answer) async throws -> Answer {
        try await holding(anyOf: [name], work)
    }

    /// Does the work while it has one of the locks of those names, whichever is free first.
    func holding<Answer>(anyOf names: [String], _ work: () async throws -> Answer) async throws -> Answer {
        while true {
            for name in names {
                if let lock = try FileLock.take("\(folder)/\(name).lock", mode: 0o600) {
                    defer { withExtendedLifetime(lock) {} }
                    return try await work()
                }
            }
            try await Task.sleep(for: .milliseconds(3))
        }
    }

    /// Nothing yet, under a name that no other stand-in on the host has.
    private func fresh() throws -> State {
        let identifier = SystemRandom().identifier(length: 8)
        return State(
            record: ClusterState(
                name: try ClusterName("multipass-\(identifier)"), identifier: identifier,
                created: SystemCalls.secondsSince1970, settings: ClusterSettings(provider: .namespace, storage: .dir)))
    }
}
