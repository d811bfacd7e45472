/// Whether clusters can be made on this machine, and what is in the way: `bcmcluster doctor`.
package struct DiagnoseMachine: Operation {
    /// The providers that work here, and what was found, in the order in which it matters.
    package struct Report: Sendable, Equatable {
        package var providers: [ProviderName]
        package var findings: [DoctorCheck]

        package init(providers: [ProviderName], findings: [DoctorCheck]) {
            self.providers = providers
            self.findings = findings
        }
    }

    private let members: Int

    /// Checks whether a cluster with so many members can be created.
    package init(members: Int = 1) { self.members = members }

    package func run(in app: AppContext) async throws -> Report {
        let report = await Doctor(app, members: members).examine()
        // What was cut off has found nothing out.
        try Task.checkCancellation()
        return report
    }
}

/// Checks whether clusters can be created on this machine; changes nothing.
struct Doctor: Sendable {
    let runner: any CommandRunner
    let files: any Files
    let environment: @Sendable (String) -> String?
    /// Where a program is, if it is there.
    let program: @Sendable (String) -> String?
    let isLinux: Bool
    let isRoot: Bool
    let runtime: String
    let provider: @Sendable (ProviderName) throws -> any MachineProvider
    let templates: TemplateLibrary
    /// How many members are wanted.
    let members: Int

    /// The doctor of this machine.
    init(_ app: AppContext, members: Int = 1) {
        self.members = members
        runner = app.runner
        files = app.files
        environment = app.environment
        program = SystemCalls.pathOfProgram
        #if os(Linux)
            isLinux = true
        #else
            isLinux = false
        #endif
        isRoot = SystemCalls.effectiveUser == 0
        runtime = app.runtime
        provider = { try app.provider($0) }
        templates = app.templates
    }

    init(
        runner: any CommandRunner, files: any Files, environment: @escaping @Sendable (String) -> String?,
        program: @escaping @Sendable (String) -> String?, isLinux: Bool, isRoot: Bool, runtime: String,
        members: Int = 1, provider: @escaping @Sendable (ProviderName) throws -> any MachineProvider
    ) {
        self.runner = runner
        self.files = files
        self.environment = environment
        self.program = program
        self.isLinux = isLinux
        self.isRoot = isRoot
        self.runtime = runtime
        self.provider = provider
        self.members = members
        templates = TemplateLibrary(runtime: runtime, files: files)
    }

    /// Everything that was found, in the order in which it matters.
    func examine() async -> DiagnoseMachine.Report {
        let rights = await rights()
        var virtualisation = virtualisation()
        let providers = await providers(
            mayBeRoot: rights.level == .ok, hasVirtualisation: virtualisation?.level != .warning)
        if virtualisation?.level == .warning,
            providers.allSatisfy({ !$0.traits.makesVMs || $0.checkup.level == .ok })
        {
            virtualisation = DoctorCheck("kvm", .ok, "/dev/kvm not found, and not needed: it is for VMs")
        }
        var findings = [await system(), rights] + [virtualisation].compactMap { $0 } + providers.map(\.checkup)
        findings += providers.flatMap(\.details)
        findings.append(choice(providers))
        let engine = engineChoice(takenProvider)
        findings += await engines() + [engine.check]
        findings += await Engine.$current.withValue(engine.engine) { await client() }
        findings += [await disk("disk", runtime)]
        let works = providers.filter(\.works)
        if works.contains(where: \.traits.sharesHost) {
            findings.append(await disk("disk of machines", StateCopy.hostFolder))
        }
        findings += [await memory(), place(), ownTemplates()]
        return DiagnoseMachine.Report(providers: works.map(\.traits.name), findings: findings)
    }

    private func system() async -> DoctorCheck {
        let kernel = await Versions(runner).line("uname", ["-srm"]) ?? "unknown system"
        return DoctorCheck("system", .ok, "\(kernel), \(SystemCalls.processors) processors, bcmcluster \(Tool.version)")
    }

    /// The provider that needs root.
    private var needsRoot: String {
        let names = ProviderRegistry.standard.entries.filter(\.traits.needsLocalRoot).map(\.traits.name.rawValue)
        return "the provider \(names.joined(separator: " or "))"
    }

    private func rights() async -> DoctorCheck {
        if isRoot { return DoctorCheck("rights", .ok, "running as root") }
        guard program("sudo") != nil else {
            return DoctorCheck(
                "rights", .warning, "not root, and sudo is not installed: \(needsRoot) needs either",
                "run bcmcluster as root")
        }
        let allowed = try? await runner.run(Command("sudo", ["-n", "true"], limit: .seconds(20))).succeeded
        return allowed == true
            ? DoctorCheck("rights", .ok, "passwordless sudo works")
            : DoctorCheck(
                "rights", .warning, "sudo asks for a password, or refuses: \(needsRoot) needs root", "sudo -v"
            )
    }

    private func virtualisation() -> DoctorCheck? {
        guard isLinux else { return nil }
        if (try? files.kind(of: "/dev/kvm")) != nil { return DoctorCheck("kvm", .ok, "/dev/kvm exists") }
        return DoctorCheck(
            "kvm", .warning, "/dev/kvm not found: \(Multipass.program) cannot create VMs here",
            "enable virtualisation in the firmware, or nested virtualisation for this VM, then modprobe kvm_intel or kvm_amd"
        )
    }

    private func place() -> DoctorCheck {
        let topic = "files"
        let way = "move it away, or set BCM_RUNTIME_DIR to another folder"
        do {
            switch try files.kind(of: runtime) {
            case .folder, .link: return DoctorCheck(topic, .ok, "clusters are kept in \(runtime)")
            case nil: return DoctorCheck(topic, .ok, "clusters will be kept in \(runtime), created when needed")
            default: return DoctorCheck(topic, .problem, "\(runtime) is not a folder: clusters are kept there", way)
            }
        } catch {
            return DoctorCheck(topic, .problem, Failure(error).message, way)
        }
    }

    private func ownTemplates() -> DoctorCheck {
        do {
            try templates.check()
            return DoctorCheck("templates", .ok, "all templates are valid")
        } catch {
            let failure = Failure(error)
            return DoctorCheck("templates", .problem, failure.message, failure.hint ?? "fix the file, or remove it")
        }
    }
}
