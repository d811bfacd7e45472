/// What a member's machine was made with, or was last given.
package struct MachineSizes: Sendable, Equatable, Codable {
    /// One of them.
    package struct Size: Sendable, Equatable, Codable {
        package var value: String
        /// What the member's `.env` said then: what is edited there later counts.
        package var file: String?
        /// Whether the value is one that the user wrote into `.env`, which a cluster file does not change.
        package var isUsers: Bool?
    }

    package var cpus: Size?
    package var memory: Size?
    package var disk: Size?

    package init() {}

    package subscript(setting: Setting) -> Size? {
        get {
            switch setting {
            case .cpus: cpus
            case .memory: memory
            case .disk: disk
            default: nil
            }
        }
        set {
            switch setting {
            case .cpus: cpus = newValue
            case .memory: memory = newValue
            case .disk: disk = newValue
            default: break
            }
        }
    }

    /// Whether all of them make sense.
    var isSound: Bool {
        Setting.sizes.allSatisfy { setting in
            self[setting].map { (try? setting.check($0.value, from: "")) != nil } ?? true
        }
    }
}
