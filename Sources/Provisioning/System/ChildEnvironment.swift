/// The variables of a program that this tool starts.
enum ChildEnvironment {
    private static let exceptions = ["no_proxy", "NO_PROXY"]

    /// Those of this process, but for proxies where the command gets to know none, and those of the command.
    static func variables(of command: Command, _ inherited: [String: String]) -> [String: String] {
        var variables = inherited
        switch command.isPersonal ? .all : command.proxies {
        case .all: break
        case .none: variables = inherited.filter { !$0.key.lowercased().hasSuffix("_proxy") }
        case .exceptFor(let hosts):
            // Each spelling, since programs read one or the other; LXD's client knows exact names alone, and no ranges.
            for name in exceptions {
                let former = inherited[name] ?? exceptions.compactMap { inherited[$0] }.first
                variables[name] = ([former].compactMap { $0 } + hosts).joined(separator: ",")
            }
        }
        return variables.merging(command.environment) { _, own in own }
    }
}
