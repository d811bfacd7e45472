/// Typed commands of zfsutils, as root.
package struct ZFS: Sendable {
    private let runner: any CommandRunner

    /// The pools of the machine that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// The names of the pools that are kept in files below the folder.
    ///
    /// A line of a pool begins with its name; the lines of what it is kept in begin with a tab.
    package func pools(in folder: String, about: Set<Subject> = []) async throws -> [String] {
        let command = Command("zpool", ["list", "-H", "-P", "-v", "-o", "name"], about: about)
        var found: [String] = []
        var pool = ""
        for line in try await runner.output(of: command).split(separator: "\n") {
            let word = line.split { $0 == "\t" || $0 == " " }.first.map(String.init) ?? ""
            if line.first != "\t" && line.first != " " {
                pool = word
            } else if word.hasPrefix("\(folder)/"), found.last != pool {
                found.append(pool)
            }
        }
        return found
    }

    /// Destroys a pool with all that is in it; one that is busy for a moment stays, and is to be destroyed again.
    package func destroy(_ pool: String, touches: Set<Subject> = []) async throws {
        let command = Command("zpool", ["destroy", "-f", pool], effect: .changes, touches: touches)
        let result = try await runner.run(command)
        guard result.succeeded || result.reports(SystemError.busy) else { throw Failure(command, result) }
    }
}
