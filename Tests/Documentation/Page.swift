import Foundation

/// A page of the documentation: its blocks of code with their marks, and its links.
///
/// docs/development/documentation.md explains the marks.
public struct Page: Sendable, CustomStringConvertible {
    /// A block of code.
    public struct Block: Sendable, Equatable {
        /// What a comment in the line before says about a block.
        public enum Mark: Sendable, Equatable {
            case file(String)
            case notRun(String)
            case outputVaries
        }

        /// The line with which it begins, from 1.
        public var line: Int
        /// What stands behind the fence; `nil` where the block is indented by four blanks.
        public var language: String?
        /// What the comments before it say.
        public var marks: [Mark]
        /// What stands in it.
        public var lines: [String]
    }

    /// A line that is typed, and what the page shows below it.
    public struct Typed: Sendable, Equatable {
        /// The line of the page, from 1.
        public var line: Int
        /// What is typed, without its remark.
        public var command: String
        /// What the page says that it prints.
        public var shown: [String]
    }

    /// What a reader does who follows the page.
    public enum Action: Sendable, Equatable {
        case write(file: String, text: String)
        case type(Typed)
    }

    /// Its path within the tree, such as `docs/README.md`.
    public let path: String
    /// Its blocks of code, also those that are not run.
    public private(set) var blocks: [Block] = []
    /// All that is done, in the order of the page.
    public private(set) var actions: [Action] = []
    /// Where its relative links lead, with their lines.
    public private(set) var links: [(target: String, line: Int)] = []
    /// What `#…` may name on it, as GitHub forms it from headings.
    public private(set) var anchors: Set<String> = []
    /// The hosts that it needs, reached by SSH: `<!-- hosts: rack1 rack2 -->`.
    public private(set) var hosts: [String] = []
    /// What breaks the rules of blocks and marks.
    public private(set) var complaints: [String] = []

    /// Its path.
    public var description: String { path }
    /// Whether a block of it is run.
    public var isRun: Bool { actions.contains { if case .type = $0 { true } else { false } } }

    /// The tree that the tests were built from.
    public static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

    /// All pages of the tree.
    public static func all() throws -> [Page] {
        let files = FileManager.default
        let below = try files.subpathsOfDirectory(atPath: "\(root)/docs").map { "docs/\($0)" }
        let beside = ["README.md", "CONTRIBUTING.md", "SECURITY.md"]
        let paths = (below + beside).filter { $0.hasSuffix(".md") && files.fileExists(atPath: "\(root)/\($0)") }
        return try paths.sorted().map { Page($0, try String(contentsOfFile: "\(root)/\($0)", encoding: .utf8)) }
    }

