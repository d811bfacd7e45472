import Synchronization

/// What a snapshot turns out to be while it is taken: put together by its steps, for the state and for the user.
package final class SnapshotCopies: Sendable {
    private let state = Mutex((isShared: false, bytes: [MemberName: Int]()))

    /// Nothing is known yet.
    package init() {}

    /// Whether the copies share their room with the machines.
    package var isShared: Bool { state.withLock { $0.isShared } }
    /// The bytes of all copies, where they are known.
    package var bytes: Int? { state.withLock { $0.bytes.isEmpty ? nil : $0.bytes.values.sumOfBytes() } }

    func note(_ room: CopyRoom) { state.withLock { $0.isShared = room.isShared } }
    func note(_ bytes: Int?, of member: MemberName) { state.withLock { $0.bytes[member] = bytes } }
}
