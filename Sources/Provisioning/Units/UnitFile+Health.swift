/// How a unit's instances are asked whether they are healthy.
extension UnitFile {
    /// The check of `[health]`; throws where it names none, or more than one.
    func health(_ root: TOMLTable) throws -> HealthCheck? {
        guard let table = try Section.health.table(of: root) else { return nil }
        let kinds = ["exec", "tcp", "http"].filter { table[$0] != nil }
        if let second = kinds.dropFirst().first {
            throw table.refusal(second, "and \(kinds[0]) are both given", hint: "leave one out: a unit has one check")
        }
        guard let kind = kinds.first else {
            throw TOMLError(
                table.position, "health has neither exec, tcp nor http",
                hint: "add a line such as tcp = 8080, http = \":8080/healthz\" or exec = [\"cat\", \"/run/ready\"]")
        }
        var check = HealthCheck(try question(kind, table))
        check.interval = try table.milliseconds("interval") ?? check.interval
        check.timeout = try table.milliseconds("timeout") ?? check.timeout
        check.retries = try table.number("retries", in: HealthCheck.tries) ?? check.retries
        return check
    }

    private func question(_ kind: String, _ table: TOMLTable) throws -> HealthCheck.Question {
        switch kind {
        case "exec":
            let hint = "write program and arguments, such as exec = [\"cat\", \"/run/ready\"]"
            let words = try table.advised(hint) { try table.strings("exec") ?? [] }
            guard let program = words.first, !program.isEmpty, !program.hasPrefix("-") else {
                throw table.refusal("exec", "does not begin with the name of a program", hint: hint)
            }
            guard words.allSatisfy({ !$0.utf8.contains(0) }), words.map(\.utf8.count).reduce(0, +) <= 8192 else {
                throw table.refusal("exec", "has a NUL in it, or more than 8 KiB", hint: "put it into a script")
            }
            return .exec(words)
        case "tcp":
            guard let port = try table.number("tcp", in: 1...65_535) else { throw table.missing("tcp", "tcp = 8080") }
            return .tcp(port)
        default:
            let hint = "write the port and a path, such as \":8080/healthz\""
            guard let text = try table.advised(hint, { try table.string("http") }),
                let question = HealthCheck.Question(http: text)
            else { throw table.refusal("http", "is not a port with a path", hint: hint) }
            return question
        }
    }
}

extension TOMLTable {
    /// A time such as `2s`, `1m` or `1h`, in milliseconds.
    fileprivate func milliseconds(_ key: String) throws -> Int? {
        let hint = "write one such as \"2s\", \"1m\" or \"1h\""
        guard let text = try advised(hint, { try string(key) }) else { return nil }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let factors: [Substring: Int] = ["s": 1_000, "m": 60_000, "h": 3_600_000]
        guard digits.count <= 5, let number = Int(digits), let factor = factors[text.dropFirst(digits.count)],
            HealthCheck.times.contains(number * factor)
        else { throw refusal(key, "is not a time from 1s to 1h", hint: hint) }
        return number * factor
    }
}
