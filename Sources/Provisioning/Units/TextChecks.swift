extension String {
    /// Whether it is of letters and digits of ASCII and those others, and that long.
    func isName(in lengths: ClosedRange<Int>, besides others: String) -> Bool {
        lengths ~= utf8.count && utf8.allSatisfy { $0.isLetter || $0.isDigit || others.utf8.contains($0) }
    }

    /// Whether it is of letters, digits and hyphens of ASCII, with no hyphen first or last.
    var isLabel: Bool {
        let hyphen = UInt8(ascii: "-")
        return isName(in: 1...63, besides: "-") && utf8.first != hyphen && utf8.last != hyphen
    }

    /// Whether a shell takes it for the name of a variable.
    var isVariable: Bool { isName(in: 1...1024, besides: "_") && !(utf8.first?.isDigit ?? false) }

    /// Whether there is a line break in it, or something else that a terminal would obey.
    var hasControls: Bool {
        unicodeScalars.contains { scalar in
            if 0x20..<0x7F ~= scalar.value { return false }
            return [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
        }
    }
}
