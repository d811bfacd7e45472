import Provisioning

/// The commands that run something of the user's, or hand the terminal over.
extension Session {
    /// Does the command; `nil` where it is not one of these.
    func exec() async throws -> Int32? {
        let operands = invocation.operands
        return switch invocation.verb {
        case .exec: try await execInMembers()
        case .shell: try await OpenShell(in: operands.first, of: cluster).run(in: app)
        case .unitExec:
            try await show(
                ExecInUnit(
                    invocation.passedOn, in: UnitReference(operands[0]), on: cluster, mode: mode, limit: limit
                ).run(in: app), isTold: false)
        case .unitConsole:
            try await OpenConsole(of: UnitReference(operands[0]), on: cluster).run(in: app)
        case .vmExec:
            try await show(
                ExecInVM(invocation.passedOn, in: VMReference(operands[0]), mode: mode).run(in: app), isTold: false)
        case .vmShell:
            try await show(ExecInVM(nil, in: VMReference(operands[0]), mode: mode).run(in: app), isTold: false)
        default: nil
        }
    }

    /// Whether a command of the user's gets a terminal.
    private var mode: ExecMode { terminal.isInteractive ? .terminal : .passed }

    /// How long a command of the user's may take, where that was said.
    private var limit: Duration? {
        get throws { invocation.values[.timeout] == nil ? nil : try invocation.limits().machine }
    }

    private func execInMembers() async throws -> Int32 {
        let name = try cluster
        // What each printed is shown as soon as it has ended.
        let isTold = !invocation.isJSON
        let terminal = terminal
        let report = try await ExecInMembers(
            invocation.passedOn, in: invocation.operands, of: name, mode: invocation.isJSON ? nil : mode, limit: limit,
            tell: { if isTold { ExecOutcome($0).show(on: terminal) } }
        ).run(in: app)
        if case .ran(let results) = report, invocation.isJSON {
            terminal.result(try JSONText.text(ExecResult(cluster: name.text, members: results.map(ExecOutcome.init))))
        }
        return try show(report, isTold: true)
    }

    private func show(_ report: ExecInMembers.Report, isTold: Bool) throws -> Int32 {
        switch report {
        case .passed(let status): return status
        case .reviewed(let review): return try show(review)
        case .ran(let results):
            let outcomes = results.map(ExecOutcome.init)
            if !isTold { for outcome in outcomes { outcome.show(on: terminal) } }
            return outcomes.map(\.exitCode).max() ?? 0
        }
    }
}
