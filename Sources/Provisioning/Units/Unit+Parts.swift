extension Unit {
    /// A folder of the member that instances see.
    package struct Mount: Sendable, Equatable {
        /// The folder of the member.
        package var source: String
        /// Where instances have it.
        package var path: String
        package var isReadOnly = true
        /// Whether owners are shifted, so that root in a container is root in the folder; `nil` is where the engine can.
        package var isShifted: Bool?

        /// The name of its device; no two paths have the same.
        var device: String {
            let plain = String(path.dropFirst()).replacing("/", with: "-")
            let isPlain = plain.isName(in: 1...40, besides: "._-") && !path.contains("-")
            let name = plain.unicodeScalars.filter { $0.isASCII && String($0).isName(in: 1...1, besides: "._-") }
                .prefix(30)
            let sum = String(path.stableHash, radix: 16)
            return "mount-" + (isPlain ? plain : "\(String(String.UnicodeScalarView(name)))-\(sum)")
        }
    }

    /// A device of the member that instances get.
    package struct Device: Sendable, Equatable {
        /// What it is, as the engine has it.
        package enum Kind: String, Sendable, CaseIterable {
            case gpu, usb
            case unixCharacter = "unix-char"
            case unixBlock = "unix-block"

            /// Whether virtual machines can have one.
            var isForVMs: Bool { self == .gpu || self == .usb }
            /// Whether it is a file of the member's.
            var isFile: Bool { self == .unixCharacter || self == .unixBlock }
        }

        /// Its name within the unit.
        package var name: String
        package var kind: Kind
        /// The engine's keys, with values as it takes them.
        package var keys: [String: String] = [:]

        /// The file of the member that has to be there; `nil` where none has to.
        var requiredFile: String? {
            guard kind.isFile, keys["required"] != "false", keys["major"] == nil, keys["minor"] == nil else {
                return nil
            }
            return keys["source"] ?? keys["path"]
        }
    }

    /// What becomes of an instance that ends by itself, and when its member starts.
    package enum Restart: String, Sendable, CaseIterable {
        /// It is restarted, and starts with its member.
        case always
        /// It is restarted; with its member it starts where it ran before.
        case onFailure = "on-failure"
        /// It stays off, also when its member starts.
        case no
    }

    /// The cloud-init data of the instances: the keys go where the user has written nothing.
    var cloudInit: (user: String?, vendor: String?) {
        guard !sshKeys.isEmpty else { return (userData, vendorData) }
        let keys = CloudInit.configuration(authorizing: sshKeys)
        return vendorData == nil ? (userData, keys) : (keys, vendorData)
    }

    /// The profiles of the instances; `nil` leaves them alone.
    var allProfiles: [String]? {
        profiles.isEmpty ? nil : profiles.contains("default") ? profiles : ["default"] + profiles
    }

    /// Throws `Failure.badInput` where virtual machines cannot have what the file gives them.
    func checkForVMs() throws {
        if let device = devices.first(where: { !$0.kind.isForVMs }) {
            throw Failure(
                .badInput,
                "\(name): virtual machines cannot have the device \(device.name): \(Engine.current.title) gives \(device.kind.rawValue) to containers alone",
                hint: "leave it out, or set type = \"container\" in [instance]")
        }
        for device in devices {
            guard let key = ["uid", "gid", "mode"].first(where: { device.keys[$0] != nil }) else { continue }
            throw Failure(
                .badInput, "\(name): \(key) of the device \(device.name) is for containers alone", hint: "leave it out")
        }
        if let port = ports.first(where: { $0.address?.contains(":") ?? false }) {
            throw Failure(
                .badInput,
                "\(name): ports of virtual machines cannot listen on IPv6: \(Engine.current.title) forwards \(port.listen) to an IPv4 address",
                hint: "listen on an address of IPv4")
        }
    }
}
