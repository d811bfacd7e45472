import Synchronization

/// The image that a unit's new instances are made from: known before, or as soon as a step has brought it.
package final class ImageFingerprintProvider: Sendable {
    private struct Known {
        var fingerprint: String?
        var process: ImageProcess?
    }

    private let known: Mutex<Known>
    /// What the user calls it.
    package let title: String

    /// An image whose fingerprint is known, or not yet; with what its instances run in place of an init system.
    package init(_ title: String, _ fingerprint: String?, running process: ImageProcess? = nil) {
        self.title = title
        known = Mutex(Known(fingerprint: fingerprint, process: process))
    }

    /// The fingerprint; in a dry run a placeholder where it is not known yet.
    package var fingerprint: String { known.withLock { $0.fingerprint } ?? "<fingerprint of \(title)>" }

    /// What its instances run; `nil` where it has an init system.
    package var process: ImageProcess? { known.withLock { $0.process } }

    /// Notes the fingerprint, and what its instances run.
    package func note(_ fingerprint: String, running process: ImageProcess? = nil) {
        known.withLock { $0 = Known(fingerprint: fingerprint, process: process) }
    }
}
