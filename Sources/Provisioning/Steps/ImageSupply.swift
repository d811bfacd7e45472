/// How the cluster gets an image that it has not.
public enum ImageSupply: Sendable, Equatable {
    /// The person's client brings it.
    case bring(ImageSource, fingerprint: String, isVM: Bool)

    /// The step that does it.
    func step(into image: SuppliedImage, of record: ClusterRecord) -> any Step {
        switch self {
        case .bring(let source, let fingerprint, let isVM):
            BringImage(
                source: source, fingerprint: fingerprint, remote: record.remote?.name ?? record.first.text,
                isVM: isVM, isAliased: false)
        }
    }
}
