/// Which provider is taken, and why: said to the person.
public struct ProviderChoice: Sendable, Equatable {
    /// The provider.
    public var name: ProviderName
    /// Why, to stand in brackets after the name.
    public var reason: String

    /// Makes a choice.
    public init(name: ProviderName, reason: String) {
        self.name = name
        self.reason = reason
    }

    /// What is taken where nobody chose: multipass where it is installed, else namespaces on Linux.
    ///
    /// Throws `Failure.missing` where neither works.
    public static func automatic(hasMultipass: Bool, isLinux: Bool, isRoot: Bool, hasSudo: Bool) throws
        -> ProviderChoice
    {
        if hasMultipass { return ProviderChoice(name: .multipass, reason: "multipass is installed") }
        if isLinux && isRoot {
            return ProviderChoice(name: .namespace, reason: "multipass is not installed, and this is Linux as root")
        }
        if isLinux && hasSudo {
            return ProviderChoice(name: .namespace, reason: "multipass is not installed, and this is Linux with sudo")
        }
        throw Failure(
            .missing,
            isLinux
                ? "there is neither multipass, nor root or sudo for namespaces"
                : "multipass is not installed, and nothing else makes machines here",
            hint: "install multipass" + (isLinux ? ", or run this as root" : ""))
    }
}

/// The right to act as root, checked before anything is touched.
public enum RootRights {
    /// Throws `Failure.missing` where this process cannot become root; asks for the password on a terminal only.
    public static func check(
        _ runner: any CommandRunner, isRoot: Bool = SystemCalls.effectiveUser == 0, canAsk: Bool
    ) async throws {
        if isRoot { return }
        let hint = "run it as root, or as a user whom sudo lets become root"
        do {
            if try await runner.run(Command("sudo", ["-n", "true"], limit: .seconds(20)).needed).succeeded { return }
            guard canAsk else {
                throw Failure(.missing, "the namespace provider needs root, and sudo refuses", hint: hint)
            }
            let asked = try await runner.run(Command("sudo", ["-v"], limit: .seconds(300), output: .terminal).needed)
            if asked.succeeded { return }
        } catch let failure as Failure where failure.command != nil {
            throw Failure(.missing, "the namespace provider needs root, and there is no sudo", hint: hint)
        }
        throw Failure(.missing, "the namespace provider needs root, and sudo refuses", hint: hint)
    }
}
