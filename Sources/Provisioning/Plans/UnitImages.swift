/// Where the image of a unit is, and how it comes to the cluster.
struct UnitImages {
    /// What is known of the image of new instances.
    struct ResolvedImage {
        var image: ImageFingerprintProvider
        var supply: ImageTransfer?
        /// What the user is shown of it.
        var change: UnitChange?
        /// What the user has to know of instances of it.
        var remark: String?
    }

    private let reference: ImageReference
    private let state: ClusterState
    private let client: LXC
    private let context: PlanContext
    private let needsSudo: Bool
    /// The sum of a file's bytes and what it is: it may be large.
    private let sum = CachedValue<String>()
    private let form = CachedValue<Drive>()
    /// The images that the cluster has.
    private let present = CachedValue<[ListedImage]>()

    init(
        _ reference: ImageReference, _ state: ClusterState, _ client: LXC, _ context: PlanContext,
        needsSudo: Bool = SystemCalls.effectiveUser != 0
    ) {
        self.reference = reference
        self.state = state
        self.client = client
        self.context = context
        self.needsSudo = needsSudo
    }

    private var remote: LXCImages {
        context.images(of: state.remote?.name ?? state.first.text)
    }

    /// What tells the image from others: what the file says, or the sum of a file's bytes.
    func identity() async throws -> String {
        switch reference {
        case .remote(let text), .known(let text), .registry(let text): text
        case .file(let path), .drive(let path): "sha256:\(try await sum(of: path))"
        }
    }

    /// The fingerprint, where the file says it in one way or another without anything being fetched.
    func fingerprint() async throws -> String? {
        switch reference {
        case .known: try await known().fingerprint
        case .file(let path): try await sum(of: path)
        case .remote, .drive, .registry: nil
        }
    }

    /// `container` or `virtual-machine`, where that is known before the image is there; else `nil`.
    func type() async throws -> String? {
        switch reference {
        case .known: try await known().type
        case .file(let path): try await wholeImage(path).type
        case .drive(let path): try await drive(path).type
        case .registry: Unit.Kind.container.type
        case .remote: nil
        }
    }

    /// The image for new instances, which are on a network of the engine's or not; throws where there is none.
    func supplied(isVM: Bool, isOnNetwork: Bool = false) async throws -> ResolvedImage {
        switch reference {
        case .known(let text):
            let image = try await known()
            try check(image.type, isVM, text)
            return there(image, text)
        case .file(let path):
            try check(try await wholeImage(path).type, isVM, path)
            return try await brought(.file(path), title: path, isVM: isVM)
        case .remote(let text): return try await brought(.remote(text), title: text, isVM: isVM)
        case .drive(let path): return try await made(path, isVM: isVM)
        case .registry(let text): return try await fetched(text, isVM: isVM, isOnNetwork)
        }
    }

    /// The file, which has to be an image as LXD exports it.
    private func wholeImage(_ path: String) async throws -> Drive {
        let drive = try await drive(path)
        guard case .image = drive.form else {
            throw Failure(
                .badInput, "the file \(path) is \(drive.words), not an \(context.engine.title) image",
                hint: "use drive = \(Shell.quoted(path)) instead of ref")
        }
        return drive
    }

    private func brought(_ source: ImageSource, title: String, isVM: Bool) async throws -> ResolvedImage {
        let fingerprint =
            if case .file(let path) = source { try await sum(of: path) } else {
                try await remote.fingerprint(of: source, isVM: isVM)
            }
        let image = ImageFingerprintProvider(title, fingerprint)
        if let there = try await remote.image(fingerprint) {
            try check(there.type, isVM, title)
            return ResolvedImage(image: image)
        }
        try checkRemote(title)
        return ResolvedImage(
            image: image, supply: .bring(source, fingerprint: fingerprint, isVM: isVM),
            change: UnitChange(.add, .image, title, "\(fingerprint.prefix(12))", .bring))
    }

    /// The image of a drive, which its bytes tell from others; one that is a whole image is brought as it is.
    private func made(_ path: String, isVM: Bool) async throws -> ResolvedImage {
        let drive = try await drive(path)
        try check(drive.type, isVM, path)
        if case .image = drive.form { return try await brought(.file(path), title: path, isVM: isVM) }
        let source = try await identity()
        if let image = try await former(source) { return there(image, path) }
        if drive.form == .rawDisk {
            try await checkPrograms(
                ["qemu-img"], "the raw disk \(path) is converted by qemu-img", hint: "apt-get install qemu-utils")
        }
        try checkRemote(path)
        return ResolvedImage(
            image: ImageFingerprintProvider(path, nil), supply: .make(drive, source: source),
            change: UnitChange(.add, .image, path, drive.words, .bring))
    }

