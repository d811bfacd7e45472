import Provisioning

/// `get` and `set` of a machine's settings (source of multipass 1.13 to 1.16, `instance_settings_handler.cpp`).
extension StandIn {
    /// `get local.NAME.cpus` and its like; amounts with one digit behind the point.
    func get(_ arguments: [String]) async throws -> Int32 {
        let options = try Options(arguments, flags: ["--raw", "--keys"])
        try await contact("get")
        let (name, property) = try Self.parts(of: options.positional.first ?? "")
        guard let instance = try store.read().instances[name], instance.phase != .preparing else {
            throw Refusal.failed("get", Self.refusal("obtain", name, "No such instance"))
        }
        switch property {
        case "cpus": Terminal.say("\(instance.cpus)\n")
        case "memory": Terminal.say("\(Self.readable(instance.memory))\n")
        default: Terminal.say("\(Self.readable(instance.disk))\n")
        }
        return 0
    }

    /// `set local.NAME.cpus=4` and its like, of a machine that is off.
    func set(_ arguments: [String]) async throws -> Int32 {
        let options = try Options(arguments)
        let words = (options.positional.first ?? "").split(separator: "=", maxSplits: 1).map(String.init)
        guard words.count == 2 else {
            throw Refusal(code: 1, message: "Need exactly one key-value pair (in <key>=<value> form).")
        }
        try await contact("set")
        let (name, property) = try Self.parts(of: words[0])
        try await store.change { state in
            guard let phase = state.instances[name]?.phase, phase != .preparing else {
                throw Refusal.failed("set", Self.refusal("update", name, "No such instance"))
            }
            guard phase != .deleted else {
                throw Refusal.failed("set", Self.refusal("update", name, "Instance is deleted"))
            }
            guard phase == .stopped else {
                throw Refusal.failed(
                    "set", Self.refusal("update", name, "Instance must be stopped for modification"))
            }
            func invalid(_ reason: String) -> Refusal {
                Refusal.failed("set", "Invalid setting '\(words[0])=\(words[1])': \(reason)")
            }
            if property == "cpus" {
                guard let count = Int(words[1]), count > 0 else {
                    throw invalid("Need a positive integer (in decimal format) of minimum 1")
                }
                state.instances[name]?.cpus = "\(count)"
                return
            }
            guard let bytes = ByteSize(words[1], in: .binary)?.bytes else {
                throw invalid("\(words[1]) is not a valid memory size")
            }
            if property == "memory" {
                guard bytes >= 128 << 20 else { throw invalid("Memory less than 128M minimum not allowed") }
                state.instances[name]?.memory = bytes
            } else {
                guard bytes >= state.instances[name]?.disk ?? 0 else { throw invalid("Disk can only be expanded") }
                state.instances[name]?.disk = bytes
            }
        }
        return 0
    }

    private static func parts(of key: String) throws -> (name: String, property: String) {
        let parts = key.split(separator: ".").map(String.init)
        guard parts.count == 3, parts[0] == "local", ["cpus", "memory", "disk"].contains(parts[2]) else {
            throw Refusal(code: 1, message: "Unrecognized settings key: '\(key)'")
        }
        return (parts[1], parts[2])
    }

    private static func refusal(_ verb: String, _ name: String, _ reason: String) -> String {
        "Cannot \(verb) instance settings; instance: \(name); reason: \(reason)"
    }

    private static func readable(_ bytes: Int) -> String {
        for (unit, suffix) in [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")] where bytes >= unit {
            let tenths = Int((Double(bytes) / Double(unit) * 10).rounded())
            return "\(tenths / 10).\(tenths % 10)\(suffix)"
        }
        return "\(bytes)B"
    }
}
