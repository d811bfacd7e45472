import Synchronization

/// The image that a unit's new instances are made from: known before, or as soon as a step has brought it.
public final class SuppliedImage: Sendable {
    private let known: Mutex<String?>
    /// What a person calls it.
    public let title: String

    /// An image whose fingerprint is known, or not yet.
    public init(_ title: String, _ fingerprint: String?) {
        self.title = title
        known = Mutex(fingerprint)
    }

    /// The fingerprint; in a dry run a placeholder where it is not known yet.
    public var fingerprint: String { known.withLock { $0 } ?? "<fingerprint of \(title)>" }

    /// Notes the fingerprint.
    public func note(_ fingerprint: String) { known.withLock { $0 = fingerprint } }
}
