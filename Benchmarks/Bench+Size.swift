import Provisioning

extension Bench {
    /// How large the program is as it is installed, without its symbols, and which parts of it are the largest.
    func size() async throws {
        let runner = LocalRunner()
        let bytes = try await runner.output(of: reading("stat", ["--format=%s", installed])).trimmed
        guard let bytes = Double(bytes) else { throw Failure(.commandFailed, "stat printed no size of \(installed)") }
        Table.add(
            Row(
                what: "size of bcmcluster", measured: "\((bytes / 1e6).written(1)) MB", wanted: "≤ 21 MB",
                isMet: bytes <= 21e6))
        // The one that is not stripped has names.
        let symbols = try await runner.output(of: reading("nm", ["--print-size", "--radix=d", tool]))
        var sizes: [String: Double] = [:]
        for line in symbols.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 4, let size = Double(words[1]) else { continue }
            sizes[Self.part(of: words[3]), default: 0] += size
        }
        for (part, size) in sizes.sorted(by: { $0.value > $1.value }).prefix(6) {
            Table.add(
                Row(what: "  of it \(part)", measured: "\((size / 1e6).written(1)) MB", wanted: "", isMet: true))
        }
    }

    private func reading(_ program: String, _ arguments: [String]) -> Command {
        Command(program, arguments, environment: [:], limit: .seconds(60), effect: .reads)
    }

    /// Of which module a symbol is, by Swift's mangling: `$s`, the length of the module's name, and the name.
    private static func part(of symbol: Substring) -> String {
        guard symbol.hasPrefix("$s") else {
            return symbol.hasPrefix("_Z") ? "C++" : symbol.hasPrefix("swift_") ? "Swift" : "C"
        }
        let rest = symbol.dropFirst(2)
        guard let length = Int(rest.prefix(while: \.isNumber)) else { return "Swift" }
        return String(rest.drop(while: \.isNumber).prefix(length))
    }
}
