/// The mounts of the machine that the runner reaches, as root.
package struct Mounts: Sendable {
    private let runner: any CommandRunner

    /// The mounts that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// A file system where it is mounted.
    package struct Mount: Sendable, Equatable {
        package var place: String
        /// Such as `ext4` or `cgroup2`.
        package var kind: String
        package var options: Set<String>
    }

    /// All mounts, in the order in which they were made.
    package func all() async throws -> [Mount] {
        try await runner.output(of: Command("cat", ["/proc/self/mounts"])).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard words.count > 3 else { return nil }
            return Mount(place: words[1], kind: words[2], options: Set(words[3].split(separator: ",").map(String.init)))
        }
    }

    /// What is mounted below the folder, the latest first, as the kernel lists it.
    package func below(_ folder: String, about: Set<Subject> = []) async throws -> [String] {
        let command = Command("cat", ["/proc/self/mounts"], about: about)
        let places = try await runner.output(of: command).split(separator: "\n").compactMap { line in
            line.split(separator: " ").dropFirst().first.map(String.init)
        }
        return places.filter { $0.hasPrefix("\(folder)/") }.reversed()
    }

    /// Unmounts them; what is busy for a moment stays, and is to be asked for again.
    package func unmount(_ places: [String], touches: Set<Subject> = []) async throws {
        if places.isEmpty { return }
        _ = try await runner.run(Command("umount", ["--"] + places, effect: .changes, touches: touches))
    }
}

extension [Mounts.Mount] {
    /// The file system that a path is on: a later mount covers those before it.
    package func holding(_ path: String) -> Mounts.Mount? {
        last { $0.place == "/" || path == $0.place || path.hasPrefix("\($0.place)/") }
    }
}
