/// The variables of a program that this tool starts.
enum ChildEnvironment {
    private static let exceptions = ["no_proxy", "NO_PROXY"]

    /// Those of this process and those of the command.
    ///
    /// Proxies are left out where the command gets to know none. A program whose output is read here runs in the locale
    /// `C`, whatever the user's is: messages in German would not be understood.
    static func variables(of command: Command.ProgramInvocation, _ inherited: [String: String]) -> [String: String] {
        var variables = inherited
        switch command.isForUserTerminal ? .all : command.proxies {
        case .all: break
        case .none: variables = inherited.filter { !$0.key.lowercased().hasSuffix("_proxy") }
        case .exceptFor(let hosts):
            // Each spelling, since programs read one or the other; LXD's client knows exact names alone, and no ranges.
            for name in exceptions {
                let former = inherited[name] ?? exceptions.compactMap { inherited[$0] }.first
                variables[name] = ([former].compactMap { $0 } + hosts).joined(separator: ",")
            }
        }
        if command.isRead {
            variables["LC_ALL"] = "C"
            // It comes before LC_ALL where programs choose the language of their messages.
            variables["LANGUAGE"] = nil
        }
        return variables.merging(command.environment) { _, own in own }
    }
}
