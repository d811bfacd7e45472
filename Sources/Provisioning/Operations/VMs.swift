/// Looks at the VMs of all hosts: `bcmcluster vm list`.
package struct ListVMs: Operation {
    package init() {}

    package func run(in app: AppContext) async throws -> VMStatus {
        try await app.vms(on: app.allHosts(), withAddresses: true)
    }
}

/// What multipass knows about one VM: `bcmcluster vm info`.
package struct InspectVM: Operation {
    /// The VM, and what multipass says of it.
    package struct Report: Sendable {
        package var vm: VM
        package var info: Multipass.Info
        /// How long it was waited for, where it runs and did not answer.
        package var silence: Duration?
    }

    /// How long a VM may take to show that it answers.
    private static let timeout: Duration = .seconds(6)

    private let reference: VMReference

    package init(_ vm: VMReference) { reference = vm }

    package func run(in app: AppContext) async throws -> Report {
        let vm = try await app.vm(reference)
        let info = try await info(of: vm, app)
        return Report(vm: vm, info: info, silence: vm.instance.isRunning && info.ipv4.isEmpty ? Self.timeout : nil)
    }

    private func info(of vm: VM, _ app: AppContext) async throws -> Multipass.Info {
        let runner = app.runner(on: vm.host)
        // `multipass info` of a VM that hangs would stop everybody's calls.
        if vm.instance.isRunning {
            let inside = VM.runner(inside: vm.instance.name, by: runner, app.time)
            do { _ = try await inside.run(Command("true", [], limit: Self.timeout)) } catch let failure as Failure
                where failure.code == .timedOut
            { return Multipass.Info(vm.instance) }
        }
        do { return try await Multipass(runner).info(vm.instance.name) } catch let failure as Failure {
            throw failure.ofMultipass(on: vm.host.name)
        }
    }
}

/// Makes a VM on one of the hosts: `bcmcluster vm launch`.
package struct CreateVM: Operation {
    private let vm: VMReference
    private let host: String?
    private let settings: [Setting: String]
    private let cloudInit: String?
    private let limit: Duration

    /// A VM on that host, or where that word leaves the choice to the tool.
    ///
    /// `nil` is the reference's host, or this machine. `cloudInit` is the path of a file of user-data; the limit is how long it may take
    /// until it is up.
    package init(
        _ vm: VMReference, on host: String? = nil, settings: [Setting: String] = [:], cloudInit: String? = nil,
        limit: Duration = Limits().machine
    ) {
        self.vm = vm
        self.host = host
        self.settings = settings
        self.cloudInit = cloudInit
        self.limit = limit
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        let name = vm.name.text
        let launch = Multipass.Launch(
            name: name, image: settings[.image], cpus: settings[.cpus], memory: settings[.memory],
            disk: settings[.disk], userData: try userData(app.files), limit: limit)
        let host = try await VMPlacement(app: app).host(for: vm, by: self.host)
        try await checkIsFree(name, on: host, app)
        let place = "\(host.name)/\(name)"
        let runner = app.runner(on: host)
        var plan = Plan<HostContext>()
        let launched = plan.add(LaunchVM(host: host.name, runner: runner, launch: launch))
        if launch.userData != nil {
            plan.add(CheckVMSetup(host: host.name, runner: runner, name: name), after: [launched])
        }
        return try await app.changeOutsideClusters(
            PlannedChange(
                plan: plan, context: app.hostContext,
                announcement: ["launching \(place)"],
                summary: { _, _ in
                    let inside = VM.runner(inside: name, by: runner, app.time)
                    let address = try? await IP(inside).addresses(limit: .seconds(5)).first
                    return ["VM \(place) is running" + (address.map { ": \($0)" } ?? "")]
                }),
            command: "vm launch", subject: place, resume: "check it with bcmcluster vm info \(place)")
    }

    private func userData(_ files: any Files) throws -> String? {
        guard let path = cloudInit else { return nil }
        guard let text = try files.read(path) else {
            throw Failure(.badInput, "--cloud-init: file \(Shell.quoted(path.clipped)) not found")
        }
        try CloudInit.check(userData: text, from: Shell.quoted(path.clipped))
        return text
    }

    /// Throws where the name is another VM's there, or a cluster's member is to have it.
    private func checkIsFree(_ name: String, on host: Host, _ app: AppContext) async throws {
        let found = try await app.vms(on: [host])
        if let failure = found.silent.first?.failure { throw failure }
        if found.vms.contains(where: { $0.instance.name == name }) { throw LaunchVM.taken("\(host.name)/\(name)") }
        let membership = try Membership(runtime: app.runtime, files: app.files)
        guard let cluster = membership.cluster(of: name, on: host.name) else { return }
        throw Failure(
            .conflict, "\(name) is the name of a member of the cluster \(cluster)",
            hint: "choose another name, or create the member with bcmcluster up -c \(cluster)")
    }
}

