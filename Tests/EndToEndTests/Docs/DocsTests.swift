import Documentation
import Foundation
import Provisioning
import Testing

extension Docs {
    private static let pages = ((try? Page.all()) ?? []).filter(\.isRun)

    @Test("The pages that show commands are found") func pagesAreFound() throws {
        #expect(try Page.all().filter(\.isRun).count == Self.pages.count && Self.pages.count > 8)
    }

    @Test("What a page shows can be typed, and prints what it shows", arguments: pages)
    func page(_ page: Page) async throws {
        try await Sandbox.use("DP") { sandbox in
            guard !page.hosts.isEmpty else { return try await Walk(page, sandbox).walk() }
            try await TestHost.use(page.hosts.count, in: sandbox) { net, hosts in
                let own = sandbox.adding(["PATH": try await net.personsPath()])
                try await Walk(page, own, hosts.map(\.address)).walk()
                // While the hosts are there.
                for name in try own.clusters() { _ = try await own.bcmcluster("destroy", "-c", name, "--yes") }
            }
        }
    }

    /// A reader who does what the page shows, with a cluster of another name.
    private struct Walk {
        let page: Page
        let sandbox: Sandbox
        let hosts: [String]
        /// The folder in which all is typed.
        private var folder: String { "\(sandbox.folder)/here" }

        init(_ page: Page, _ sandbox: Sandbox, _ hosts: [String] = []) {
            (self.page, self.sandbox, self.hosts) = (page, sandbox, hosts)
        }

        /// Does all of it, up to the first command that fails.
        func walk() async throws {
            let files = FileManager.default
            try files.createDirectory(atPath: folder, withIntermediateDirectories: false)
            // The user's own folder, where pages look.
            try files.createSymbolicLink(atPath: "\(sandbox.folder)/.bcm", withDestinationPath: "bcm")
            if page.actions.contains(where: {
                if case .type(let typed) = $0 { typed.command.contains("$TINY") } else { false }
            }) {
                _ = try await TinyImage.make(in: sandbox.folder)
            }
            for action in page.actions {
                switch action {
                case .write(let file, let text):
                    let path = file.hasPrefix("~/") ? sandbox.folder + file.dropFirst(1) : "\(folder)/\(file)"
                    let parent = path.split(separator: "/").dropLast().joined(separator: "/")
                    try files.createDirectory(atPath: "/\(parent)", withIntermediateDirectories: true)
                    try Data(translated(text).utf8).write(to: URL(fileURLWithPath: path))
                case .type(let typed):
                    guard try await type(typed) else { return }
                }
            }
        }

        /// Types a line and compares; says whether it succeeded.
        private func type(_ typed: Page.Typed) async throws -> Bool {
            let line = translated(typed.command)
            let programs = Product.bcmcluster.split(separator: "/").dropLast().joined(separator: "/")
            let path = "/\(programs):\(sandbox.environment["PATH"] ?? Product.path)"
            // What a line exports, and where it goes, holds for the next one.
            let script = """
                [ ! -e ~/.typed ] || . ~/.typed
                \(line)
                status=$?
                { export -p; printf 'cd %q\\n' "$PWD"; } >~/.typed
                exit $status
                """
            let variables = ["PATH=\(path)", "TINY=\(sandbox.folder)/tiny.tar.gz", "LC_ALL=C.UTF-8"]
            let result = try await sandbox.run("env", ["-C", folder] + variables + ["bash", "-c", script])
            let printed = (result.output + "\n" + result.errors)
                .replacing(sandbox.runtime, with: "/home/you/.bcm").replacing(sandbox.folder, with: "/home/you")
            let place = "\(page.path):\(typed.line): $ \(line)"
            guard result.succeeded else {
                Issue.record("\(place)\nended with \(result.ending), and printed:\n\(printed)")
                return false
            }
            let missing = Printed(printed).missing(typed.shown.map(translated))
            if !missing.isEmpty {
                Issue.record(
                    "\(place)\ndid not print:\n\(missing.joined(separator: "\n"))\nbut:\n\(printed)")
            }
            return true
        }

        /// What the page says, with the names, addresses and images of the sandbox.
        private func translated(_ text: String) -> String {
            let members = (try? StateStore.read(sandbox.files(), LocalFiles()))?.members ?? []
            return text.replacing(/(^|[^A-Za-z0-9_])DEV(?![A-Za-z])/) { "\($0.output.1)\(sandbox.cluster)" }
                .replacing(/10\.64\.0\.1(\d)(?!\d)/) { match in
                    let number = Int(match.output.1) ?? 0
                    return members.indices.contains(number)
                        ? members[number].address?.description ?? String(match.output.0) : String(match.output.0)
                }
                .replacing(/192\.0\.2\.1(\d)(?!\d)/) { match in
                    let number = (Int(match.output.1) ?? 0) - 1
                    return hosts.indices.contains(number) ? hosts[number] : String(match.output.0)
                }
                .replacing("ubuntu:24.04", with: "tiny")
        }
    }
}

extension Sandbox {
    /// The clusters that there are.
    func clusters() throws -> [String] {
        guard try runtimeContents().contains("clusters") else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: "\(runtime)/clusters")
    }
}
