import Provisioning

/// The commands that change something, from what was typed to their operations.
extension Session {
    /// The operation of the command; `nil` where it changes nothing.
    func change() async throws -> (any Operation<ChangeReport>)? {
        _ = try invocation.timeline()?.check(LocalFiles())
        let operands = invocation.operands
        return switch invocation.verb {
        case .up: try await up()
        case .memberAdd:
            try Up(
                adding: invocation.count(), to: cluster, settings: invocation.settings(), hosts: invocation.hosts(),
                values: invocation.memberValues(of: cluster), options: options)
        case .destroy:
            try Destroy(
                cluster, purges: has(.purge), isOrphaned: has(.orphaned), identifier: invocation.identifier(),
                options: options)
        case .envStub:
            try await envStub()
        case .start: try Start(cluster, options: options)
        case .stop: try Stop(cluster, options: options)
        case .repair:
            try Repair(
                cluster, accepting: invocation.values[.accept], identifier: invocation.identifier(), options: options)
        case .memberRemove:
            try RemoveMember(
                operands[0], of: cluster, isForced: has(.force), purges: has(.purge), options: options)
        case .memberSet:
            try ResizeMembers(operands, of: cluster, to: invocation.settings(), options: options)
        case .copy: try CopyFiles(from: operands[0], to: operands[1], on: cluster)
        case .snapshotCreate:
            try CreateSnapshot(of: cluster, named: operands.first.map { try SnapshotName($0) }, options: options)
        case .snapshotRestore: try RestoreSnapshot(SnapshotName(operands[0]), of: cluster, options: options)
        case .snapshotDelete: try RemoveSnapshot(SnapshotName(operands[0]), of: cluster, options: options)
        case .upgrade: try Upgrade(cluster, channel: invocation.settings()[.channel], options: options)
        case .snapshotExport:
            try ExportSnapshot(SnapshotName(operands[0]), of: cluster, to: operands[1], options: options)
        case .snapshotImport:
            try ImportSnapshot(
                operands[0], as: invocation.values[.cluster].map { try ClusterName($0) }, options: options)
        case .imagePreload: try PreloadImage(operands[0], onto: cluster, options: options)
        case .run:
            try RunUnits(
                operands, on: cluster, replacing: invocation.replaced(), reschedules: has(.reschedule),
                waitingFor: invocation.goal(), options: options)
        case .rm: try DeleteUnit(UnitName(operands[0]), on: cluster, volumesToo: has(.volumes), options: options)
        case .unitStop: try unit(.stop)
        case .unitStart: try unit(.start)
        case .unitPause: try unit(.pause)
        case .unitResume: try unit(.resume)
        case .unitRestart: try unit(.restart)
        case .hostAdd:
            try AddHost(invocation.host())
        case .hostRemove: try RemoveHost(HostName(operands[0]), isForced: has(.force))
        case .vmLaunch:
            try CreateVM(
                VMReference(operands[0]), on: invocation.values[.host], settings: invocation.settings(),
                cloudInit: invocation.values[.cloudInit], limit: invocation.limits().machine)
        case .vmStart: try vm(.start)
        case .vmStop: try vm(.stop)
        case .vmRestart: try vm(.restart)
        case .vmDelete: try vm(.delete)
        case .vmTransfer: TransferFiles(from: operands[0], to: operands[1], isRecursive: has(.recursive))
        default: nil
        }
    }

    private func up() async throws -> any Operation<ChangeReport> {
        if let file = try await wantedFile() {
            return try ApplyClusterFile(file, name: nameBesideFile, options: options)
        }
        return try Up(
            cluster, furtherMembers: invocation.further(), settings: invocation.settings(),
            hosts: invocation.hosts(), values: invocation.memberValues(of: cluster), options: options)
    }

    private func envStub() async throws -> StubEnvironments {
        if let file = try await wantedFile() {
            return try StubEnvironments(of: file, name: nameBesideFile, options: options)
        }
        return try StubEnvironments(
            of: cluster, furtherMembers: invocation.further(), settings: invocation.settings(), options: options)
    }

    private func has(_ flag: Flag) -> Bool { invocation.values[flag] != nil }

    private var options: OperationOptions {
        get throws {
            var options = OperationOptions()
            options.limits = try invocation.limits()
            options.parallel = try invocation.parallel()
            options.waitsForLock = has(.wait)
            return options
        }
    }

    private func unit(_ change: SwitchInstance.Change) throws -> SwitchUnit {
        try SwitchUnit(
            UnitReference(invocation.operands[0]), on: cluster, change, isForced: has(.force), options: options)
    }

    private func vm(_ change: ChangeVM.Change) throws -> ChangeVM {
        try ChangeVM(VMReference(invocation.operands[0]), change, limit: invocation.limits().machine)
    }
}