/// Starts, stops, restarts or deletes a VM: `bcmcluster vm start` and its like.
package struct ChangeVM: Operation {
    /// What is done to it.
    package enum Change: String, Sendable { case start, stop, restart, delete }

    private let reference: VMReference
    private let change: Change
    private let limit: Duration

    package init(_ vm: VMReference, _ change: Change, limit: Duration = Limits().machine) {
        reference = vm
        self.change = change
        self.limit = limit
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        let vm = try await change == .delete ? app.vm(reference) : app.usableVM(reference)
        if let cluster = vm.cluster, change != .start {
            throw Failure(.conflict, "\(vm.place) is a member of the cluster \(cluster)", hint: hint(vm, cluster))
        }
        var plan = Plan<HostContext>()
        let (host, name, runner) = (vm.host.name, vm.instance.name, app.runner(on: vm.host))
        if let power = SwitchVM.Change(rawValue: change.rawValue) {
            plan.add(SwitchVM(host: host, runner: runner, name: name, change: power, limit: limit))
        } else {
            plan.add(DeleteVM(host: host, runner: runner, name: name))
        }
        let confirmation = Confirmation(
            command: "vm delete", headline: "this deletes:", losses: ["the VM \(vm.place) and everything in it"])
        return try await app.changeOutsideClusters(
            Provisioning.PlannedChange(
                plan: plan, context: app.hostContext, confirmation: change == .delete ? confirmation : nil,
                summary: { _, _ in ["\(change == .delete ? "VM " : "")\(vm.place) \(outcome)"] }),
            command: "vm \(change.rawValue)", subject: vm.place,
            resume: "check it with bcmcluster vm info \(vm.place)")
    }

    private var outcome: String {
        switch change {
        case .start: "is running"
        case .stop: "is stopped"
        case .restart: "restarted"
        case .delete: "deleted"
        }
    }

    /// What does that to a member in order.
    private func hint(_ vm: VM, _ cluster: ClusterName) -> String {
        change == .delete
            ? "use bcmcluster member remove -c \(cluster) \(vm.instance.name), or bcmcluster destroy -c \(cluster) for the whole cluster"
            : "use bcmcluster stop -c \(cluster) and bcmcluster start -c \(cluster)"
    }
}

/// Runs a command of the user's in a VM, or a shell: `bcmcluster vm exec`, `bcmcluster vm shell`.
package struct ExecInVM: Operation {
    private let reference: VMReference
    private let words: [String]?
    private let mode: ExecMode

    /// `nil` opens a login shell.
    package init(_ words: [String]?, in vm: VMReference, mode: ExecMode) {
        reference = vm
        self.words = words
        self.mode = mode
    }

    package func run(in app: AppContext) async throws -> ExecInMembers.Report {
        let vm = try await app.usableVM(reference)
        let (name, runner) = (vm.instance.name, app.runner(on: vm.host))
        let isShell = words == nil
        let words = words ?? UserSession.shell
        let command = Command(
            words[0], Array(words.dropFirst()), limit: UserSession.limit, effect: .changes
        ).passing(mode)
        var plan = Plan<HostContext>()
        // It would be started by the command, which then printed a spinner before everything else.
        if !vm.instance.isRunning {
            plan.add(SwitchVM(host: vm.host.name, runner: runner, name: name, change: .start, limit: .seconds(900)))
        }
        if app.recorder != nil {
            plan.add(RunInVM(runner: runner, name: name, command: command))
            return .reviewed(
                try await app.changeOutsideClusters(
                    Provisioning.PlannedChange(plan: plan, context: app.hostContext), command: "vm exec",
                    subject: vm.place,
                    resume: ""))
        }
        if !plan.entries.isEmpty {
            try await app.changeOutsideClusters(
                Provisioning.PlannedChange(plan: plan, context: app.hostContext), command: "vm exec", subject: vm.place,
                resume: ""
            ).check()
        }
        do {
            let inside = VMCommandRunner(runner, in: name, as: .login)
            guard isShell else { return .passed(try await inside.run(command).shellStatus) }
            return .passed(try await app.observer.whileHandingOver { try await inside.run(command).shellStatus })
        } catch let failure as Failure { throw failure.ofMultipass(on: vm.host.name) }
    }

    /// A user's command as a step, for the dry run.
    private struct RunInVM: Step {
        let title = "run the command"
        let runner: any CommandRunner
        let name: String
        let command: Command

        func isDone(_ context: HostContext) async throws -> Bool { false }
        func run(_ context: HostContext) async throws {
            _ = try await VMCommandRunner(runner, in: name, as: .login).run(command)
        }
    }
}

