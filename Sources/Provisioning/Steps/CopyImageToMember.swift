/// Puts an image that the cluster has onto one of its members.
struct CopyImageToMember: Step {
    let title = "copy the image to it"
    let name: MemberName
    let fingerprint: String
    let remote: String

    var member: MemberName? { name }
    var lane: Lane? { .machines }

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.client(in: name).holders(of: fingerprint).contains(name.text)
    }

    func run(_ context: PlanContext) async throws {
        let images = context.images(of: remote)
        let isVM = try await images.image(fingerprint)?.type == "virtual-machine"
        try await images.place(
            fingerprint, isVM: isVM, on: name.text, run: context.random.identifier(length: 6),
            limit: context.limits.machine)
    }
}
