/// Where the image of a unit is, and how it comes to the cluster.
struct UnitImages {
    /// What is known of the image of new instances.
    struct Supplied {
        var image: SuppliedImage
        var supply: ImageSupply?
        /// What a person is shown of it.
        var change: UnitChange?
    }

    private let reference: ImageReference
    private let record: ClusterRecord
    private let client: LXC
    private let context: PlanContext

    init(_ reference: ImageReference, _ record: ClusterRecord, _ client: LXC, _ context: PlanContext) {
        self.reference = reference
        self.record = record
        self.client = client
        self.context = context
    }

    private var remote: LXCImages {
        LXCImages(context.runner, engine: context.engine, remote: record.remote?.name ?? record.first.text)
    }

    /// What tells the image from others: what the file says, or the sum of a file's bytes.
    func identity() async throws -> String {
        switch reference {
        case .remote(let text), .known(let text), .registry(let text): text
        case .file(let path), .drive(let path): "sha256:\(try await remote.fingerprint(of: .file(path), isVM: false))"
        }
    }

    /// `container` or `virtual-machine`, where the cluster has the image; `nil` where nobody knows yet.
    func type() async throws -> String? {
        switch reference {
        case .known: try await known().type
        case .file(let path):
            try await remote.image(try await remote.fingerprint(of: .file(path), isVM: false))?.type
        case .remote, .registry, .drive: nil
        }
    }

    /// The image for new instances; throws where there is none.
    func supplied(isVM: Bool) async throws -> Supplied {
        switch reference {
        case .known(let text):
            let image = try await known()
            try check(image.type, isVM, text)
            return Supplied(image: SuppliedImage(text, image.fingerprint))
        case .file(let path): return try await brought(.file(path), title: path, isVM: isVM)
        case .remote(let text): return try await brought(.remote(text), title: text, isVM: isVM)
        case .drive, .registry:
            throw Failure(.conflict, "not yet")
        }
    }

    private func brought(_ source: ImageSource, title: String, isVM: Bool) async throws -> Supplied {
        let fingerprint = try await remote.fingerprint(of: source, isVM: isVM)
        let image = SuppliedImage(title, fingerprint)
        if let there = try await remote.image(fingerprint) {
            try check(there.type, isVM, title)
            return Supplied(image: image)
        }
        guard record.remote != nil else {
            throw Failure(
                .conflict, "lxc has no remote for \(record.name), by which the image \(title) would come",
                remedy: "bcmcluster up -c \(record.name) adds it")
        }
        return Supplied(
            image: image, supply: .bring(source, fingerprint: fingerprint, isVM: isVM),
            change: UnitChange(.add, .image, title, "\(fingerprint.prefix(12))", .bring))
    }

    private func check(_ type: String, _ isVM: Bool, _ title: String) throws {
        guard (type == Unit.Kind.vm.type) != isVM else { return }
        throw Failure(
            .conflict, "the image \(title) is one of a \(type), and the unit wants a \(isVM ? "VM" : "container")",
            remedy: "set type = \"\(isVM ? "container" : "vm")\" in [instance], or choose another image")
    }

    /// The image of that alias or fingerprint.
    private func known() async throws -> ListedImage {
        guard case .known(let text) = reference else { throw Failure(.conflict, "the image is not the cluster's") }
        let images = try await client.images()
        let named = images.first { $0.aliases?.contains { $0.name == text } ?? false }
        let isPrefix = text.utf8.count >= 6 && text.utf8.allSatisfy { 48...57 ~= $0 || 97...102 ~= $0 }
        let begun = isPrefix ? images.filter { $0.fingerprint.hasPrefix(text) } : []
        if let image = named ?? (begun.count == 1 ? begun.first : nil) { return image }
        guard begun.isEmpty else {
            throw Failure(
                .badInput, "the cluster has \(begun.count) images whose fingerprints begin with \(text)",
                remedy: "write more of it: lxc image list shows them")
        }
        let aliases = Set(images.flatMap { $0.aliases ?? [] }.map(\.name))
        let near = Suggestion.nearest(to: text, in: aliases).map { "did you mean \($0)?" }
        throw Failure(
            .badInput, "the cluster has no image \(Shell.quoted(text.clipped)), and there is no such file",
            remedy: near ?? "lxc image list shows those it has; REMOTE:ALIAS, such as ubuntu:24.04, brings one")
    }
}
