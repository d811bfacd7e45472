import Foundation
import Testing

@testable import Documentation

@Suite struct PageTests {
    private let fence = "```"

    @Test func readsWhatIsTypedWrittenAndShown() {
        let page = Page(
            "a.md",
            """
            # A page

            <!-- hosts: rack1 rack2 -->
            <!-- test: bcmcluster up -c DEV -->
            <!-- file: db.toml -->
            \(fence)toml
            [spacecore]
            \(fence)

            1. a list

                with a paragraph

               \(fence)console
               $ bcmcluster run -c DEV \\
                   db.toml    # begins it
               + instance
               $ ls  # which
               \(fence)

            <!-- not run: needs a server -->
            \(fence)console
            $ bcmcluster up -c LAB
            \(fence)

            <!-- output varies -->
            \(fence)console
            $ date
            today
            \(fence)
            """)
        #expect(page.complaints == [] && page.hosts == ["rack1", "rack2"])
        #expect(
            page.actions == [
                .type(.init(line: 4, command: "bcmcluster up -c DEV", shown: [])),
                .write(file: "db.toml", text: "[spacecore]\n"),
                .type(.init(line: 15, command: "bcmcluster run -c DEV \\\n    db.toml", shown: ["+ instance"])),
                .type(.init(line: 18, command: "ls", shown: [])),
                .type(.init(line: 28, command: "date", shown: [])),
            ])
    }

    @Test(arguments: [
        ("    $ ls", "a.md:1: the block is indented by four blanks: put it between fences"),
        ("```console\nls\n```", "a.md:1: a console block begins with a line of `$ `"),
        ("```text\n$ ls\n```", "a.md:1: a line of `$ ` stands in a console block, or the block is marked as not run"),
        ("```sh\nls\n```", "a.md:1: commands stand in a console block"),
        ("```console\n$ ls", "a.md:1: the block has no end"),
        ("<!-- notrun: why -->\n```console\n$ ls\n```", "a.md:1: unknown mark: <!-- notrun: why -->"),
        ("<!-- not run: why -->\ntext", "a.md:1: no block follows <!-- not run: why -->"),
        (
            "```console\n$ bcmcluster status -c LAB\n```",
            "a.md:2: pages know the clusters DEV and DEV2, and not LAB"
        ),
    ])
    func saysWhatBreaksTheRules(_ text: String, _ complaint: String) {
        #expect(Page("a.md", text).complaints == [complaint])
    }

    @Test func findsLinksAndAnchors() {
        let page = Page(
            "a.md",
            """
            # `up -f`: what it does, (all)
            ## Same
            ## Same
            [one](b.md#x) ![two](c.svg "title") `[no](link)` [out](https://x.org) <img src="d.svg">
            """)
        #expect(page.links.map(\.target) == ["b.md#x", "c.svg", "d.svg"])
        #expect(page.anchors == ["up--f-what-it-does-all", "same", "same-1"])
    }

    @Test(arguments: [
        ("✓ DEV-01: launch (0.4s)", "✓ DEV-01: launch (12s)", true),
        ("DEV-00  running  10.64.0.10  17G/252G  5s", "DEV-00 running 10.65.0.10 1.5G/2T 1m2s", true),
        ("at 2026-11-28T12:00:00.000Z, 21a77b431606", "at 2027-01-02T03:04:05.678Z, f1a77b431606", true),
        ("+------+---+", "+----------+--+", true),
        ("3 members", "DEV has 3 members online", true),
        ("3 members", "DEV has 2 members online", false),
        ("DEV-01", "DEV-02", false),
        ("+ instance … least loaded", "+ instance web-1 on DEV-00: least loaded", true),
        ("+ instance … least loaded", "+ instance web-1 on DEV-00: spread", false),
        ("…", "", true),
        ("4", "4", true),
        ("4", "5", false),
    ])
    func comparesWhatDoesNotDifferFromRunToRun(_ shown: String, _ printed: String, _ isThere: Bool) {
        #expect(Printed("first\n\(printed)\nlast").missing([shown]).isEmpty == isThere)
    }
}
