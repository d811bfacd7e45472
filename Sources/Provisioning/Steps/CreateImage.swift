/// Makes an image of a root file system that the user has in a file, and gives it to the cluster.
struct CreateImage: Step {
    let title = "create an image from the drive"
    let member: MemberName? = nil
    let drive: Drive
    /// What tells the drive from others.
    let source: String
    let image: ImageFingerprintProvider
    let remote: String

    /// It is read whole, more than once.
    var expectedDuration: Duration? { .seconds(180) }

    func isDone(_ context: PlanContext) async throws -> Bool {
        guard let there = try await context.madeImage(from: source, on: remote) else { return false }
        image.note(there.fingerprint)
        return true
    }

    func run(_ context: PlanContext) async throws {
        let images = context.images(of: remote)
        let name = drive.path.split(separator: "/").last.map(String.init) ?? drive.path
        let metadata = ImageMetadata(
            architecture: try await images.architecture(), created: context.time.secondsSince1970,
            properties: [ImageMetadata.source: source, "description": name])
        let folder = ImageFolder(context)
        try await folder.use { place in
            var root = drive.path
            if drive.form == .rawDisk {
                root = "\(place)/disk.qcow2"
                try await context.runner.output(
                    of: Command(
                        "qemu-img", ["convert", "-f", "raw", "-O", "qcow2", drive.path, root],
                        limit: context.limits.machine, effect: .changes))
            }
            let fingerprint = try await images.give(
                folder.pack(metadata), root, from: source, placeholder: image.fingerprint,
                limit: context.limits.machine)
            try await context.remember(fingerprint, madeFrom: source)
            image.note(fingerprint)
        }
    }
}
