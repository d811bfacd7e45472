/// The arguments of a verb, read as Qt's parser reads them: options anywhere before `--`, everything behind it positional.
struct Options {
    private(set) var positional: [String] = []
    /// The last value of each option; of a flag by the spelling that was used.
    private(set) var values: [String: String] = [:]
    /// Every value of each option, in their order.
    private(set) var all: [String: [String]] = [:]
    private var unknown: [String] = []

    /// Reads the arguments; `taking` names the options with a value by every spelling, `flags` those without.
    init(_ arguments: [String], taking: [String: String] = [:], flags: Set<String> = []) throws {
        let flags = flags.union(["-v", "--verbose"])
        var pending = arguments[...]
        while let argument = pending.popFirst() {
            if argument == "--" {
                positional += pending
                break
            }
            if !argument.hasPrefix("-") || argument == "-" {
                positional.append(argument)
            } else if argument.hasPrefix("--") {
                try readLong(argument, &pending, taking, flags)
            } else {
                try readShort(argument, &pending, taking, flags)
            }
        }
        if unknown.count == 1 { throw Refusal(code: 1, message: "Unknown option '\(unknown[0])'.") }
        if !unknown.isEmpty {
            throw Refusal(code: 1, message: "Unknown options: \(unknown.joined(separator: ", ")).")
        }
    }

    private mutating func readLong(
        _ argument: String, _ pending: inout ArraySlice<String>, _ taking: [String: String], _ flags: Set<String>
    ) throws {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if let name = taking[parts[0]] {
            try set(name, parts.count == 2 ? parts[1] : pending.popFirst(), parts[0])
        } else if flags.contains(argument) {
            values[argument] = ""
        } else {
            unknown.append(String(parts[0].dropFirst(2)))
        }
    }

    /// `-pr` is `-p -r`, and `-nNAME` is `-n NAME`.
    private mutating func readShort(
        _ argument: String, _ pending: inout ArraySlice<String>, _ taking: [String: String], _ flags: Set<String>
    ) throws {
        var letters = argument.dropFirst()
        while let letter = letters.popFirst() {
            let option = "-\(letter)"
            if let name = taking[option] {
                let attached = letters.first == "=" ? letters.dropFirst() : letters
                try set(name, attached.isEmpty ? pending.popFirst() : String(attached), option)
                return
            }
            if flags.contains(option) { values[option] = "" } else { unknown.append(String(letter)) }
        }
    }

    private mutating func set(_ name: String, _ value: String?, _ option: String) throws {
        guard let value else { throw Refusal(code: 1, message: "Missing value after '\(option)'.") }
        values[name] = value
        all[name, default: []].append(value)
    }

    /// Whether the flag was given, by one of its spellings.
    func has(_ spellings: String...) -> Bool { spellings.contains { values[$0] != nil } }

    /// The seconds of `--timeout`, which the client checks before it asks the daemon for anything.
    func timeout() throws -> Double? {
        guard let text = values["timeout"] else { return nil }
        guard let seconds = Int(text), seconds > 0 else {
            throw Refusal(code: 1, message: "error: --timeout value has to be a positive integer")
        }
        return Double(seconds)
    }
}
