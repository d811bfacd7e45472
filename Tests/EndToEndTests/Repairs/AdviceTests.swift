import Foundation
import Provisioning
import Testing

extension Repairs {
    /// No advice leads in a circle: from each finding its own hint leads to a healthy cluster, or to none where it says so.
    @Suite struct Advice {
        /// A finding, by its code, and how it is caused; `AdviceTableTests` fails where one has no row here.
        enum Cause: String, CaseIterable, Sendable {
            // In a cluster of three that is healthy again afterwards.
            case machineOff = "machine-off"
            case stopped = "stopped"
            case daemonDead = "daemon-dead"
            case oneLossStops = "one-loss-stops"
            case noQuorum = "no-quorum"
            case noDaemonAnswers = "no-daemon-answers"
            case noAnswer = "no-answer"
            case noClusterAnswer = "no-cluster-answer"
            case machineMissing = "machine-missing"
            case dataLost = "data-lost"
            case notJoined = "not-joined"
            case notOnline = "not-online"
            case renamed = "renamed"
            case unmanagedMember = "unmanaged-member"
            case foreignClient = "foreign-client"
            case moved = "moved"
            case remoteMissing = "remote-missing"
            case remoteStale = "remote-stale"
            case remoteElsewhere = "remote-elsewhere"
            case restoreIncomplete = "restore-incomplete"
            case quorumLost = "quorum-lost"
            case noMachines = "no-machines"
            // In a cluster of its own.
            case deletionIncomplete = "deletion-incomplete"
            case unfinished = "unfinished"
            case interrupted = "interrupted"
            case changing = "changing"
            // Walked by ClientAccessTests, all by `repair`.
            case clientUntrusted = "client-untrusted"
            case certificateChanged = "certificate-changed"
            case apiUnreachable = "api-unreachable"
            case apiNotListening = "api-not-listening"
            case subnetUnclaimed = "subnet-unclaimed"
            case bridgeMissing = "bridge-missing"
            case vethDetached = "veth-detached"
            case tunnelBroken = "tunnel-broken"
            // Walked by UnitNetworkTests of Fleets.
            case networkLinksMissing = "network-links-missing"
            case firewallRulesMissing = "firewall-rules-missing"
            case firewallDrops = "firewall-drops"
            case forwardingOff = "forwarding-off"
            // Walked by ManyMembersTests.
            case limitsTooLow = "limits-too-low"
            // Walked by StoppedInstanceTests and KillTests; `slow` and `version-unknown` are notes on a healthy cluster.
            case stopInterrupted = "stop-interrupted"
            case removalInterrupted = "removal-interrupted"
            case slow = "slow"
            case versionUnknown = "version-unknown"
            // A note, walked by ClusterFileTests.
            case drifted = "drifted"
            // A note, seen by HealthTests.
            case unhealthy = "unhealthy"
            // Walked by ArchiveTests.
            case importIncomplete = "import-incomplete"
            // Here impossible: AdviceTableTests.
            case machineDeleted = "machine-deleted"
            case machineHangs = "machine-hangs"
            case daemonHangs = "daemon-hangs"
            case daemonFails = "daemon-fails"
            case removed = "removed"
            case versionsDiffer = "versions-differ"
            case hostUnreachable = "host-unreachable"
            case unreachable = "unreachable"

            /// Those that a healthy cluster of three meets one after the other, in two parts.
            static let parts = allCases.prefix { $0 != .deletionIncomplete }.split { $0 == .unmanagedMember }.map(
                Array.init)
        }

        @Test(
            "What happens to a cluster of three is said, and what is said to do makes it healthy",
            arguments: Cause.parts)
        func oneAfterTheOther(_ causes: [Cause]) async throws {
            try await Sandbox.use("AV") { sandbox in
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "2")
                for cause in causes {
                    try await bring(cause, about: sandbox)
                    try await AdviceWalk(sandbox).walk(from: cause.rawValue)
                }
            }
        }

