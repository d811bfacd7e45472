#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What an instance of an image runs.
package enum ImageKind: Sendable, Equatable {
    /// The image's init system.
    case system
    /// That, in init's place: the image is of a registry, and was unpacked here.
    case unpacked(ImageProcess)
    /// What the image says: it is of a registry, and the engine has pulled it.
    case pulled
}

extension ListedImage {
    /// What its instances run.
    var kind: ImageKind {
        if properties?["type"] == "oci" { return .pulled }
        return ImageProcess(mark: properties?[ImageMetadata.process]).map(ImageKind.unpacked) ?? .system
    }
}

/// What an image of a registry runs: it has no init system, and an instance of it runs that in init's place.
package struct ImageProcess: Sendable, Equatable, Codable {
    /// The program and its arguments.
    var arguments: [String]
    var environment: [String: String]
    /// The folder that it starts in.
    var folder: String
    /// The number of the user that it runs as.
    var user: UInt32
    /// The number of that user's group.
    var group: UInt32
    /// The signal that asks it to end.
    var stopSignal: String

    /// The key with which LXD notes in an instance what its image says of it.
    static let key = "image.\(ImageMetadata.process)"
    /// Where the image has a script that runs it, where LXC could not.
    static let script = "/.bcm-run"

    /// Reads what the runtime's `config.json` says; throws where an instance cannot run that.
    init(configuration text: String, of image: String) throws {
        struct Configuration: Decodable {
            struct User: Decodable {
                var uid: UInt32?
                var gid: UInt32?
            }
            struct Process: Decodable {
                var args: [String]?
                var env: [String]?
                var cwd: String?
                var user: User?
            }
            var process: Process?
            var annotations: [String: String]?
        }
        guard let said = try? JSONDecoder().decode(Configuration.self, from: Data(text.utf8)) else {
            throw Failure(.conflict, "cannot read from umoci how \(image) runs")
        }
        arguments = said.process?.args ?? []
        folder = said.process?.cwd ?? "/"
        user = said.process?.user?.uid ?? 0
        group = said.process?.user?.gid ?? 0
        let signal = said.annotations?["org.opencontainers.image.stopSignal"] ?? ""
        stopSignal = signal.wholeMatch(of: /SIG[A-Z0-9]+([+-][0-9]+)?|[0-9]+/) == nil ? "SIGTERM" : signal
        let pairs = (said.process?.env ?? []).map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        // LXD has no variables that are empty.
        environment = Dictionary(
            pairs.filter { $0.count == 2 && !$0[0].isEmpty }.map { ($0[0], $0[1]) }
        ) { _, last in last }
        try check(image)
    }

    private func check(_ image: String) throws {
        guard let program = arguments.first, !program.isEmpty else {
            throw Failure(
                .conflict, "\(image) has no command", hint: "choose an image that has a command"
            )
        }
        let hint = "choose another image, or one made from it that does without"
        if let (name, _) = environment.sorted(by: { $0.key < $1.key }).first(where: { Self.isBroken($0.value) }) {
            throw Failure(
                .conflict,
                "\(image) sets \(name) to text with a line break, which \(Engine.current.title) takes in no variable",
                hint: hint)
        }
        guard !Self.isBroken(folder), !environment.keys.contains(where: Self.isBroken) else {
            throw Failure(.conflict, "\(image) has a line break in the name of a folder or variable", hint: hint)
        }
    }

    private static func isBroken(_ text: String) -> Bool {
        text.unicodeScalars.contains { ["\n", "\r", "\0"].contains($0) }
    }

    // MARK: On the cluster

    /// Reads what an image or an instance says of it; `nil` where it says nothing that can be used.
    init?(mark text: String?) {
        guard let text, let process = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)),
            (try? process.check("")) != nil, process.script == nil,
            process.stopSignal.wholeMatch(of: /[A-Z0-9+-]+/) != nil
        else { return nil }
        self = process
    }

    /// What the image says of it.
    func mark() throws -> String { try JSONText.text(self, isCompact: true).trimmed }

    /// The keys of an instance with the variables, which the unit's own take the place of.
    var variables: [String: String] {
        Dictionary(uniqueKeysWithValues: environment.map { ("environment.\($0.key)", $0.value) })
    }

    /// The script that runs it, where LXC could not: it ends a word at every blank, and knows no quotes.
    var script: String? {
        let isPlain = arguments.allSatisfy { word in
            !word.isEmpty
                && word.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 && $0 != "\"" && $0 != "'" }
        }
        return isPlain ? nil : "#!/bin/sh\nexec \(arguments.map(Shell.quoted).joined(separator: " "))\n"
    }

    /// The same, by the script.
    var byScript: ImageProcess {
        var process = self
        process.arguments = [Self.script]
        return process
    }

    /// The instance's `raw.lxc`.
    var lxc: String {
        var lines = ["lxc.init.cmd = \(arguments.joined(separator: " "))", "lxc.signal.halt = \(stopSignal)"]
        // LXC takes off quotes around a value, and leaves those within.
        if folder != "/" { lines.append("lxc.init.cwd = \"\(folder)\"") }
        if user != 0 || group != 0 { lines += ["lxc.init.uid = \(user)", "lxc.init.gid = \(group)"] }
        // As everywhere else where such images run, it may listen at port 80 without being root.
        if user != 0 { lines.append("lxc.sysctl.net.ipv4.ip_unprivileged_port_start = 0") }
        return lines.joined(separator: "\n") + "\n"
    }
}
