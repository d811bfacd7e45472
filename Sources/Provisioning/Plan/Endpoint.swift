/// A member's `.env` with everything that stands above and below it in the order of settings.
package struct Endpoint: Sendable {
    /// The number of processors.
    package let cpus: String
    /// The memory, such as `4G`.
    package let memory: String
    /// The disk, such as `30G`.
    package let disk: String
    /// The secret: the password of LXD 4.0.
    package let secret: String?

    /// Reads the member's file; throws `Failure.badInput` for a malformed line or a value that makes no sense.
    init(_ member: MemberName, _ context: PlanContext) async throws {
        let state = await context.store.state.settings
        let path = context.folder.environment(member)
        let file = try EnvironmentFile(try context.files.read(path) ?? "", path: path)
        let kind: TemplateFile = member.isNumberZero ? .masterEnvironment : .memberEnvironment
        let defaults = try context.templates.template(kind).defaults
        func value(_ setting: Setting) throws -> String {
            let value = try context.sources.value(
                of: setting, file: file, path: path, state: state, template: defaults)
            guard let value else {
                throw Failure(
                    .badInput, "\(setting.variable) is not set for \(member)",
                    hint: "set it in \(path), or give --\(setting.rawValue)")
            }
            return value
        }
        cpus = try value(.cpus)
        memory = try value(.memory)
        disk = try value(.disk)
        secret = file.values["BCM_LXD_SECRET"]
        if let secret { context.redactor.conceal(secret, as: "<secret>") }
    }
}
