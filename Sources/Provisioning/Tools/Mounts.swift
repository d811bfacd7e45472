/// The mounts of the machine that the runner reaches, as root.
package struct Mounts: Sendable {
    private let runner: any CommandRunner

    /// The mounts that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

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
