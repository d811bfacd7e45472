import Testing

@testable import Provisioning

/// What must come before what, whatever else the recipes do.
@Suite struct RecipeTests {
    /// Whether one step waits for the other, directly or through others.
    private func waits(_ later: String, for earlier: String, in plan: ClusterPlan) -> Bool {
        let names = plan.entries.map(\.step.identifier)
        guard let goal = names.firstIndex(of: earlier), let start = names.firstIndex(of: later) else {
            Issue.record("\(earlier) or \(later) is not in the plan: \(names)")
            return false
        }
        return plan.waits(start, for: goal)
    }

    private func up(_ members: Int) throws -> ClusterPlan { UpPlan.plan(for: try Bench.state(members), decided: [:]) }

    @Test func everyStepStandsAfterThoseItWaitsFor() throws {
        for plan in [try up(5), DestroyPlan.plan(for: try Bench.state(5))] {
            for (index, entry) in plan.entries.enumerated() { #expect(entry.after.allSatisfy { $0 < index }) }
            #expect(Set(plan.entries.map(\.step.identifier)).count == plan.entries.count)
        }
    }

    @Test func nothingIsMadeBeforeItIsWrittenDown() throws {
        let plan = try up(3)
        // A check makes nothing, and what it refuses is not recorded.
        #expect(plan.entries[0].step.identifier == "check the networks and storage pools")
        #expect(plan.entries[1].step.identifier == "write the state")
        #expect(waits("write the state", for: "check the networks and storage pools", in: plan))
        for entry in plan.entries.dropFirst(2) {
            #expect(waits(entry.step.identifier, for: "write the state", in: plan))
        }
    }

    @Test func aMemberGoesFromItsEnvToItsJoin() throws {
        let plan = try up(3)
        let way = ["DEV-02 write .env", "DEV-02 launch the machine", "DEV-02 wait for LXD", "DEV-02 join the cluster"]
        for (earlier, later) in zip(way, way.dropFirst()) { #expect(waits(later, for: earlier, in: plan)) }
        #expect(waits("DEV-02 launch the machine", for: "prepare the host", in: plan))
        #expect(waits("DEV-02 join the cluster", for: "DEV-00 bootstrap the cluster", in: plan))
        #expect(
            !waits("DEV-00 bootstrap the cluster", for: "DEV-02 wait for LXD", in: plan),
            "the first does not wait for others")
        #expect(
            !waits("DEV-02 join the cluster", for: "DEV-01 wait for LXD", in: plan), "nor does one member for another")
    }

    @Test func theClientTrustsOnlyAfterTheCertificateCame() throws {
        let plan = try up(1)
        #expect(waits("DEV-00 add the lxc remote", for: "DEV-00 fetch the certificate", in: plan))
        #expect(waits("DEV-00 fetch the certificate", for: "DEV-00 bootstrap the cluster", in: plan))
        #expect(!plan.entries.contains { $0.step.title == "join the cluster" })
    }