    /// Reads a page.
    public init(_ path: String, _ text: String) {
        self.path = path
        let lines = text.components(separatedBy: "\n")
        var pending: [(line: Int, comment: String)] = []
        var isInList = false
        var index = 0
        while index < lines.count {
            let line = lines[index]
            let number = index + 1
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            index += 1
            if trimmed.hasPrefix("```") {
                let indent = line.prefix { $0 == " " }.count
                let fence = trimmed.prefix { $0 == "`" }
                var body: [String] = []
                while index < lines.count, lines[index].trimmingCharacters(in: .whitespaces) != fence {
                    let blanks = min(indent, lines[index].prefix { $0 == " " }.count)
                    body.append(String(lines[index].dropFirst(blanks)))
                    index += 1
                }
                if index == lines.count { complain(number, "the block has no end") }
                index += 1
                take(number, String(trimmed.dropFirst(fence.count)), pending, body)
                pending = []
            } else if let comment = trimmed.wholeMatch(of: /<!-- *(.*?) *-->/) {
                let text = String(comment.output.1)
                if let command = text.wholeMatch(of: /test: +(.+)/) {
                    actions.append(.type(Typed(line: number, command: String(command.output.1), shown: [])))
                } else if let names = text.wholeMatch(of: /hosts: +(.+)/) {
                    hosts += names.output.1.split(separator: " ").map(String.init)
                } else {
                    pending.append((number, text))
                }
            } else if line.hasPrefix("    "), !trimmed.isEmpty, !isInList, pending.isEmpty,
                index < 2 || lines[index - 2].isEmpty
            {
                var body = [line]
                while index < lines.count, lines[index].hasPrefix("    ") {
                    body.append(lines[index])
                    index += 1
                }
                blocks.append(Block(line: number, language: nil, marks: [], lines: body))
                complain(number, "the block is indented by four blanks: put it between fences")
            } else {
                if !trimmed.isEmpty {
                    if !line.hasPrefix(" ") { isInList = line.contains(#/^([-*]|\d+\.) /#) }
                    for (line, comment) in pending where Self.mark(comment) != nil {
                        complain(line, "no block follows <!-- \(comment) -->")
                    }
                    pending = []
                }
                readText(line, number)
            }
        }
    }

    private static func mark(_ comment: String) -> Block.Mark? {
        if let file = comment.wholeMatch(of: /file: +(\S+)/) { return .file(String(file.output.1)) }
        if let reason = comment.wholeMatch(of: /not run: +(.+)/) { return .notRun(String(reason.output.1)) }
        return comment == "output varies" ? .outputVaries : nil
    }

    private mutating func complain(_ line: Int, _ text: String) { complaints.append("\(path):\(line): \(text)") }

    // MARK: Blocks

    private mutating func take(
        _ line: Int, _ language: String, _ comments: [(line: Int, comment: String)], _ lines: [String]
    ) {
        var marks: [Block.Mark] = []
        for (number, comment) in comments {
            if let mark = Self.mark(comment) {
                marks.append(mark)
            } else {
                complain(number, "unknown mark: <!-- \(comment) -->")
            }
        }
        blocks.append(Block(line: line, language: language, marks: marks, lines: lines))
        let isRun = !marks.contains { if case .notRun = $0 { true } else { false } }
        for case .file(let name) in marks {
            actions.append(.write(file: name, text: lines.map { "\($0)\n" }.joined()))
            return
        }
        if language == "console" {
            if !(lines.first?.hasPrefix("$ ") ?? false) { complain(line, "a console block begins with a line of `$ `") }
            if isRun { type(lines, from: line + 1, isShown: !marks.contains(.outputVaries)) }
        } else if isRun {
            if ["sh", "bash", "shell"].contains(language) { complain(line, "commands stand in a console block") }
            if lines.contains(where: { $0.hasPrefix("$ ") }) {
                complain(line, "a line of `$ ` stands in a console block, or the block is marked as not run")
            }
        }
    }

    private mutating func type(_ lines: [String], from start: Int, isShown: Bool) {
        var typed: Typed?
        for (number, line) in zip(start..., lines) {
            if let command = typed?.command, command.hasSuffix("\\"), typed?.shown.isEmpty ?? false {
                typed?.command = command + "\n" + Self.withoutRemark(line)
            } else if line.hasPrefix("$ ") {
                if let typed { add(typed) }
                typed = Typed(line: number, command: Self.withoutRemark(String(line.dropFirst(2))), shown: [])
            } else if isShown {
                typed?.shown.append(line)
            }
        }
        if let typed { add(typed) }
    }

    private mutating func add(_ typed: Typed) {
        for name in typed.command.matches(of: #/(?:^|\s)(?:-c ?|--cluster[= ])([A-Za-z][A-Za-z0-9-]*)/#)
        where typed.command.contains("bcmcluster") && !["DEV", "DEV2"].contains(String(name.output.1)) {
            // Behind `--` stands another program, such as `sh -c`.
            if name.output.0.contains("cluster") || !typed.command.contains(" -- ") {
                complain(typed.line, "pages know the clusters DEV and DEV2, and not \(name.output.1)")
            }
        }
        actions.append(.type(typed))
    }

    private static func withoutRemark(_ line: String) -> String {
        String(line.prefix(upTo: line.firstRange(of: #/\s\s+#/#)?.lowerBound ?? line.endIndex))
    }

    // MARK: Text

    private mutating func readText(_ line: String, _ number: Int) {
        if let heading = line.wholeMatch(of: /#{1,6} +(.*?)/) { addAnchor(String(heading.output.1)) }
        let text = line.replacing(/`[^`]*`/) { _ in "`" }
        let targets =
            text.matches(of: /\]\(([^)\s]+)[^)]*\)/).map { String($0.output.1) }
            + text.matches(of: /(?:src|href)="([^"]+)"/).map { String($0.output.1) }
        for target in targets where !target.contains(/^[a-z]+:/) { links.append((target, number)) }
    }

    private mutating func addAnchor(_ heading: String) {
        let plain = heading.replacing(/\]\([^)]*\)/) { _ in "]" }.lowercased()
        let kept = plain.unicodeScalars.filter {
            CharacterSet.alphanumerics.contains($0) || "-_ ".unicodeScalars.contains($0)
        }
        let slug = String(String.UnicodeScalarView(kept)).replacing(" ", with: "-")
        var (anchor, copy) = (slug, 0)
        while anchors.contains(anchor) {
            copy += 1
            anchor = "\(slug)-\(copy)"
        }
        anchors.insert(anchor)
    }
}
