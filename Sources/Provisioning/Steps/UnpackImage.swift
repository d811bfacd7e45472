/// Fetches an image of a registry of containers, makes an image of LXD's of it, and gives that to the cluster.
struct UnpackImage: Step {
    let title = "unpack the image of the registry"
    let member: MemberName? = nil
    let reference: String
    let image: ImageFingerprintProvider
    let remote: String
    /// Whether root's commands need `sudo`: only root can give files to others.
    var needsSudo = SystemCalls.effectiveUser != 0

    /// It may have to come from far.
    var expectedDuration: Duration? { .seconds(180) }

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.notes(image, madeFrom: reference, on: remote)
    }

    func run(_ context: PlanContext) async throws {
        let images = context.images(of: remote)
        let root = SudoRunner(context.runner, needed: needsSudo)
        let registry = ContainerRegistry(context.runner, root: root)
        let limit = context.limits.machine
        let architecture = try await images.architecture()
        let folder = ImageFolder(context, owner: root)
        try await folder.use { place in
            let bundle = try await registry.unpack(reference, for: architecture, in: place, limit: limit)
            let process = try await runnable(bundle, registry)
            // Each instance gets one of its own, which a link in the image could lead astray. Where /etc is a link, it might lead
            // out of the bundle.
            if try await !registry.isLink("/etc", in: bundle) {
                try await registry.add("", at: InstanceForm.resolverPath, to: bundle, mode: "0644")
            }
            try await registry.pack(bundle, as: "\(place)/rootfs.tar.gz", limit: limit)
            let metadata = ImageMetadata(
                architecture: architecture, created: context.time.secondsSince1970,
                properties: [
                    ImageMetadata.source: reference, ImageMetadata.process: try process.mark(),
                    "description": reference,
                ])
            let fingerprint = try await images.give(
                folder.pack(metadata), "\(place)/rootfs.tar.gz", from: reference, placeholder: image.fingerprint,
                limit: limit)
            try await context.remember(fingerprint, madeFrom: reference)
            image.note(fingerprint, .unpacked(process))
        }
    }

    /// What it runs, by a script in the bundle where LXC could not run it.
    private func runnable(_ bundle: String, _ registry: ContainerRegistry) async throws -> ImageProcess {
        let process = try ImageProcess(
            configuration: try await registry.configuration(of: bundle, from: reference), of: reference)
        guard let script = process.script else { return process }
        guard try await registry.hasShell(bundle) else {
            throw Failure(
                .conflict,
                "\(reference) runs a command with blanks or quotes in its words, which containers cannot, and has no shell that could",
                hint: "choose another image, or one made from it whose command has none")
        }
        try await registry.add(script, at: ImageProcess.script, to: bundle)
        return process.byScript
    }
}
