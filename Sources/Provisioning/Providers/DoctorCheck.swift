/// One thing that was looked at before a cluster is made: by `doctor` for the user, by `up` before it creates anything.
package struct DoctorCheck: Encodable, Equatable, Sendable {
    package enum Level: String, Encodable, Sendable {
        case ok
        /// Something does not work that may not be needed.
        case warning
        /// No cluster can be made before it is put right.
        case problem
    }

    package var topic: String
    package var level: Level
    package var message: String
    /// The line to type.
    package var hint: String?

    package init(_ topic: String, _ level: Level, _ message: String, _ hint: String? = nil) {
        self.topic = topic
        self.level = level
        self.message = message
        self.hint = hint
    }
}
