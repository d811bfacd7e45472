import Provisioning
import Testing

/// What the sources need to be compiled on macOS, where nothing of this was run: only what Darwin has, outside the
/// conditions that name Linux.
@Suite struct DarwinTests {
    /// Modules that Darwin lacks, and what stands for them there.
    private static let twins = ["Glibc": "Darwin", "Musl": "Darwin", "FoundationEssentials": "Foundation"]

    /// Calls, types and constants of Linux's C libraries that Darwin lacks.
    private static let missing: Set<String> = [
        "accept4", "clock_nanosleep", "close_range", "copy_file_range", "dup3", "environ", "epoll_create1",
        "epoll_ctl", "epoll_wait", "eventfd", "execvpe", "fallocate", "get_nprocs", "getrandom", "gettid",
        "inotify_add_watch", "inotify_init1", "memfd_create", "pidfd_open", "pidfd_send_signal", "pipe2",
        "pivot_root", "posix_spawn_file_actions_addclosefrom_np", "ppoll", "prctl", "pthread_getattr_np", "renameat2",
        "sched_getaffinity", "sched_setaffinity", "sendfile64", "setns", "setresgid", "setresuid", "signalfd", "splice",
        "statx", "syscall", "sysinfo", "timerfd_create", "timerfd_settime", "umount2", "unshare", "CLOCK_BOOTTIME",
        "CLOCK_MONOTONIC_COARSE", "EPOLLIN", "F_OFD_SETLK", "IN_CLOSE_WRITE", "MSG_NOSIGNAL", "O_PATH", "O_TMPFILE",
        "RENAME_NOREPLACE", "SIGPWR", "SIGRTMIN", "SOCK_CLOEXEC", "SOCK_NONBLOCK", "st_atim", "st_ctim", "st_mtim",
    ]

    /// What a compiler on macOS would not find in a source.
    private static func complaints(_ path: String, _ source: String) -> [String] {
        var found: [String] = []
        // The conditions around a line, each with whether macOS reads its branch.
        var branches: [(isRead: Bool, wasRead: Bool)] = []
        var read: [String] = []
        var imported: Set<String> = []
        for line in CodeOnly(source).text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            switch words.first {
            case "#if":
                let holds = holdsOnDarwin(words.dropFirst().joined(separator: " "))
                branches.append((holds, holds))
            case "#elseif":
                guard let last = branches.popLast() else { continue }
                let holds = !last.wasRead && holdsOnDarwin(words.dropFirst().joined(separator: " "))
                branches.append((holds, last.wasRead || holds))
            case "#else":
                guard let last = branches.popLast() else { continue }
                branches.append((!last.wasRead, true))
            case "#endif": _ = branches.popLast()
            default:
                let isRead = branches.allSatisfy(\.isRead)
                if let module = importedModule(in: String(line)) {
                    if isRead { read.append(module) }
                    imported.insert(module)
                }
                guard isRead else { continue }
                for name in calls(in: String(line)) where missing.contains(name) { found.append(name) }
            }
        }
        found += read.filter { twins[$0] != nil }
        found += imported.subtracting(read).filter { module in twins[module].map { !read.contains($0) } ?? false }
        return found.map { "\(path): \($0)" }
    }

    private static func importedModule(in line: String) -> String? {
        let form =
            /\s*(@\w+ |public |package |internal |fileprivate |private )*import ((struct|class|enum|func|var) )?(\w+).*/
        return line.wholeMatch(of: form).map { String($0.output.4) }
    }

    private static func holdsOnDarwin(_ condition: String) -> Bool {
        let isDenied = condition.hasPrefix("!")
        let holds =
            ["canImport(Darwin)", "canImport(Foundation)", "os(macOS)"].contains { condition.contains($0) }
            || !condition.contains(/canImport|os\(/)
        return isDenied ? !holds : holds
    }

    /// The names that are no members behind a dot, no labels of arguments and no declarations.
    private static func calls(in line: String) -> [String] {
        line.matches(of: /(func |\.|var |let )?\b([A-Za-z_][A-Za-z_0-9]*)\b(:)?/.wordBoundaryKind(.simple)).filter {
            ($0.output.1 == nil || $0.output.2.hasPrefix("st_")) && $0.output.3 == nil
        }.map { String($0.output.2) }
    }

    @Test func theSourcesNeedNothingThatDarwinLacks() throws {
        let sources = try SourceTree.sources("\(TestFile.root)/Sources")
        #expect(sources.count > 100)
        #expect(sources.sorted { $0.key < $1.key }.flatMap { Self.complaints($0.key, $0.value) } == [])
    }

    @Test(arguments: [
        "import Glibc", "@preconcurrency import Glibc", "import struct Glibc.stat",
        "#if canImport(Glibc)\n    import Glibc\n#endif", "import FoundationEssentials",
        "let a = pipe2(&b, 0)", "#if os(Linux)\n    let a = 1\n#else\n    let a = gettid()\n#endif",
        "let a = info.st_mtim.tv_sec", "let flags = O_PATH | O_RDONLY",
    ])
    func whatDarwinLacksIsFound(_ code: String) { #expect(Self.complaints("Bad.swift", code).count == 1, "\(code)") }

    @Test(arguments: [
        "#if canImport(Darwin)\n    import Darwin\n#elseif canImport(Glibc)\n    import Glibc\n#endif",
        "#if canImport(FoundationEssentials)\n    import FoundationEssentials\n#else\n    import Foundation\n#endif",
        "#if os(Linux)\n    let a = gettid()\n#else\n    let a = 1\n#endif", "let a = tool.mount(b)",
        "// pipe2 is not there\nlet a = \"unshare\"", "machine.run(mount: true)",
    ])
    func whatDarwinHasIsFine(_ code: String) { #expect(Self.complaints("Fine.swift", code) == [], "\(code)") }
}
