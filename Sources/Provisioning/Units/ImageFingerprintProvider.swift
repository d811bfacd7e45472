import Synchronization

/// The image that a unit's new instances are made from: known before, or as soon as a step has brought it.
package final class ImageFingerprintProvider: Sendable {
    private struct Known {
        var fingerprint: String?
        var kind: ImageKind
    }

    private let known: Mutex<Known>
    /// What the user calls it.
    package let title: String

    /// An image whose fingerprint is known, or not yet.
    package init(_ title: String, _ fingerprint: String?, _ kind: ImageKind = .system) {
        self.title = title
        known = Mutex(Known(fingerprint: fingerprint, kind: kind))
    }

    /// The fingerprint; in a dry run a placeholder where it is not known yet.
    package var fingerprint: String { known.withLock { $0.fingerprint } ?? "<fingerprint of \(title)>" }

    /// What its instances run.
    package var kind: ImageKind { known.withLock { $0.kind } }

    /// Notes the fingerprint, and what its instances run.
    package func note(_ fingerprint: String, _ kind: ImageKind = .system) {
        known.withLock { $0 = Known(fingerprint: fingerprint, kind: kind) }
    }
}
