import Documentation
import Foundation
import Testing

/// What holds for all pages; what they show is run by `EndToEndTests.Docs`.
@Suite struct DocumentationTests {
    private let pages: [String: Page]

    init() throws {
        pages = Dictionary(uniqueKeysWithValues: try Page.all().map { ($0.path, $0) })
    }

    @Test func everyBlockIsRunIsAFileOrSaysWhyNot() {
        #expect(pages.values.filter(\.isRun).count > 8)
        #expect(pages.values.flatMap(\.complaints).sorted() == [])
    }

    @Test func everyLinkLeadsSomewhere() {
        var broken: [String] = []
        for page in pages.values {
            for (target, line) in page.links {
                let (path, anchor) = resolved(target, from: page.path)
                let isThere = FileManager.default.fileExists(atPath: "\(Page.root)/\(path)")
                let isNamed = anchor.map { pages[path]?.anchors.contains($0) ?? false } ?? true
                if !isThere || !isNamed { broken.append("\(page.path):\(line): \(target)") }
            }
        }
        #expect(broken.sorted() == [])
    }

    @Test func everyPageIsReachedFromTheIndex() {
        var reached: Set<String> = []
        var next = ["docs/README.md"]
        while let path = next.popLast() {
            guard let page = pages[path], reached.insert(path).inserted else { continue }
            next += page.links.map { resolved($0.target, from: path).path }
        }
        #expect(Set(pages.keys.filter { $0.hasPrefix("docs/") }).subtracting(reached).sorted() == [])
    }

    /// A front page is read in five minutes.
    @Test func theFrontPageIsShort() throws {
        let text = try String(contentsOfFile: "\(Page.root)/README.md", encoding: .utf8)
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 136)
    }

    private func resolved(_ target: String, from page: String) -> (path: String, anchor: String?) {
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var path = page.split(separator: "/").dropLast()
        if parts[0].isEmpty { path = page.split(separator: "/")[...] }
        for part in parts[0].split(separator: "/") where part != "." {
            if part == ".." { _ = path.popLast() } else { path.append(part) }
        }
        return (path.joined(separator: "/"), parts.count > 1 ? parts[1] : nil)
    }
}
