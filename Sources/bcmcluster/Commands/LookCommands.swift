import Provisioning

/// The commands that only look: each shows the report of its operation as a table or as data.
extension Session {
    /// Does the command; `nil` where it is not one of these.
    func look() async throws -> Int32? {
        switch invocation.verb {
        case .list: try await list()
        case .status: try await StatusCommand(session: self).run()
        case .ps: try await ps()
        case .volumeList: try await volumes()
        case .networkList: try await networks()
        case .snapshotList: try await snapshots()
        case .hostList: try await hosts()
        case .vmList: try await vms()
        case .vmInfo: try await vm()
        case .api: try await api()
        case .envShow: try await envShow()
        case .logs: try await logs(of: LogOwner(invocation.operands.first, of: cluster))
        case .unitLogs: try await logs(of: .unit(UnitReference(invocation.operands[0])))
        case .sshConfig: try await sshConfig()
        case .doctor: try await doctor()
        case .version: try await version()
        case .memberList: try await memberList()
        case .top: try await TopCommand(session: self).run()
        case .events: try await EventsCommand(session: self).run()
        default: nil
        }
    }

    private func list() async throws -> Int32 {
        let listing = ClusterListing(try await ListClusters().run(in: app))
        if listing.clusters.isEmpty, !invocation.isJSON {
            terminal.note("no clusters in \(app.runtime): create one with bcmcluster up -c DEV -m 2")
        } else {
            try show(listing, listing.text(width: width))
        }
        if let hint = app.hintForSudo { terminal.note("hint: \(hint)") }
        try ListClusters.checkHosts(app)
        return 0
    }

    private func memberList() async throws -> Int32 {
        let name = try cluster
        let listing = MemberListing(name, try await ListMembers(of: name).run(in: app))
        try show(listing, listing.text(width: width))
        return listing.isComplete ? 0 : 4
    }

    private func ps() async throws -> Int32 {
        let name = try cluster
        let unit = try invocation.operands.first.map { try UnitName($0) }
        let found = try await ListUnits(on: name, unit: unit).run(in: app)
        let listing = UnitListing(name, found.workloads, unit, images: found.images, health: found.health) {
            found.state.host(of: $0).text
        }
        if let unit, listing.instances.isEmpty { throw found.workloads.noUnit(unit) }
        if listing.instances.isEmpty, !invocation.isJSON {
            terminal.note("\(name) has no units: create one with bcmcluster run -c \(name) FILE")
        } else {
            try show(listing, listing.text(width: width, now: time.secondsSince1970))
        }
        return listing.instances.allSatisfy(\.reachable) ? 0 : 4
    }

    private func networks() async throws -> Int32 {
        let name = try cluster
        let unit = try invocation.operands.first.map { try UnitName($0) }
        let workloads = try await ListUnits(on: name, withState: false).run(in: app).workloads
        let listing = NetworkListing(name, workloads, unit)
        if let unit, listing.networks.isEmpty, !workloads.units.contains(unit.text) { throw workloads.noUnit(unit) }
        try show(listing, listing.text(width: width))
        return 0
    }

    private func volumes() async throws -> Int32 {
        let name = try cluster
        let unit = try invocation.operands.first.map { try UnitName($0) }
        let found = try await ListUnits(on: name, withState: false).run(in: app)
        let listing = VolumeListing(name, found.workloads, unit)
        if listing.volumes.isEmpty, !invocation.isJSON {
            terminal.note(unit.map { "\($0) has no volumes on \(name)" } ?? "no unit has volumes on \(name)")
        } else {
            try show(listing, listing.text(width: width))
        }
        return 0
    }

    private func snapshots() async throws -> Int32 {
        let name = try cluster
        let report = try await ListSnapshots(of: name).run(in: app)
        let listing = SnapshotListing(name, report.snapshots)
        if listing.snapshots.isEmpty, !invocation.isJSON {
            terminal.note("\(name) has no snapshots: take one with bcmcluster snapshot create -c \(name)")
        } else {
            try show(listing, listing.text(width: width, now: time.secondsSince1970))
        }
        if let problem = report.problem { terminal.say(problem) }
        return report.problem == nil ? 0 : 4
    }

    private func hosts() async throws -> Int32 {
        let answers = try await ListHosts().run(in: app)
        let listing = HostListing(
            answers.map { host, answer in
                switch answer {
                case .success(let status): HostListing.Row(host: host, observation: status)
                case .failure(let failure): HostListing.Row(host: host, trouble: failure.message)
                }
            })
        try show(listing.data, listing.text(width: width, now: time.secondsSince1970))
        return listing.exitStatus
    }

    private func vms() async throws -> Int32 {
        let found = try await ListVMs().run(in: app)
        let listing = VMListing(found)
        if !listing.vms.isEmpty || invocation.isJSON {
            try show(listing, listing.text(width: width))
        } else if found.silent.isEmpty {
            terminal.note("no VMs: create one with bcmcluster vm launch NAME")
        }
        for (host, failure) in found.silent {
            let named = "\(host.name): "
            let message =
                failure.message.hasPrefix(named) ? failure.message.dropFirst(named.count) : failure.message[...]
            terminal.say("\(terminal.mark(.failed)) \(host.name): \(message)")
        }
        return found.silent.isEmpty ? 0 : 4
    }

    private func vm() async throws -> Int32 {
        let report = try await InspectVM(VMReference(invocation.operands[0])).run(in: app)
        if let silence = report.silence {
            terminal.say(
                "\(report.vm.place) did not answer within \(silence.brief): only what \(Multipass.program) knows is shown"
            )
        }
        let details = VMDetails(report.vm, report.info)
        try show(details, details.text(width: width))
        return 0
    }

    private func api() async throws -> Int32 {
        let access = try APIAccess(ClusterReach(cluster, try await LocateAPI(of: cluster).run(in: app)))
        try show(access, access.text)
        return 0
    }

    private func version() async throws -> Int32 {
        let listing = VersionListing(try await ShowVersion(commit: BuildCommit.text).run(in: app))
        try show(listing, listing.text(width: width))
        return 0
    }

    private func doctor() async throws -> Int32 {
        let listing = DoctorListing(try await DiagnoseMachine(members: (invocation.further() ?? 0) + 1).run(in: app))
        try show(listing, listing.text(width: width))
        terminal.note(listing.sentence)
        return listing.exitStatus
    }
}
