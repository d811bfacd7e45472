/// The way from a document's root to a value.
package indirect enum TOMLPath: Sendable, CustomStringConvertible {
    /// The document itself.
    case root
    /// What stands under a key of a table.
    case key(String, in: TOMLPath)
    /// What stands in an array at that place, from 0.
    case item(Int, in: TOMLPath)

    /// As a dotted key, with an array's places in brackets: `volume[1].name`.
    package var description: String {
        switch self {
        case .root: ""
        case .key(let key, .root): Self.written(key)
        case .key(let key, let table): "\(table).\(Self.written(key))"
        case .item(let place, let array): "\(array)[\(place)]"
        }
    }

    /// A key as it could stand in a document, if it is not too long to be shown.
    static func written(_ key: String) -> String {
        let start = key.unicodeScalars.prefix(49)
        if !key.isEmpty, start.count < 49, start.allSatisfy(TOMLScanner.isBare) { return key }
        let shown = start.count < 49 ? start : start.prefix(47)
        return "\"" + shown.map(escaped).joined() + (start.count < 49 ? "\"" : "…\"")
    }

    /// A scalar as it is written in a basic string, visible where it would not be.
    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        if scalar == "\"" || scalar == "\\" { return "\\\(scalar)" }
        if scalar == " " || TOMLScanner.isVisible(scalar) { return String(scalar) }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let width = digits.count > 4 ? 8 : 4
        return (width == 4 ? "\\u" : "\\U") + String(repeating: "0", count: width - digits.count) + digits
    }
}