        @Test("A member that the state does not have is removed by what is said to do")
        func unmanagedMember() async throws {
            try await Sandbox.use("AU") { sandbox in
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "2")
                let members = try sandbox.state().members
                try sandbox.changeState { $0.members.removeLast() }
                try await AdviceWalk(sandbox).walk(from: Cause.unmanagedMember.rawValue)
                #expect(try await sandbox.online().count == 2)
                // Its machine goes with the cluster's.
                try sandbox.changeState { $0.members = members }
            }
        }

        @Test("A removal that was cut off leads to its end")
        func deletion() async throws {
            try await Sandbox.use("AD") { sandbox in
                try await sandbox.mustRun("up", "-c", sandbox.cluster)
                try sandbox.changeState { $0.isDeleting = true }
                try await AdviceWalk(sandbox).walk(from: Cause.deletionIncomplete.rawValue)
            }
        }

        private func bring(_ cause: Cause, about sandbox: Sandbox) async throws {
            let (name, last) = (sandbox.cluster, "\(sandbox.cluster)-02")
            switch cause {
            case .machineOff: kill(try sandbox.holder(last), SIGKILL)
            case .stopped: try await sandbox.mustRun("stop", "-c", name)
            case .daemonDead, .oneLossStops: try #require(try Daemon(last)).kill()
            case .noQuorum: for index in 1...2 { try #require(try Daemon("\(name)-0\(index)")).kill() }
            case .noDaemonAnswers: for index in 0...2 { try #require(try Daemon("\(name)-0\(index)")).kill() }
            case .noAnswer: kill(try #require(try Daemon(last)).number, SIGSTOP)
            case .noClusterAnswer:
                for index in 0...2 { kill(try #require(try Daemon("\(name)-0\(index)")).number, SIGSTOP) }
            case .machineMissing: try await sandbox.loseMachine(last)
            case .dataLost: try await loseData(of: last, sandbox)
            case .notJoined:
                try await loseData(of: last, sandbox)
                try await sandbox.client("cluster", "remove", last, "--force", "--yes")
            case .notOnline: try await sandbox.client("cluster", "evacuate", last, "--force")
            case .renamed: try await sandbox.client("cluster", "rename", last, "web")
            case .foreignClient:
                let certificate = try await sandbox.makeCertificate("thief")
                try await sandbox.client(Product.trustArguments(certificate, "thief"))
            case .moved:
                try sandbox.changeState { state in
                    state.members[2].address = state.members[2].address.map { IPv4(bits: $0.bits + 40) }
                }
            case .remoteMissing:
                try await sandbox.client("remote", "switch", "local")
                try await sandbox.client("remote", "remove", "\(name)-00")
            case .remoteStale:
                let other = try await sandbox.makeCertificate("other")
                try await sandbox.must(
                    "cp", [other, "\(sandbox.clientConfiguration)/servercerts/\(name)-00.crt"])
            case .remoteElsewhere:
                try await sandbox.client("remote", "set-url", "\(name)-00", "https://192.0.2.1:8443")
            case .restoreIncomplete:
                try await sandbox.mustRun("snapshot", "create", "-c", name, "one")
                try sandbox.changeState { $0.restoring = try? SnapshotName("one") }
            case .quorumLost: for index in 0...1 { try await sandbox.loseMachine("\(name)-0\(index)") }
            case .noMachines: for index in 0...2 { try await sandbox.loseMachine("\(name)-0\(index)") }
            default: Issue.record("\(cause) is not of this kind")
            }
        }

        /// The machine runs again, and its daemon knows nothing.
        private func loseData(of member: String, _ sandbox: Sandbox) async throws {
            kill(try sandbox.holder(member), SIGKILL)
            try await sandbox.must(
                "rm", ["-rf", "--one-file-system", "/var/lib/bcmcluster/machines/\(member)/\(Product.engine.name)"])
            // It does not become whole in that time.
            _ = try await sandbox.bcmcluster("start", "-c", sandbox.cluster, "--timeout", "10s")
        }
    }
}

/// A walk from a finding by hints, as `status` prints them, until the cluster is healthy.
struct AdviceWalk {
    private struct Answer: Decodable {
        struct Finding: Decodable {
            var code: String
            var hint: String
        }
        var healthy: Bool
        var message: String
        var findings: [Finding]
    }

    let sandbox: Sandbox

    init(_ sandbox: Sandbox) { self.sandbox = sandbox }

    /// Follows at most three hints: first that of the finding with that code, then the first ones.
    func walk(from code: String, at location: SourceLocation = #_sourceLocation) async throws {
        // What was killed is noticed a moment later.
        var answer = try await SystemTime().wait(
            for: "the finding \(code)", limit: .seconds(120), every: .milliseconds(200)
        ) {
            let answer = try await ask()
            return answer?.findings.contains { $0.code == code } ?? false ? answer : nil
        }
        var hint = try #require(answer.findings.first { $0.code == code }?.hint, sourceLocation: location)
        var way = ["\(code): \(hint)"]
        for _ in 1...3 {
            try await follow(hint)
            guard let next = try await ask() else { return }
            if next.healthy { return }
            answer = next
            hint = answer.findings[0].hint
            way.append("\(answer.findings[0].code): \(hint)")
        }
        Issue.record("\(way) ends with: \(answer.message)", sourceLocation: location)
    }

    /// What `status` says; `nil` where there is no cluster any more.
    private func ask() async throws -> Answer? {
        let result = try await sandbox.bcmcluster("status", "-c", sandbox.cluster, "--json")
        if result.ending == .exited(5) { return nil }
        return try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
    }

    /// Does what the hint says, as a user would who answers yes to each question.
    private func follow(_ hint: String) async throws {
        let first = hint.split(separator: ", or").first.map(String.init) ?? hint
        for line in first.components(separatedBy: ", then ") {
            var words = line.split(separator: " ").map(String.init)
            let program = words.removeFirst()
            let verb = words.first ?? ""
            if words.last == "--watch" {
                let look = Array(words.dropLast())
                _ = try await SystemTime().wait(for: "the change", limit: .seconds(300), every: .milliseconds(200)) {
                    try await sandbox.run(Product.bcmcluster, look).ending == .exited(6) ? nil : true
                }
            } else if program == "bcmcluster" {
                let asks = ["repair", "destroy", "snapshot"].contains(verb)
                _ = try await sandbox.run(Product.bcmcluster, words + (asks ? ["--yes"] : []))
            } else {
                let asks = verb == "cluster" && words.contains("restore")
                _ = try await sandbox.run(program, words + (asks ? ["--force"] : []))
            }
        }
    }
}

extension Sandbox {
    /// The first process of a machine.
    func holder(_ machine: String) throws -> Int32 {
        let link = "/var/lib/bcmcluster/machines/\(machine)/holder"
        return try #require(Int32(FileManager.default.destinationOfSymbolicLink(atPath: link)))
    }

    /// Changes the state behind the tool's back.
    func changeState(_ change: (inout ClusterState) -> Void) throws {
        var state = try self.state()
        change(&state)
        try StateStore.encode(state).write(toFile: files().state, atomically: true, encoding: .utf8)
    }

    /// Makes a certificate that nobody knows, and returns its path.
    func makeCertificate(_ name: String) async throws -> String {
        let path = "\(folder)/\(name).crt"
        try await must(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                "-subj", "/CN=\(name)", "-keyout", "\(folder)/\(name).key", "-out", path,
            ])
        return path
    }
}