    /// The image of a registry, which its name tells from others.
    private func fetched(_ text: String, isVM: Bool, _ isOnNetwork: Bool) async throws -> ResolvedImage {
        try check(Unit.Kind.container.type, isVM, text)
        if let image = try await former(text) { return there(image, text) }
        guard try await isPulled(text) else { return try await unpacked(text, isOnNetwork) }
        return ResolvedImage(
            image: ImageFingerprintProvider(text, nil, .pulled), supply: .pull(text),
            change: UnitChange(.add, .image, text, "pulled by \(context.engine.title)", .bring))
    }

    /// Whether the engine pulls the image: it can, its member has the program for that, and the user has no login at the
    /// registry, which the member would not know.
    private func isPulled(_ text: String) async throws -> Bool {
        guard try await client.server().pullsContainerImages else { return false }
        guard try await Which(client.runner).missing(of: ["skopeo"]).isEmpty else { return false }
        guard try await Which(context.runner).missing(of: ["skopeo"]).isEmpty else { return true }
        return try await !ContainerRegistry(context.runner, root: context.runner).hasLogin(for: text)
    }

    private func unpacked(_ text: String, _ isOnNetwork: Bool) async throws -> ResolvedImage {
        try await checkPrograms(
            ["skopeo", "umoci"], "\(text) is fetched by skopeo and unpacked by umoci",
            hint: "apt-get install skopeo umoci")
        let root = SudoRunner(context.runner, needed: needsSudo)
        if needsSudo, try await !root.run(Command("true", []).needed).succeeded {
            throw Failure(
                .missing, "\(text) is unpacked as root, and sudo asks for a password",
                hint: "sudo -v, and then the same command again")
        }
        try checkRemote(text)
        return ResolvedImage(
            image: ImageFingerprintProvider(text, nil), supply: .unpack(text),
            change: UnitChange(.add, .image, text, "unpacked by skopeo and umoci", .bring),
            remark: isOnNetwork
                ? nil
                : "\(text) has no DHCP client: on that network its instances have no IPv4 address, and are reached through [[port]] only"
        )
    }

    // MARK: What there is

    private func sum(of path: String) async throws -> String {
        try await sum.value { [remote] in try await remote.fingerprint(of: .file(path)) }
    }

    private func drive(_ path: String) async throws -> Drive {
        try await form.value { [context] in try await Drives(context.runner).drive(path) }
    }

    private func images() async throws -> [ListedImage] {
        try await present.value { [client] in try await client.images() }
    }

    /// The image that was made from that before, by the state: its properties could be anybody's.
    private func former(_ source: String) async throws -> ListedImage? {
        guard let fingerprint = state.images?[source] else { return nil }
        return try await images().first { $0.fingerprint == fingerprint }
    }

    private func there(_ image: ListedImage, _ title: String) -> ResolvedImage {
        ResolvedImage(image: ImageFingerprintProvider(title, image.fingerprint, image.kind))
    }

    private func check(_ type: String, _ isVM: Bool, _ title: String) throws {
        guard (type == Unit.Kind.vm.type) != isVM else { return }
        throw Failure(
            .conflict, "the image \(title) is a \(type) image, and the unit needs a \(isVM ? "VM" : "container")",
            hint: "set type = \"\(isVM ? "container" : "vm")\" in [instance], or choose another image")
    }

    private func checkRemote(_ title: String) throws {
        guard state.remote == nil else { return }
        throw Failure(
            .conflict,
            "\(context.engine.client) has no remote for \(state.name), through which the image \(title) is copied",
            hint: "bcmcluster up -c \(state.name) adds it")
    }

    private func checkPrograms(_ programs: [String], _ why: String, hint: String) async throws {
        let missing = try await Which(context.runner).missing(of: programs)
        guard !missing.isEmpty else { return }
        throw Failure(
            .missing, "\(why), which is not installed: \(missing.joined(separator: ", "))", hint: hint)
    }

    /// The image of that alias or fingerprint.
    private func known() async throws -> ListedImage {
        guard case .known(let text) = reference else { throw Failure(.conflict, "the image is not on the cluster") }
        let images = try await images()
        let named = images.first { $0.aliases?.contains { $0.name == text } ?? false }
        let isPrefix = text.utf8.count >= 6 && text.utf8.allSatisfy { 48...57 ~= $0 || 97...102 ~= $0 }
        let begun = isPrefix ? images.filter { $0.fingerprint.hasPrefix(text) } : []
        if let image = named ?? (begun.count == 1 ? begun.first : nil) { return image }
        guard begun.isEmpty else {
            throw Failure(
                .badInput, "the cluster has \(begun.count) images whose fingerprints begin with \(text)",
                hint: "use a longer prefix; see \(ClusterClient.line("image list"))")
        }
        let aliases = Set(images.flatMap { $0.aliases ?? [] }.map(\.name))
        let near = Suggestion.nearest(to: text, in: aliases).map { "did you mean \($0)?" }
        throw Failure(
            .badInput, "image \(Shell.quoted(text.clipped)) not found on the cluster, nor as a file",
            hint: near
                ?? "see \(ClusterClient.line("image list")), or use REMOTE:ALIAS, such as ubuntu:24.04"
        )
    }
}
