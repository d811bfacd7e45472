import Testing

@testable import Provisioning

/// What is said of clusters without a state, and what is left alone.
@Suite struct OrphanTests {
    private typealias Keeper = OrphanedCluster.Keeper

    /// Hosts answer in any order.
    @Test func aStateThatMayBeThereOutweighsOneThatIsNot() {
        let (other, elsewhere) = (Keeper.other(path: "/a"), Keeper.elsewhere(path: "/b"))
        let ranked = [Keeper.unknown, .missing, elsewhere, other]
        for (index, most) in ranked.enumerated() {
            let all = Array(ranked.prefix(index + 1))
            #expect(Keeper.decisive(all) == most && Keeper.decisive(all.reversed()) == most)
        }
        #expect(Keeper.decisive([]) == .unknown)
    }

    /// A VM that runs tells nothing more when it is started.
    @Test func unmarkedMachinesAreForTheProvidersOwnCommands() throws {
        var orphan = OrphanedCluster(
            name: try ClusterName("DEV"), identifier: HostedCluster.unknown, provider: .multipass,
            members: try [0, 1].map { ClusterState.Member(name: try .dev($0)) }, copies: [], keeper: .unknown)
        #expect(
            LostState.hint(unmarked: orphan) == "multipass delete --purge DEV-00 DEV-01, if they are not needed")
        orphan.silent = [try .dev(1)]
        #expect(LostState.hint(unmarked: orphan).hasPrefix("multipass start DEV-01, so that they tell"))
        #expect(LostState.hint(unmarked: orphan).hasSuffix("multipass delete --purge DEV-00, if they are not needed"))
    }

    /// Without the certificate the cluster would count as one that was never bootstrapped.
    @Test(arguments: [true, false])
    func theCertificateIsFetchedAlsoWhereTheRemotesNameIsTaken(_ isFree: Bool) throws {
        var plan = ClusterPlan()
        AdoptPlan.addCertificate(try .dev(0), addsRemote: isFree, to: &plan)
        #expect(plan.entries.contains { $0.step is FetchCertificate })
        #expect(plan.entries.contains { $0.step is AddRemote } == isFree)
    }
}
