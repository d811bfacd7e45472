/// Why a text is no name for a cluster, host, VM, snapshot or unit: these are of letters, digits and hyphens of ASCII, a
/// letter first and no hyphen last, as multipass and DNS have it.
enum NameFault {
    case empty, tooLong, noLetterFirst, strangeCharacter, hyphenLast

    /// Checks the text; `nil` where it is a name.
    init?(in text: String, longest: Int) {
        let hyphen = UInt8(ascii: "-")
        if text.isEmpty {
            self = .empty
        } else if text.utf8.count > longest {
            self = .tooLong
        } else if !(text.utf8.first?.isLetter ?? false) {
            self = .noLetterFirst
        } else if !text.utf8.allSatisfy({ $0.isLetter || $0.isDigit || $0 == hyphen }) {
            self = .strangeCharacter
        } else if text.utf8.last == hyphen {
            self = .hyphenLast
        } else {
            return nil
        }
    }
}

extension UInt8 {
    /// Whether it is a letter of ASCII.
    var isLetter: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= self | 0x20 }
    /// Whether it is a digit of ASCII.
    var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
}
