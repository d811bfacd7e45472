/// Ports: numbers, ranges, and addresses of the member.
extension UnitFile {
    func ports(_ root: TOMLTable) throws -> [Unit.Port] {
        var ports: [Unit.Port] = []
        var taken: [MemberPort: [(port: MemberPort, line: Int)]] = [:]
        for table in try Section.port.tables(of: root) {
            guard let (address, range) = try listen(table) else { throw table.missing("listen", "listen = 8080") }
            let transport: Unit.Port.TransportProtocol = try table.choice("protocol") ?? .tcp
            let port = Unit.Port(
                listen: range.lowerBound, target: try target(table, of: range), transport: transport,
                count: range.count, address: address)
            let line = (table["listen"]?.position ?? table.position).line
            for member in port.members {
                if let first = taken[member.everywhere]?.first(where: { $0.port.conflicts(with: member) }) {
                    let number = port.count == 1 ? "" : ", \(member.number)"
                    throw table.refusal("listen", "duplicates another \(transport) port on line \(first.line)\(number)")
                }
                taken[member.everywhere, default: []].append((member, line))
            }
            ports.append(port)
        }
        return ports
    }

    /// The member's address, and its ports.
    private func listen(_ table: TOMLTable) throws -> (address: String?, range: ClosedRange<Int>)? {
        switch try table.stringOrInteger("listen") {
        case nil: return nil
        case .integer: return try table.number("listen", in: 1...65_535).map { (nil, $0...$0) }
        case .string(let text):
            let colon = text.lastIndex(of: ":")
            let host = colon.map { String(text[..<$0]) }
            let range = ProxyEnd.range(colon.map { text[text.index(after: $0)...] } ?? text[...])
            guard let range else {
                throw table.refusal(
                    "listen", "is not a port from 1 to 65535 of the member, nor a range of them",
                    hint: "write one such as 8080, \"8000-8010\" or \"127.0.0.1:8080\"")
            }
            guard let host else { return (nil, range) }
            let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
            let address = isBracketed ? IPv6(String(host.dropFirst().dropLast()))?.text : IPv4(host)?.description
            guard let address else {
                throw table.refusal(
                    "listen", "has no address of IPv4 or, in brackets, of IPv6 before its port",
                    hint: "write one such as \"127.0.0.1:8080\" or \"[::]:8080\"")
            }
            // Without an address it listens on all of IPv4.
            return (address == "0.0.0.0" ? nil : address, range)
        }
    }

    /// The first of the instance's ports.
    private func target(_ table: TOMLTable, of range: ClosedRange<Int>) throws -> Int {
        let target: ClosedRange<Int>
        switch try table.stringOrInteger("target") {
        case nil: return range.lowerBound
        case .integer:
            guard let number = try table.number("target", in: 1...65_535) else { return range.lowerBound }
            target = number...number
        case .string(let text):
            guard let ports = ProxyEnd.range(text) else {
                throw table.refusal(
                    "target", "is not a port from 1 to 65535 of the instance, nor a range of them",
                    hint: "write one such as 80 or \"8000-8010\"")
            }
            target = ports
        }
        guard target.count == range.count else {
            let words = { (count: Int) in count == 1 ? "one port" : "\(count) ports" }
            throw table.refusal(
                "target", "is \(words(target.count)), and listen \(words(range.count))",
                hint: "write as many, or leave target out for the same numbers")
        }
        return target.lowerBound
    }
}
