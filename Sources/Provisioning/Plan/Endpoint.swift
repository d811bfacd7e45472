/// A member's settings, from its `.env` and what stands above and below that in the order of settings.
package struct Endpoint: Sendable {
    /// The number of processors.
    package let cpus: String
    /// The memory, such as `4G`.
    package let memory: String
    /// The disk, such as `30G`.
    package let disk: String
    /// The secret: the password of LXD 4.0.
    package let secret: String?
    /// The sizes with the places in which they were found.
    package let found: [Setting: SettingValue]
    /// Those that the user has chosen: by a flag, a variable, or in the `.env`, where the template has another.
    package let chosen: Set<Setting>
    private let edited: Set<Setting>
    /// The sizes as the state keeps them once the machine has them.
    package let sizes: MachineSizes

    /// Reads the member's file; throws `Failure.badInput` for a malformed line or a value that makes no sense.
    ///
    /// A machine that is there has the sizes that the state names until a flag or an edited `.env` says otherwise; the
    /// environment is for machines that are made.
    init(_ member: MemberName, _ context: PlanContext, withFlags: Bool = true) async throws {
        let state = await context.store.state
        let template = try context.templates.environment(of: member)
        let defaults = template.defaults
        let file = try EnvironmentFile(of: member, in: context.folder, context.files, own: template.variables)
        let given = state.member(member)?.sizes
        var sources = context.sources
        if !withFlags || sources.sizedMembers.map({ !$0.contains(member) }) ?? false { sources.flags = [:] }
        if given != nil { sources.environment = { _ in nil } }
        var found: [Setting: SettingValue] = [:]
        var sizes = MachineSizes()
        var chosen: Set<Setting> = []
        var edited: Set<Setting> = []
        for setting in Setting.sizes {
            var inFile = file.values[setting.variable].flatMap { $0.isEmpty ? nil : $0 }
            let given = given?[setting]
            let isEdited = inFile != nil && inFile != given?.file
            if isEdited, given != nil { edited.insert(setting) }
            guard
                var value = try sources.found(
                    setting, file: file, state: state.settings, template: defaults, named: template.name)
            else {
                throw Failure(
                    .badInput, "\(setting.variable) is not set for \(member)",
                    hint: "set it in \(context.folder.environment(member)), or give --\(setting.rawValue)")
            }
            if let given, value.source != .flag, !isEdited {
                value = SettingValue(
                    text: given.value, source: .state, place: "\(setting.rawValue) of \(member) in the cluster's state")
            }
            let isDefault = defaults[setting.variable].map { setting.isSame($0, value.text) } ?? false
            let wasUsers = given.map { $0.isUsers == true && $0.file == inFile } ?? false
            let isUsers = value.source == .file && (isEdited || given == nil) && !isDefault || wasUsers
            if let inClusterFile = context.sources.sizesInFile[member]?[setting],
                ![.flag, .environment].contains(value.source), !isUsers
            {
                value = inClusterFile
            }
            if [.flag, .environment, .clusterFile].contains(value.source) || value.source == .file && !isDefault {
                chosen.insert(setting)
            }
            found[setting] = value
            // A file that is not there yet will say what was found.
            inFile = inFile ?? value.text
            sizes[setting] = MachineSizes.Size(value: value.text, file: inFile, isUsers: isUsers ? true : nil)
        }
        (self.found, self.sizes, self.chosen, self.edited) = (found, sizes, chosen, edited)
        cpus = found[.cpus]?.text ?? ""
        memory = found[.memory]?.text ?? ""
        disk = found[.disk]?.text ?? ""
        secret = file.values["BCM_LXD_SECRET"]
        if let secret { context.redactor.conceal(secret, as: "<secret>") }
    }

    /// Whether the `.env` says something else than when the machine got its size.
    package func isEdited(_ setting: Setting) -> Bool { edited.contains(setting) }
}
