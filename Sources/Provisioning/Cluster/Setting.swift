/// A choice that a user can make in several places; the order is flag, environment, `.env`, cluster file, state, template.
///
/// In the state are the sizes that `up` was given for the cluster; what holds for the whole cluster is read from the
/// state alone once it is there.
package enum Setting: String, Sendable, CaseIterable {
    case provider, engine, cpus, memory, disk, storage, image, channel, network

    /// The variable that carries it in `.env`, in the environment and in the templates.
    package var variable: String {
        switch self {
        case .provider: "BCM_PROVIDER_NAME"
        case .engine: "BCM_ENGINE"
        case .cpus: "BCM_ENDPOINT_CPU_COUNT"
        case .memory: "BCM_ENDPOINT_MEM_SIZE"
        case .disk: "BCM_ENDPOINT_DISK_SIZE"
        case .storage: "BCM_LXD_STORAGE"
        case .image: "BCM_VM_IMAGE"
        case .channel: "BCM_LXD_CHANNEL"
        case .network: "BCM_NETWORK"
        }
    }

    /// The settings of each machine by itself, which `.env` has for each member.
    static let sizes: [Setting] = [.cpus, .memory, .disk]

    /// Whether one value holds for the whole cluster, from its first `up` on.
    package var isClusterWide: Bool {
        switch self {
        case .provider, .engine, .storage, .image, .channel, .network: true
        case .cpus, .memory, .disk: false
        }
    }

    /// Throws `Failure.badInput` where the value makes no sense; `place` names where it was read.
    package func check(_ value: String, from place: String) throws {
        if self == .network, Self.hasIPv6(value) {
            throw Failure(
                .badInput,
                "\(place): \(Shell.quoted(value.clipped)) has IPv6, and members reach each other by IPv4 alone",
                hint: "give an IPv4 subnet, such as 10.77.0.0/22; there is no dual stack")
        }
        if let complaint = complaint(about: value) {
            throw Failure(.badInput, "\(place): \(Shell.quoted(value.clipped)) \(complaint)")
        }
    }

    /// Whether part of the value is an IPv6 address, or a range of them.
    private static func hasIPv6(_ value: String) -> Bool {
        value.split { ",; ".contains($0) }.contains { part in
            let address = part.prefix { $0 != "/" }.filter { !"[]".contains($0) }
            return address.count { $0 == ":" } >= 2 && address.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
    }

    /// Whether two values mean the same.
    func isSame(_ one: String, _ other: String) -> Bool {
        switch self {
        case .cpus: Int(one) == Int(other)
        case .memory, .disk: ByteSize(one, in: .binary)?.bytes == ByteSize(other, in: .binary)?.bytes
        default: one == other
        }
    }

    private func complaint(about value: String) -> String? {
        switch self {
        case .provider:
            !ProviderName.allCases.contains { $0.rawValue == value }
                ? "is not a provider; there are \(ProviderName.allCases.map(\.rawValue).joined(separator: ", "))"
                : nil
        case .engine:
            Engine.named(value) == nil
                ? "is not an engine; there are \(Engine.all.map(\.name).joined(separator: " and "))" : nil
        case .cpus:
            value.utf8.allSatisfy({ 48...57 ~= $0 }) && (Int(value).map { 1...1024 ~= $0 } ?? false)
                ? nil : "is not a number of processors, such as 4"
        case .memory, .disk:
            ByteSize(value, in: .binary) == nil ? "is not an amount, such as 4G or 512M" : nil
        case .storage:
            StorageDriver(rawValue: value) == nil
                ? "is not a storage driver; there are \(StorageDriver.allCases.map(\.rawValue).joined(separator: ", "))"
                : nil
        case .image, .channel, .network:
            !value.isEmpty && value.utf8.count <= 200 && !value.hasPrefix("-")
                && value.utf8.allSatisfy {
                    $0 > 32 && $0 < 127 && $0 != 34 && $0 != 39 && $0 != 96 && $0 != 36 && $0 != 92
                }
                ? nil : "is not a name; spaces, quotes and control characters are not possible here"
        }
    }
}

/// Where members' machines come from.
///
/// Each provider names itself, in its own folder.
package struct ProviderName: RawRepresentable, Sendable, Hashable, Codable {
    /// Small letters, digits and hyphens.
    package let rawValue: String

    /// `nil` where it is not a name of small letters, digits and hyphens.
    package init?(rawValue: String) {
        guard rawValue.wholeMatch(of: /[a-z][a-z0-9-]{0,30}/) != nil else { return nil }
        self.rawValue = rawValue
    }

    /// The name of a provider of this program.
    init(known name: String) { rawValue = name }
}

/// LXD's storage drivers that this tool sets up.
package enum StorageDriver: String, Sendable, Codable, CaseIterable {
    /// Plain folders; works everywhere.
    case dir
    /// A btrfs pool on a loop file of its own: copies and snapshots cost next to nothing, and sizes are enforced.
    case btrfs
    /// A zfs pool on a loop file of its own.
    case zfs
    /// Logical volumes in a loop file of their own.
    case lvm

    /// Whether the pool is in a loop file of the daemon's unless it is given another place, and takes a size.
    package var hasLoopFile: Bool { self != .dir }

    /// Whether all of the pool is in the daemon's folder, so that a copy of that has it.
    ///
    /// The kernel knows zfs pools and volume groups by names of their own, of which there is one each.
    package var isCopiedWithFolder: Bool { [.dir, .btrfs].contains(self) }
}

/// A setting's value, and where it was found.
package struct SettingValue: Sendable, Equatable {
    /// The places in their order; a size that a cluster file has counts below an edited `.env`, and above the state.
    package enum Source: Sendable { case flag, environment, file, clusterFile, state, template }

    package var text: String
    package var source: Source
    /// The place, as messages name it.
    package var place: String
    /// The place and the text: `--memory 8G`.
    package var inWords: String { source == .flag ? "\(place) \(text)" : "\(place): \(text)" }
}

/// The places in which a setting may stand, asked in their one order.
package struct SettingSources: Sendable {
    /// The values of the command line, or of the cluster file in its place.
    package var flags: [Setting: String]
    /// Where the values stand that a cluster file has in place of the command line.
    package var placesInFile: [Setting: String] = [:]
    /// The sizes that a cluster file has for members' machines.
    package var sizesInFile: [MemberName: [Setting: SettingValue]] = [:]
    /// The environment of the process.
    package var environment: @Sendable (String) -> String?
    /// The members whose machines the sizes among the flags are for; `nil` is all.
    package var sizedMembers: Set<MemberName>?

    package init(flags: [Setting: String], environment: @escaping @Sendable (String) -> String?) {
        self.flags = flags
        self.environment = environment
    }

    /// The same with what a cluster file has for the whole cluster.
    package init(
        file settings: [Setting: SettingValue], environment: @escaping @Sendable (String) -> String?
    ) {
        self.init(flags: settings.mapValues(\.text), environment: environment)
        placesInFile = settings.mapValues(\.place)
    }

    /// Passes over values of a cluster file.
    mutating func ignore(_ settings: [Setting]) {
        for setting in settings {
            flags[setting] = nil
            placesInFile[setting] = nil
        }
    }

    /// What gives a value in the place of the command line: the flag, or its place in a file.
    func place(of setting: Setting) -> String { placesInFile[setting] ?? "--\(setting.rawValue)" }

    /// The setting's value from the first place that has one: flag, environment, `.env`, state, template.
    ///
    /// Throws `Failure.badInput`, which names the place, where the value makes no sense.
    package func found(
        _ setting: Setting, file: EnvironmentFile, state: ClusterSettings? = nil, template: [String: String],
        named name: String = "the template"
    ) throws -> SettingValue? {
        let variable = setting.variable
        let places: [(text: String?, source: SettingValue.Source, place: String)] = [
            (flags[setting], .flag, place(of: setting)),
            (environment(variable), .environment, "\(variable) in the environment"),
            (file.values[variable], .file, file.place(of: variable)),
            (
                setting.isClusterWide ? nil : state?.value(of: setting), .state,
                "\(setting.rawValue) in the cluster's state"
            ),
            (template[variable], .template, "\(variable) in \(name)"),
        ]
        for case (let text?, let source, let place) in places where !text.isEmpty || source == .flag {
            try setting.check(text, from: place)
            return SettingValue(text: text, source: source, place: place)
        }
        return nil
    }

    /// The text of what is found.
    package func value(
        of setting: Setting, file: EnvironmentFile, state: ClusterSettings? = nil, template: [String: String],
        named name: String = "the template"
    ) throws -> String? { try found(setting, file: file, state: state, template: template, named: name)?.text }
}
