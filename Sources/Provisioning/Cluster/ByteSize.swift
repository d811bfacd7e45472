/// An amount of memory or disk as users and multipass write it: `4G`, `512MiB`, `2GB`, `1.5G`.
package struct ByteSize: Sendable, Equatable, CustomStringConvertible {
    package let text: String
    package let bytes: Int

    package var description: String { text }

    /// Whose units are meant.
    package enum Units: Sendable {
        /// `2GB` is 2·10⁹ and `2GiB` 2³¹, as LXD has it (its source, `shared/units`); LXD itself takes no `2G`, which is
        /// read as `2GiB` here.
        case decimalAndBinary
        /// 1024 to the step, however it is written: `2G`, `2GB` and `2GiB` are the same (multipass's source, `MemorySize`).
        case binary
    }

    /// Reads an amount; `nil` where it is none, or none above zero.
    package init?(_ text: String, in units: Units = .decimalAndBinary) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count).uppercased()
        let isDecimal = units == .decimalAndBinary && unit.count == 2
        guard text.utf8.allSatisfy({ $0 < 128 }), ["", "B"].contains(unit) || unit.contains(/^[KMGT](I?B)?$/),
            number.first != ".", number.last != ".", let amount = Double(number)
        else { return nil }
        let step = unit.first.flatMap { Array("BKMGT").firstIndex(of: $0) } ?? 0
        let bytes = (0..<step).reduce(amount) { value, _ in value * (isDecimal ? 1000 : 1024) }
        guard bytes >= 1, bytes < 1e17 else { return nil }
        self.text = text
        self.bytes = Int(bytes)
    }

    /// An amount as the user reads it: `16.3G`; 0 for one below that.
    package static func brief(_ bytes: Int) -> String {
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
