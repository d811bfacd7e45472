import Foundation

/// What a command printed, compared with what a page shows.
public struct Printed {
    private let lines: [String]

    /// Both outputs of a command.
    public init(_ text: String) {
        lines = text.components(separatedBy: "\n").map(Self.normalised)
    }

    /// The shown lines that were not printed.
    ///
    /// A line may be part of one that was printed, in any order: what goes at the same time has none. `…` stands for
    /// anything, and alone on a line for lines that are left out.
    public func missing(_ shown: [String]) -> [String] {
        shown.filter { line in
            // An exit status, which may be a part of anything.
            if line.wholeMatch(of: /\s*\d+\s*/) != nil { return !lines.contains(Self.normalised(line)) }
            let parts = Self.normalised(line).components(separatedBy: "…").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            return !lines.contains { printed in
                var rest = printed[...]
                return parts.allSatisfy { part in
                    guard !part.isEmpty else { return true }
                    guard let range = rest.firstRange(of: part) else { return false }
                    rest = rest[range.upperBound...]
                    return true
                }
            }
        }
    }

    /// The line without what differs from run to run.
    ///
    /// It has one blank for each run of them, and `0` for numbers with their units, addresses, times and fingerprints. A
    /// single digit by itself is a count, or an exit status, and stays.
    static func normalised(_ line: String) -> String {
        line.replacing(/(^|[^A-Za-z0-9_\-])(\d[0-9A-Za-z.:,%\/+]*(?:-\d[0-9A-Za-z.:,%\/+]*)*)/) { match in
            let isCount = match.output.2.wholeMatch(of: /\d[.:,]?/) != nil
            let end = match.output.2.last.map { ".:,".contains($0) ? String($0) : "" } ?? ""
            return match.output.1 + (isCount ? match.output.2 : "0\(end)")
        }
        .replacing(/(^|[^A-Za-z0-9_\-])[0-9a-f]{12,}/) { "\($0.output.1)0" }
        .replacing(/([-=─])[-=─]+/) { String($0.output.1) }
        .replacing(/\s+/) { _ in " " }
        .trimmingCharacters(in: .whitespaces)
    }
}
