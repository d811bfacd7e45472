/// How the cluster gets an image that it has not.
package enum ImageTransfer: Sendable, Equatable {
    /// The user's client brings it.
    case bring(ImageSource, fingerprint: String, isVM: Bool)
    /// It is made of the user's file; `source` tells that from others.
    case make(Drive, source: String)
    /// It is made of an image of a registry of containers.
    case unpack(String)
    /// The engine pulls that image of a registry of containers.
    case pull(String)

    /// The step that does it, by a member's own client where the cluster itself has to do it.
    func step(
        into image: ImageFingerprintProvider, of state: ClusterState, by member: MemberName
    ) -> any Step<PlanContext> {
        let remote = state.remote?.name ?? state.first.text
        return switch self {
        case .bring(let source, let fingerprint, let isVM):
            CopyImageToCluster(source: source, fingerprint: fingerprint, remote: remote, isVM: isVM, isAliased: false)
        case .make(let drive, let source): CreateImage(drive: drive, source: source, image: image, remote: remote)
        case .unpack(let reference): UnpackImage(reference: reference, image: image, remote: remote)
        case .pull(let reference): PullImage(reference: reference, image: image, by: member, remote: remote)
        }
    }
}
