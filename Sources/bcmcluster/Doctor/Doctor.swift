import Provisioning

/// Looks at this machine with the eyes of somebody who wants to make a cluster on it; changes nothing.
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

    /// The doctor of this machine.
    init(_ world: World) {
        runner = world.runner
        files = world.files
        environment = world.environment
        program = SystemCalls.pathOfProgram
        #if os(Linux)
            isLinux = true
        #else
            isLinux = false
        #endif
        isRoot = SystemCalls.effectiveUser == 0
        runtime = world.runtime
        provider = { try world.provider($0) }
        templates = world.templates
    }

    init(
        runner: any CommandRunner, files: any Files, environment: @escaping @Sendable (String) -> String?,
        program: @escaping @Sendable (String) -> String?, isLinux: Bool, isRoot: Bool, runtime: String,
        provider: @escaping @Sendable (ProviderName) throws -> any MachineProvider
    ) {
        self.runner = runner
        self.files = files
        self.environment = environment
        self.program = program
        self.isLinux = isLinux
        self.isRoot = isRoot
        self.runtime = runtime
        self.provider = provider
        templates = TemplateLibrary(runtime: runtime, files: files)
    }

    /// Everything that was found, in the order in which it matters.
    func examine() async -> DoctorReport {
        let rights = await rights()
        let virtualisation = virtualisation()
        let multipass = await multipass(hasVirtualisation: virtualisation?.level != .warning)
        let namespace = await namespace(mayBeRoot: rights.level == .ok)
        var findings = [await system(), rights] + [virtualisation].compactMap { $0 } + [multipass, namespace]
        findings.append(choice(multipass, namespace))
        findings += await client()
        findings += [await disk("disk", runtime)]
        if namespace.level == .ok { findings.append(await disk("disk of machines", "/var/lib/bcmcluster")) }
        findings += [await memory(), place(), ownTemplates()]
        let works = [(ProviderName.multipass, multipass), (.namespace, namespace)].filter { $1.level == .ok }
        return DoctorReport(providers: works.map(\.0.rawValue), findings: findings)
    }

    private func system() async -> Checkup {
        let kernel = await Versions(runner).line("uname", ["-srm"]) ?? "unknown system"
        return Checkup("system", .ok, "\(kernel), \(SystemCalls.processors) processors, bcmcluster \(Help.version)")
    }

    private func rights() async -> Checkup {
        if isRoot { return Checkup("rights", .ok, "running as root") }
        guard program("sudo") != nil else {
            return Checkup(
                "rights", .warning, "not root, and sudo is not installed: the namespace provider needs either",
                "run bcmcluster as root")
        }
        let allowed = try? await runner.run(Command("sudo", ["-n", "true"], limit: .seconds(20))).succeeded
        return allowed == true
            ? Checkup("rights", .ok, "passwordless sudo works")
            : Checkup(
                "rights", .warning, "sudo asks for a password, or refuses: the namespace provider needs root", "sudo -v"
            )
    }

    private func virtualisation() -> Checkup? {
        guard isLinux else { return nil }
        if (try? files.kind(of: "/dev/kvm")) != nil { return Checkup("kvm", .ok, "/dev/kvm exists") }
        return Checkup(
            "kvm", .warning, "/dev/kvm not found: multipass cannot create VMs here",
            "enable virtualisation in the firmware, or nested virtualisation for this VM, then modprobe kvm_intel or kvm_amd"
        )
    }

    private func place() -> Checkup {
        let topic = "files"
        let way = "move it away, or set BCM_RUNTIME_DIR to another folder"
        do {
            switch try files.kind(of: runtime) {
            case .folder, .link: return Checkup(topic, .ok, "clusters are kept in \(runtime)")
            case nil: return Checkup(topic, .ok, "clusters will be kept in \(runtime), created when needed")
            default: return Checkup(topic, .problem, "\(runtime) is not a folder: clusters are kept there", way)
            }
        } catch {
            return Checkup(topic, .problem, Failure(error).message, way)
        }
    }

    private func ownTemplates() -> Checkup {
        do {
            try templates.check()
            return Checkup("templates", .ok, "all templates are valid")
        } catch {
            let failure = Failure(error)
            return Checkup("templates", .problem, failure.message, failure.hint ?? "fix the file, or remove it")
        }
    }
}
