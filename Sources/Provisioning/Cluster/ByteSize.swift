/// An amount of memory or disk as users and multipass write it: `4G`, `512M`, `1.5G`; 1024 to the step.
public struct ByteSize: Sendable, Equatable, CustomStringConvertible {
    /// As it was written.
    public let text: String
    /// In bytes.
    public let bytes: Int

    /// As it was written.
    public var description: String { text }

    /// Reads an amount; `nil` where it is none, or none above zero.
    public init?(_ text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count).uppercased()
        let steps = ["": 0, "B": 0, "K": 1, "KB": 1, "KIB": 1, "M": 2, "MB": 2, "MIB": 2]
            .merging(["G": 3, "GB": 3, "GIB": 3, "T": 4, "TB": 4, "TIB": 4]) { first, _ in first }
        guard text.utf8.allSatisfy({ $0 < 128 }), let step = steps[unit], number.first != ".", number.last != ".",
            let amount = Double(number)
        else {
            return nil
        }
        let bytes = (0..<step).reduce(amount) { value, _ in value * 1024 }
        guard bytes >= 1, bytes < 1e17 else { return nil }
        self.text = text
        self.bytes = Int(bytes)
    }

    /// An amount as the user reads it: `16.3G`; 0 for one below that.
    public static func brief(_ bytes: Int) -> String {
        var value = Double(max(0, bytes))
        var units = ["B", "K", "M", "G", "T", "P"][...]
        while value >= 1024, units.count > 1 {
            value /= 1024
            units = units.dropFirst()
        }
        let tenths = Int((value * 10).rounded())
        let number = tenths >= 100 || tenths % 10 == 0 ? "\((tenths + 5) / 10)" : "\(tenths / 10).\(tenths % 10)"
        return number + (units.first ?? "")
    }
}
