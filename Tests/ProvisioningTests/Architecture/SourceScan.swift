/// What one source file says about types: which it declares, which names it uses.
///
/// Comments and strings do not count.
struct SourceScan {
    /// The types, protocols and functions that it declares at the top level for other files to see.
    private(set) var declared: Set<String> = []
    /// Every name in it that is not a member behind a dot.
    private(set) var named: Set<String> = []

    private static let introducers: Set<String> = ["struct", "class", "enum", "protocol", "actor", "typealias", "func"]

    init(_ source: String) {
        let tokens = Self.tokens(of: CodeOnly(source).text)
        var depth = 0
        var isPrivate = false
        for (position, token) in tokens.enumerated() {
            let before = position > 0 ? tokens[position - 1] : ""
            switch token {
            case "{", "(", "[": depth += 1
            case "}", ")", "]":
                depth -= 1
                if depth == 0 && token == "}" { isPrivate = false }
            case "private", "fileprivate": if depth == 0 { isPrivate = true }
            default:
                guard token.first?.isLetter == true || token.first == "_" else { continue }
                if depth == 0 && Self.introducers.contains(before) {
                    if !isPrivate { declared.insert(token) }
                    continue
                }
                // Provisioning.Plan names Plan; something.Plan is a member.
                if before != "." || (position > 1 && tokens[position - 2] == "Provisioning") { named.insert(token) }
            }
        }
        named.subtract(declared)
    }

    private static func tokens(of code: String) -> [String] {
        var tokens: [String] = []
        var word = ""
        for character in code {
            if character.isLetter || character.isNumber || character == "_" {
                word.append(character)
                continue
            }
            if !word.isEmpty { tokens.append(word) }
            word = ""
            if !character.isWhitespace { tokens.append(String(character)) }
        }
        return word.isEmpty ? tokens : tokens + [word]
    }
}

/// Source text without its comments and string literals; what is interpolated into a string is code and stays.
struct CodeOnly {
    private(set) var text = ""
    /// The texts of the string literals, without what is interpolated.
    private(set) var literals: [String] = []
    private var rest: Substring

    init(_ source: String) {
        rest = source[...]
        code(untilParenthesis: false)
    }

    /// Copies code; stops behind the parenthesis that closes an interpolation.
    private mutating func code(untilParenthesis: Bool) {
        var open = 0
        while let character = rest.first {
            if rest.hasPrefix("//") {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*") {
                comment()
            } else if let hashes = openingQuote() {
                string(hashes: hashes)
            } else {
                rest.removeFirst()
                text.append(character)
                if character == "(" { open += 1 }
                if character == ")" { open -= 1 }
                if untilParenthesis && open < 0 { return }
            }
        }
    }

    /// How many `#` stand before the quote that the rest begins with; `nil` where it begins with none.
    private func openingQuote() -> Int? {
        let hashes = rest.prefix { $0 == "#" }.count
        return rest.dropFirst(hashes).first == "\"" ? hashes : nil
    }

    private mutating func comment() {
        var depth = 0
        repeat {
            if rest.hasPrefix("/*") {
                depth += 1
                rest = rest.dropFirst(2)
            } else if rest.hasPrefix("*/") {
                depth -= 1
                rest = rest.dropFirst(2)
            } else {
                rest = rest.dropFirst()
            }
        } while depth > 0 && !rest.isEmpty
        text.append(" ")
    }

    private mutating func string(hashes: Int) {
        let marks = String(repeating: "#", count: hashes)
        rest = rest.dropFirst(hashes)
        let quote = rest.hasPrefix("\"\"\"") ? "\"\"\"" : "\""
        rest = rest.dropFirst(quote.count)
        text.append(" ")
        var literal = ""
        defer { literals.append(literal) }
        while !rest.isEmpty {
            if rest.hasPrefix(quote + marks) {
                rest = rest.dropFirst(quote.count + hashes)
                text.append(" ")
                return
            } else if rest.hasPrefix("\\" + marks + "(") {
                rest = rest.dropFirst(2 + hashes)
                text.append("(")
                code(untilParenthesis: true)
            } else if rest.hasPrefix("\\" + marks) {
                rest = rest.dropFirst(2 + hashes)
            } else {
                literal.append(rest.removeFirst())
            }
        }
    }
}
