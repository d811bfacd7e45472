/// What a member's machine has of its own that instances can be given: folders, device files, addresses.
struct MemberParts: Sendable {
    private let runner: any CommandRunner

    /// Those of the machine that the runner reaches.
    init(_ runner: any CommandRunner) { self.runner = runner }

    /// The folder to which the path leads, links followed; `nil` where there is none.
    func folder(_ path: String) async throws -> String? {
        let command = Command("realpath", ["--canonicalize-existing", "--", "\(path)/."])
        let result = try await runner.run(command)
        if result.ending == .exited(1) { return nil }
        guard result.succeeded else { throw Failure(command, result) }
        // Its name may end in a blank.
        return result.output.hasSuffix("\n") ? String(result.output.dropLast()) : result.output
    }

    /// Whether there is a device file at that path, for blocks or for characters.
    func hasDevice(_ path: String, isBlock: Bool) async throws -> Bool {
        let command = Command("test", [isBlock ? "-b" : "-c", path])
        let result = try await runner.run(command)
        guard result.succeeded || result.ending == .exited(1) else { throw Failure(command, result) }
        return result.succeeded
    }

    /// The addresses of IPv4 and IPv6 that it has, as `ip` writes them.
    func addresses() async throws -> Set<String> {
        struct Link: Decodable {
            struct Address: Decodable { var local: String? }
            var addresses: [Address]?
            enum CodingKeys: String, CodingKey { case addresses = "addr_info" }
        }
        let links = try await runner.decoded([Link].self, from: Command("ip", ["-json", "address", "show"]))
        return Set(links.flatMap { $0.addresses ?? [] }.compactMap(\.local))
    }
}
