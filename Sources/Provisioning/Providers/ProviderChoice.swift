/// Which provider is taken, and why: said to the user.
package struct ProviderChoice: Sendable, Equatable {
    package var name: ProviderName
    /// Why, to stand in brackets after the name.
    package var reason: String

    package init(name: ProviderName, reason: String) {
        self.name = name
        self.reason = reason
    }
}

/// The right to act as root, checked before anything is touched.
package enum RootRights {
    /// Throws `Failure.missing` where this process cannot become root; asks for the password on a terminal only.
    package static func check(
        _ runner: any CommandRunner, isRoot: Bool = SystemCalls.effectiveUser == 0, canAsk: Bool
    ) async throws {
        if isRoot { return }
        let hint = "run it as root, or as a user with sudo rights"
        do {
            let result = try await runner.run(Command("sudo", ["-n", "true"], limit: .seconds(20)).needed)
            if result.succeeded { return }
            guard canAsk else {
                let reason = (SudoError(by: result) ?? .refused).reason
                throw Failure(
                    .missing, "the provider needs root, and \(reason)", output: result.tail, hint: hint)
            }
            let asked = try await runner.run(Command("sudo", ["-v"], limit: .seconds(300), output: .terminal).needed)
            if asked.succeeded { return }
        } catch let failure as Failure where failure.command != nil {
            throw Failure(.missing, "the provider needs root, and sudo is not installed", hint: hint)
        }
        throw Failure(.missing, "the provider needs root, and sudo refuses", hint: hint)
    }
}
