/// Has the engine pull an image of a registry of containers.
struct PullImage: Step {
    let title = "pull the image of the registry"
    let member: MemberName? = nil
    let reference: String
    let image: ImageFingerprintProvider
    /// Whose daemon pulls it; the others get it from there.
    let place: MemberName
    let remote: String

    init(reference: String, image: ImageFingerprintProvider, by place: MemberName, remote: String) {
        self.reference = reference
        self.image = image
        self.place = place
        self.remote = remote
    }

    /// It may have to come from far.
    var expectedDuration: Duration? { .seconds(180) }

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.notes(image, madeFrom: reference, on: remote)
    }

    func run(_ context: PlanContext) async throws {
        let properties = [ImageMetadata.source: reference, "description": reference]
        let fingerprint = try await context.client(in: place).pullImage(
            reference, properties, placeholder: image.fingerprint, limit: context.limits.machine)
        try await context.remember(fingerprint, madeFrom: reference)
        image.note(fingerprint, .pulled)
    }
}