    @Test func theClusterIsAskedInTheEnd() throws {
        let plan = try up(3)
        for joined in ["DEV-01 join the cluster", "DEV-02 join the cluster"] {
            #expect(waits("create the bridge lxdbr0", for: joined, in: plan))
        }
        #expect(waits("check that all members are online", for: "create the bridge lxdbr0", in: plan))
        #expect(waits("check that all members are online", for: "route the machines' traffic", in: plan))
        #expect(
            waits("DEV-00 bootstrap the cluster", for: "route the machines' traffic", in: plan),
            "a firewall may drop what members send each other")
    }

    @Test func overHostsReachIsCheckedFirstAndTheFirstToJoinAreOnDifferentOnes() throws {
        let plan = UpPlan.plan(for: try Bench.state(6, over: 3), decided: [:])
        let reach = "check that the hosts' members reach each other"
        for member in ["DEV-00", "DEV-01", "DEV-02"] { #expect(waits(reach, for: "\(member) wait for LXD", in: plan)) }
        #expect(!waits(reach, for: "DEV-03 wait for LXD", in: plan), "one of each host is enough")
        #expect(waits("DEV-00 bootstrap the cluster", for: reach, in: plan))
        for later in ["DEV-03", "DEV-04", "DEV-05"] {
            for earlier in ["DEV-01", "DEV-02"] {
                #expect(waits("\(later) join the cluster", for: "\(earlier) join the cluster", in: plan))
            }
        }
        #expect(!waits("DEV-02 join the cluster", for: "DEV-01 join the cluster", in: plan))
        let domain = "DEV-05 set its failure domain"
        #expect(waits(domain, for: "DEV-05 join the cluster", in: plan))
        #expect(waits("check that all members are online", for: domain, in: plan))
        #expect(try !up(3).entries.contains { [reach, "set its failure domain"].contains($0.step.title) })
    }

    @Test func eachHostIsReleasedAfterItsOwnMachinesAlone() throws {
        let plan = DestroyPlan.plan(for: try Bench.state(4, over: 2))
        #expect(waits("release the host h0", for: "DEV-02 remove the machine", in: plan))
        #expect(!waits("release the host h0", for: "DEV-01 remove the machine", in: plan))
        #expect(waits("remove the files", for: "release the host h0", in: plan))
        #expect(waits("remove the files", for: "release the host h1", in: plan))
    }

    @Test func destroyRemovesWhatTheRecordNamesAndTheFilesLast() throws {
        var state = try Bench.state(2)
        state.remote = ClusterState.Remote(name: "DEV-00")
        let plan = DestroyPlan.plan(for: state)
        #expect(
            Set(plan.entries.map(\.step.identifier)) == [
                "check the machines' owner", "mark the cluster as deleting", "remove the lxc remote",
                "DEV-00 remove the machine",
                "DEV-01 remove the machine", "release the host", "check that nothing is left", "remove the files",
            ])
        #expect(waits("mark the cluster as deleting", for: "check the machines' owner", in: plan))
        for entry in plan.entries.dropFirst(2) {
            #expect(waits(entry.step.identifier, for: "mark the cluster as deleting", in: plan))
        }
        for entry in plan.entries where entry.step.title != "remove the files" {
            #expect(waits("remove the files", for: entry.step.identifier, in: plan))
        }
        #expect(waits("release the host", for: "DEV-01 remove the machine", in: plan))
        #expect(waits("check that nothing is left", for: "release the host", in: plan))
        state.remote = nil
        #expect(!DestroyPlan.plan(for: state).entries.contains { $0.step.title == "remove the lxc remote" })
        #expect(DestroyPlan.planForFilesAlone().entries.map(\.step.title) == ["remove the files"])
        let machines = DestroyPlan.planForMachines(of: state).entries.map(\.step.title)
        #expect(machines.contains("remove the machine") && !machines.contains("remove the files"))
    }

    @Test func stopKeepsTheMajorityAsLongAsCanBe() throws {
        let state = try Bench.state(5)
        let roles: [[String]] = [
            ["database"], [], ["database", "database-leader"], ["database-standby"], ["database"],
        ]
        let members = roles.enumerated().map { index, roles in
            var member = MemberStatus(name: "DEV-0\(index)", isInState: true, machine: .running, daemon: .answers)
            member.entry = ClusterMember(
                name: member.name, url: "", database: roles.contains("database"), status: "Online", message: "",
                roles: roles)
            return member
        }
        let plan = StopPlan.plan(
            for: state,
            ClusterStatus(ClusterObservation(state: state, members: members, view: members.compactMap(\.entry))))
        for idle in ["DEV-01", "DEV-03"] {
            for voter in ["DEV-00", "DEV-04"] {
                #expect(waits("\(voter) stop the machine", for: "\(idle) stop the machine", in: plan))
                #expect(waits("DEV-02 stop the machine", for: "\(voter) stop the machine", in: plan))
            }
            #expect(waits("\(idle) stop the machine", for: "DEV-02 stop its instances", in: plan))
        }
        #expect(!waits("DEV-03 stop the machine", for: "DEV-01 stop the machine", in: plan))
    }

    @Test func startWaitsForNobodyBeforeStartingAnother() throws {
        let plan = StartPlan.plan(for: try Bench.state(3))
        #expect(!plan.entries.contains { ["launch the machine", "join the cluster"].contains($0.step.title) })
        for name in ["DEV-00", "DEV-01", "DEV-02"] {
            #expect(waits("\(name) start the machine", for: "prepare the host", in: plan))
            #expect(waits("check that all members are online", for: "\(name) wait for LXD", in: plan))
        }
        #expect(!waits("DEV-01 start the machine", for: "DEV-00 start the machine", in: plan))
    }
}
