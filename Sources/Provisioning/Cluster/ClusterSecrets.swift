#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Every secret that stands in a cluster's files, so that none of them leaves the process.
package struct ClusterSecrets: Sendable {
    private let folder: ClusterFolder
    private let files: any Files

    /// The secrets of that cluster.
    package init(_ folder: ClusterFolder, _ files: any Files) {
        self.folder = folder
        self.files = files
    }

    /// Makes the redactor know them; throws where a file cannot be read, for then it is unknown what it holds.
    package func conceal(in redactor: Redactor) throws {
        for name in try files.names(in: folder.endpoints) {
            let endpoint = "\(folder.endpoints)/\(name)"
            Self.conceal(environment: try files.read("\(endpoint)/.env") ?? "", in: redactor)
            for engine in Engine.all {
                Self.conceal(yaml: try files.read("\(endpoint)/\(engine.name)/preseed.yml") ?? "", in: redactor)
            }
        }
        // The user's own templates may hold secrets that end in every machine.
        let templates = ClusterFolder.templates(in: folder.runtime)
        for name in try files.names(in: templates) {
            let text = try files.read("\(templates)/\(name)") ?? ""
            Self.conceal(environment: name.hasSuffix(".env") ? text : "", in: redactor)
            Self.conceal(yaml: name.hasSuffix(".yml") ? text : "", in: redactor)
        }
    }

    /// Makes the redactor know the secrets in the text of a `.env` file.
    static func conceal(environment text: String, in redactor: Redactor) {
        for secret in environment(text) where !isPlaceholder(secret) { redactor.conceal(secret, as: "<secret>") }
    }

    /// Makes the redactor know the secrets in the text of a preseed or of user-data.
    static func conceal(yaml text: String, in redactor: Redactor) {
        for secret in preseed(text) where !isPlaceholder(secret) {
            redactor.conceal(secret, as: "<token>")
            // A token is JSON in base64, and the secret inside it may be logged alone.
            if let inner = inside(secret) { redactor.conceal(inner, as: "<token>") }
        }
    }

    /// Whether it is what a dry run or a template has in place of a secret, or a word that is none.
    private static func isPlaceholder(_ value: String) -> Bool {
        ["<", "\"<", "${", "\"${"].contains(where: value.hasPrefix) || ["true", "false", "null"].contains(value)
    }

    /// The values of variables that are secret by their names, also where a line is malformed.
    static func environment(_ text: String) -> [String] {
        text.split { $0.isNewline }.flatMap { line -> [String] in
            guard let equals = line.firstIndex(of: "=") else { return [] }
            let name = line[..<equals].uppercased()
            guard ["SECRET", "PASSWORD", "TOKEN", "KEY"].contains(where: name.contains) else { return [] }
            let value = line[line.index(after: equals)...].trimmed
            let bare = value.drop { $0 == "\"" || $0 == "'" }
            return [value, String(bare), bare.split { $0 == "\"" || $0 == "'" }.first.map(String.init) ?? ""]
        }
    }

    /// The values of a preseed's keys that are secret by their names.
    static func preseed(_ text: String) -> [String] {
        text.matches(of: /(?i)(?:token|password|passwd|secret)[\x22\x27]?\s*:\s*[\x22\x27]?([^\x22\x27,}\s]+)/)
            .map { String($0.output.1) }
    }

    private static func inside(_ token: String) -> String? {
        struct Content: Decodable { var secret: String }
        guard let data = Data(base64Encoded: token) else { return nil }
        return (try? JSONDecoder().decode(Content.self, from: data))?.secret
    }
}

extension ClusterSecrets {
    /// How long a token is at least.
    private static let shortestToken = 40

    /// The text without what looks like one of LXD's tokens, whoever's it was: JSON in base64 begins with `eyJ`.
    package static func withoutTokens(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var cleaned: [UInt8] = []
        var place = 0
        while place < bytes.count {
            let begins = bytes[place...].prefix(3).elementsEqual("eyJ".utf8)
            let end = begins ? bytes[place...].firstIndex { !isBase64($0) } ?? bytes.count : place
            if end - place >= shortestToken {
                cleaned += Array("<token>".utf8)
                place = end
            } else {
                cleaned.append(bytes[place])
                place += 1
            }
        }
        return String(decoding: cleaned, as: UTF8.self)
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "+/=-_".utf8.contains(byte)
        }
    }
}

extension ClusterSecrets {
    /// A log without private keys and without lines about passwords, whoever's they were.
    ///
    /// A key whose beginning or end the log does not have counts to the log's own beginning or end. A log of this tool has
    /// `\n` for the ends of lines within a line.
    package static func withoutCredentials(_ log: String) -> String {
        var lines: [Substring] = []
        var isInKey = false
        for line in log.split(separator: "\n", omittingEmptySubsequences: false) {
            let (begins, ends) = (
                line.contains(/-BEGIN [A-Z ]*PRIVATE KEY-/), line.contains(/-END [A-Z ]*PRIVATE KEY-/)
            )
            if ends, !begins, !isInKey { lines = [] }
            let isSecret = isInKey || begins || ends || line.contains(/(?i)passw(or)?d|secret(?!>)/)
            isInKey = (isInKey || begins) && !ends
            if !isSecret { lines.append(line) } else if lines.last != leftOut { lines.append(leftOut) }
        }
        return lines.joined(separator: "\n")
    }

    private static let leftOut: Substring = "<left out: may be secret>"
}
