import Synchronization

/// The files of `Templates/` and `cloud-init/` at the package's root, which are compiled in.
package enum TemplateFile: String, Sendable, CaseIterable {
    case masterEnvironment = "master.env"
    case memberEnvironment = "member.env"
    case masterPreseed = "master.preseed.yml"
    case memberPreseed = "member.preseed.yml"
    case bridge = "bridge.conf"
    case entrypoint = "entrypoint.sh"
    case userData = "user-data.yml"
    case userDataIncus = "user-data-incus.yml"

    /// How values are quoted in it.
    package var format: Template.Format {
        switch self {
        case .masterEnvironment, .memberEnvironment, .bridge, .entrypoint: .environment
        case .masterPreseed, .memberPreseed, .userData, .userDataIncus: .yaml
        }
    }

    /// The variables that it may name; `nil` where it is not rendered.
    var variables: Set<String>? {
        switch self {
        case .masterEnvironment, .memberEnvironment:
            EnvironmentFile.names
        case .masterPreseed:
            [
                "BCM_CLUSTER_ENDPOINT_NAME", "BCM_LXD_ADDRESS", "BCM_LXD_CONFIG", "BCM_LXD_STORAGE",
                "BCM_LXD_POOL_CONFIG",
            ]
        case .memberPreseed:
            ["BCM_CLUSTER_ENDPOINT_NAME", "BCM_LXD_ADDRESS", "BCM_LXD_JOIN_CREDENTIAL", "BCM_LXD_MEMBER_CONFIG"]
        case .bridge: ["BCM_LXD_BRIDGE_ADDRESS"]
        case .userData:
            ["BCM_LXD_CHANNEL", "BCM_LXD_STORAGE", "BCM_CLUSTER_NAME", "BCM_CLUSTER_IDENTIFIER", "BCM_CLUSTER_STATE"]
        case .userDataIncus: ["BCM_LXD_STORAGE", "BCM_CLUSTER_NAME", "BCM_CLUSTER_IDENTIFIER", "BCM_CLUSTER_STATE"]
        case .entrypoint: nil
        }
    }

    /// The file as it was when the program was built.
    package var embedded: String {
        let bytes =
            switch self {
            case .masterEnvironment: PackageResources.master_env
            case .memberEnvironment: PackageResources.member_env
            case .masterPreseed: PackageResources.master_preseed_yml
            case .memberPreseed: PackageResources.member_preseed_yml
            case .bridge: PackageResources.bridge_conf
            case .entrypoint: PackageResources.entrypoint_sh
            case .userData: PackageResources.user_data_yml
            case .userDataIncus: PackageResources.user_data_incus_yml
            }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The templates: a file in `$BCM_RUNTIME_DIR/templates/` takes the place of the embedded one of the same name.
///
/// Each is read once: all members of a run are made from the same text.
package struct TemplateLibrary: Sendable {
    private let files: any Files
    private let folder: String
    private let known = KnownTemplates()

    /// The templates of the user whose runtime directory that is.
    package init(runtime: String, files: any Files) {
        self.files = files
        folder = ClusterFolder.templates(in: runtime)
    }

    /// The template; throws where the user's own cannot be read.
    package func template(_ file: TemplateFile) throws -> Template {
        try known.template(file) {
            let path = "\(folder)/\(file.rawValue)"
            if let own = try files.read(path) { return Template(name: path, text: own, format: file.format) }
            return Template(name: file.rawValue, text: file.embedded, format: file.format)
        }
    }

    /// The template of the member's `.env`.
    package func environment(of member: MemberName) throws -> Template {
        try template(member.isNumberZero ? .masterEnvironment : .memberEnvironment)
    }

    /// Throws `Failure.badInput`, with template and line, where one of them could not be rendered: to be asked before
    /// anything is made.
    package func check(_ wanted: [TemplateFile] = TemplateFile.allCases) throws {
        for file in wanted {
            let template = try template(file)
            if let variables = file.variables { try template.check(variables) }
        }
    }
}

/// The templates that were read already.
private final class KnownTemplates: Sendable {
    private let templates = Mutex<[TemplateFile: Template]>([:])

    /// The template; reads it where it is not known yet.
    func template(_ file: TemplateFile, reading: () throws -> Template) rethrows -> Template {
        if let template = templates.withLock({ $0[file] }) { return template }
        let template = try reading()
        templates.withLock { $0[file] = template }
        return template
    }
}