/// Copies a file or a folder into a VM, or out of one: `bcmcluster vm transfer`.
package struct TransferFiles: Operation {
    /// How long it may take: as long as the user lets it.
    private static let limit: Duration = .seconds(7 * 86_400)

    private let source: String
    private let target: String
    private let isRecursive: Bool

    /// One of the two is `[HOST/]NAME:PATH`.
    package init(from source: String, to target: String, isRecursive: Bool = false) {
        self.source = source
        self.target = target
        self.isRecursive = isRecursive
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        let transfer = try VMTransfer(from: source, to: target, isRecursive: isRecursive, app.files)
        let vm = try await app.usableVM(transfer.vm)
        guard vm.instance.isRunning else {
            throw Failure(
                .conflict, "\(vm.place) is not running: it is \(vm.instance.state)",
                hint: "bcmcluster vm start \(vm.place)")
        }
        let there = VMFiles(app.runner(on: vm.host), of: vm.instance.name, limit: Self.limit)
        var plan = Plan<HostContext>()
        plan.add(Copy(transfer: transfer, host: vm.host.name, there: there, app: app))
        return try await app.changeOutsideClusters(
            PlannedChange(
                plan: plan, context: app.hostContext,
                summary: { _, took in ["transferred (\(took.brief))"] }),
            command: "vm transfer", subject: vm.place, resume: "re-run the same command to start over")
    }

    private struct Copy: Step {
        let transfer: VMTransfer
        let host: HostName
        let there: VMFiles
        let app: AppContext

        var title: String { "transfer \(transfer.what)" }
        var expectedDuration: Duration? { .seconds(300) }

        func isDone(_ context: HostContext) async throws -> Bool { false }

        func run(_ context: HostContext) async throws {
            do { try await copy() } catch let failure as Failure { throw failure.ofMultipass(on: host) }
        }

        private func copy() async throws {
            switch transfer.content {
            case .file where transfer.isUpload: try await there.upload(transfer.local, to: transfer.path)
            case .folder:
                try await withArchive {
                    try await there.upload(folder: transfer.local, to: transfer.path, by: $0, here: app.runner)
                }
            case .either where try await there.isFolder(transfer.path.isEmpty ? "." : transfer.path):
                try await downloadFolder()
            case .file, .either:
                try await there.download(transfer.path, to: transfer.destination(app.files))
            }
        }

        private func downloadFolder() async throws {
            let folder = try transfer.folderDestination(app.files)
            try await withArchive { archive in
                // Before the archive is fetched, so that what is in the way is found first.
                try app.files.makeFolder(folder, mode: SystemCalls.modeOfUsersFolders)
                try await there.download(folder: transfer.path, to: folder, by: archive, here: app.runner)
            }
        }

        /// Does the work with the path of an archive here, in a folder that nobody else can enter, and removes it.
        private func withArchive(_ work: (String) async throws -> Void) async throws {
            let temporary = app.environment("TMPDIR") ?? "/tmp"
            let folder = "\(temporary)/bcmcluster-\(app.random.identifier(length: 12))"
            try app.files.makeFolder(folder, mode: 0o700)
            do { try await work("\(folder)/archive") } catch {
                try? app.files.remove(folder)
                throw error
            }
            try app.files.remove(folder)
        }
    }
}

extension AppContext {
    /// How long a VM may take to tell its addresses before its row has none.
    private static let addressTimeout: Duration = .milliseconds(1500)

    /// What those hosts say of their VMs; addresses cost a question to each VM that runs.
    func vms(on hosts: [Host], withAddresses: Bool = false) async throws -> VMStatus {
        let membership = try Membership(runtime: runtime, files: files)
        let time = time
        let answers = try await asking(hosts) { host, runner, _ in
            let instances = try await VMStatus.instances(on: host, by: runner)
            guard withAddresses else { return instances }
            return await VMStatus.withAddresses(instances, by: runner, time, limit: Self.addressTimeout)
        }
        return VMStatus(answers, membership)
    }

    /// The VM that the user means by `NAME` or `HOST/NAME`.
    fileprivate func vm(_ wanted: VMReference) async throws -> VM {
        let hosts = try wanted.host.map { [try host($0)] } ?? allHosts()
        return try await vms(on: hosts).vm(wanted)
    }

    /// The VM that is meant, unless it is deleted: then nothing but `delete` is of use.
    fileprivate func usableVM(_ wanted: VMReference) async throws -> VM {
        let vm = try await vm(wanted)
        guard vm.instance.state != "Deleted" else {
            throw Failure(
                .conflict, "\(vm.place) is deleted, but not purged",
                hint: "recover it there with \(Multipass.program) recover \(vm.instance.name), or purge it with "
                    + "bcmcluster vm delete \(vm.place)")
        }
        return vm
    }
}
