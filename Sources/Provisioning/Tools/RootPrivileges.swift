/// What root may do on the machine that the runner reaches, which in a container is not everything.
struct RootPrivileges: Sendable {
    /// A privilege by its bit in the kernel's sets (capability.h).
    enum Capability: Int, Sendable, CaseIterable {
        case networkAdministration = 12
        case systemAdministration = 21

        var name: String { self == .networkAdministration ? "CAP_NET_ADMIN" : "CAP_SYS_ADMIN" }
    }

    private let runner: any CommandRunner

    /// Root of the machine that the runner reaches.
    init(_ runner: any CommandRunner) { self.runner = runner }

    /// Those that root lacks.
    func missing() async throws -> [Capability] {
        let status = try await RootFiles(runner).read("/proc/self/status") ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        guard let set = line.flatMap({ UInt64($0.dropFirst("CapEff:".count).trimmed, radix: 16) }) else { return [] }
        return Capability.allCases.filter { set & 1 << UInt64($0.rawValue) == 0 }
    }

    /// Whether root may mount file systems where it is: in a user namespace it may lack the right in spite of all
    /// capabilities.
    ///
    /// The mount that is tried never succeeds: a file cannot be mounted on a folder.
    func mayMount() async throws -> Bool {
        try await !runner.run(Command("mount", ["--bind", "/dev/null", "/"])).reports(SystemError.notPermitted)
    }

    /// Why the kernel gives no namespaces, bridges or cables; `nil` where it does.
    ///
    /// They are made in a network namespace that ends with the command.
    func namespaceTrouble() async throws -> String? {
        let words = ["--mount", "--uts", "--ipc", "--net", "--pid", "--fork", "ip", "-batch", "-"]
        let lines = ["link add bcmcluster0 type bridge", "link add bcmcluster1 type veth peer name bcmcluster2"]
        let result = try await runner.run(
            Command("unshare", words, input: lines.map { $0 + "\n" }.joined(), limit: .seconds(30)))
        return result.succeeded ? nil : result.tail.split(separator: "\n").first.map(String.init) ?? "unshare failed"
    }
}
