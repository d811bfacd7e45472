/// Images of registries of containers, by `skopeo`, which fetches them, and `umoci`, which unpacks them as root.
struct ContainerRegistry: Sendable {
    private let runner: any CommandRunner
    private let root: any CommandRunner

    /// Commands of the user and of root on the same machine.
    init(_ runner: any CommandRunner, root: any CommandRunner) {
        self.runner = runner
        self.root = root
    }

    /// Fetches the image and unpacks it into a bundle in that folder: `rootfs`, and `config.json` beside it.
    ///
    /// Answers the bundle's path. `architecture` is LXD's word; a registry may have the image for several.
    func unpack(_ reference: String, for architecture: String, in folder: String, limit: Duration) async throws
        -> String
    {
        let layout = "\(folder)/oci:image"
        let place = ["--override-os", "linux", "--override-arch", Self.architecture(architecture)]
        try await runner.output(
            of: Command(
                "skopeo", place + ["copy", "--quiet", "docker://\(reference)", "oci:\(layout)"], limit: limit,
                effect: .changes
            ).with(.all),
            hint: "check it with skopeo inspect docker://\(reference); log in with skopeo login REGISTRY")
        let bundle = "\(folder)/bundle"
        try await root.output(
            of: Command(
                "umoci", ["unpack", "--image", layout, bundle], limit: limit, effect: .changes,
                touches: [.image(reference)]))
        return bundle
    }

    /// What an unpacked bundle says of how it runs: the runtime's `config.json`.
    func configuration(of bundle: String, from reference: String) async throws -> String {
        try await root.output(
            of: Command(
                "cat", ["--", "\(bundle)/config.json"], about: [.image(reference)],
                assumed: #"{"process":{"args":["<command>"],"cwd":"/"}}"#))
    }

    /// Whether a bundle has the shell with which a script begins.
    func hasShell(_ bundle: String) async throws -> Bool {
        try await root.run(Command("test", ["-e", "\(bundle)/rootfs/bin/sh"])).succeeded
    }

    /// Whether a link stands at that place of the bundle's root file system.
    func isLink(_ path: String, in bundle: String) async throws -> Bool {
        try await !RootFiles(root).links(at: ["\(bundle)/rootfs\(path)"]).isEmpty
    }

    /// Puts a file into a bundle that is about to be packed, in the place of one that is there, or of a link.
    func add(_ text: String, at path: String, to bundle: String, mode: String = "0755") async throws {
        let words = ["-D", "--no-target-directory", "--mode=\(mode)", "/dev/stdin", "\(bundle)/rootfs\(path)"]
        try await root.output(of: Command("install", words, input: text, effect: .changes))
    }

    /// Packs a bundle's root file system, with owners by number and all that files have.
    func pack(_ bundle: String, as file: String, limit: Duration) async throws {
        let how = ["--numeric-owner", "--xattrs", "--xattrs-include=*"]
        try await root.output(
            of: Command("tar", how + ["-czf", file, "-C", "\(bundle)/rootfs", "."], limit: limit, effect: .changes))
    }

    /// The registry and the image's name in it.
    static func parts(of reference: String) -> (host: String, path: String) {
        let parts = reference.split(separator: "/", maxSplits: 1)
        return (String(parts.first ?? ""), String(parts.dropFirst().first ?? ""))
    }

    /// Whether the user has logged in to the registry of that image, which the engine's daemon knows nothing of.
    func hasLogin(for reference: String) async throws -> Bool {
        try await runner.run(Command("skopeo", ["login", "--get-login", Self.parts(of: reference).host])).succeeded
    }

    /// What registries call an architecture of LXD's.
    private static func architecture(_ name: String) -> String {
        ["x86_64": "amd64", "i686": "386", "aarch64": "arm64", "armv7l": "arm", "armv8l": "arm"][name] ?? name
    }
}
