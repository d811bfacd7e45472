/// Keeps the cluster's certificate, fetched through the provider's own channel, where nobody can be in the middle.
struct FetchCertificate: Step {
    let title = "fetch the certificate"
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool {
        guard let kept = try context.files.read(context.folder.certificate(name, context.engine)) else { return false }
        return try await context.client(in: name).server().environment.certificate == kept
    }

    func run(_ context: PlanContext) async throws {
        let certificate = try await context.client(in: name).server(.awaits).environment.certificate
        try context.files.makeFolder(context.folder.files(name, context.engine), mode: ClusterFolder.folderMode)
        try context.files.write(
            certificate, to: context.folder.certificate(name, context.engine), mode: ClusterFolder.fileMode)
    }
}
