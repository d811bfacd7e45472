/// JSON as multipass prints it: four spaces of indent, keys sorted.
indirect enum JSONText {
    case text(String)
    /// Printed as it stands.
    case number(String)
    case list([JSONText])
    case object([String: JSONText])

    /// multipass has two printers, which differ in this alone.
    enum Empties {
        /// `list` and `find`: the closing bracket has a line of its own.
        case opened
        /// `info`: `[]`.
        case closed
    }

    /// The JSON, without a line's end after it.
    func printed(_ empties: Empties, indent: String = "") -> String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .number(let number): number
        case .list(let items):
            Self.enclosed("[", items.map { $0.printed(empties, indent: indent + "    ") }, "]", empties, indent)
        case .object(let members):
            Self.enclosed(
                "{",
                members.sorted { $0.key < $1.key }.map {
                    "\(Self.quoted($0.key)): \($0.value.printed(empties, indent: indent + "    "))"
                }, "}", empties, indent)
        }
    }

    private static func enclosed(
        _ open: String, _ parts: [String], _ close: String, _ empties: Empties, _ indent: String
    ) -> String {
        if parts.isEmpty { return empties == .closed ? open + close : "\(open)\n\(indent)\(close)" }
        return "\(open)\n" + parts.map { "\(indent)    \($0)" }.joined(separator: ",\n") + "\n\(indent)\(close)"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
