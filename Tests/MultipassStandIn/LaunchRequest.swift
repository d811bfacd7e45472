import Provisioning

/// What the user asks `launch` for, as far as the client checks it.
struct LaunchRequest {
    var name: String
    var image: String
    var cpus: String
    var memory: Int
    var disk: Int
    var userData: String?
    var timeout: Double
    /// Folders to mount once it is launched, each with where; empty where that is left to multipass.
    var mounts: [(source: String, target: String)] = []

    init(_ arguments: [String]) throws {
        let options = try Options(
            arguments,
            taking: [
                "-n": "name", "--name": "name", "-c": "cpus", "--cpus": "cpus", "-m": "memory", "--memory": "memory",
                "-d": "disk", "--disk": "disk", "--cloud-init": "cloud-init", "--timeout": "timeout",
                "--network": "network", "--mount": "mount",
            ], flags: ["--bridged"])
        name = options.values["name"] ?? "vm-\(SystemRandom().identifier(length: 8))"
        image = options.positional.first ?? "lts"
        cpus = options.values["cpus"] ?? "1"
        guard let count = Int(cpus), count > 0 else {
            throw Refusal(code: 1, message: "Error: invalid CPU count '\(cpus)', need a positive integer value.")
        }
        memory = try Self.size(options.values["memory"] ?? "1G")
        disk = try Self.size(options.values["disk"] ?? "5G")
        timeout = try options.timeout() ?? 300
        mounts = try (options.all["mount"] ?? []).map { word in
            let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
            _ = try StandIn.source(parts[0], "Mount source")
            return (parts[0], parts.count == 2 ? parts[1] : "")
        }
        userData = try options.values["cloud-init"].map { try UserData.reprinted(Self.read($0)) }
    }

    private static func size(_ text: String) throws -> Int {
        guard let size = ByteSize(text, in: .binary) else {
            throw Refusal(code: 1, message: "error: \(text) is not a valid memory size")
        }
        return size.bytes
    }

    private static func read(_ path: String) throws -> String {
        if path == "-" { return Terminal.input() }
        if let text = try LocalFiles().read(path) { return text }
        throw Refusal(
            code: 1,
            message: """
                Could not load cloud-init configuration: bad file: \(path)
                Please ensure that Multipass can read it.
                """)
    }
}
