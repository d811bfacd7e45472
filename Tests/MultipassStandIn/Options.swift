/// The arguments of a verb: positional ones, and options with their values.
struct Options {
    private(set) var positional: [String] = []
    private(set) var values: [String: String] = [:]
    /// What stands behind `--`.
    private(set) var rest: [String]?

    /// Reads the arguments; `taking` names the options with a value by every spelling, `flags` those without.
    init(_ arguments: [String], taking: [String: String] = [:], flags: Set<String> = []) throws {
        var pending = arguments[...]
        while let argument = pending.popFirst() {
            if argument == "--" {
                rest = Array(pending)
                return
            }
            guard argument.hasPrefix("-"), argument != "-" else {
                positional.append(argument)
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            if flags.contains(argument) {
                values[argument] = ""
            } else if let name = taking[parts[0]] {
                guard let value = parts.count == 2 ? parts[1] : pending.popFirst() else {
                    throw Refusal(code: 1, message: "Missing value after '\(argument)'.")
                }
                values[name] = value
            } else {
                let name = argument.drop { $0 == "-" }
                throw Refusal(code: 1, message: "Unknown option '\(name)'.")
            }
        }
    }

    /// Whether the flag was given.
    func has(_ flag: String) -> Bool { values[flag] != nil }
}
