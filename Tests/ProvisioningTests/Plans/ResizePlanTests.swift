import Testing

@testable import Provisioning

/// Which members may be stopped to be resized.
@Suite struct ResizePlanTests {
    private func check(
        _ count: Int, stopping: [Int], starting: [Int] = [],
        _ change: (inout ClusterObservation) throws -> Void = { _ in }
    ) throws -> String? {
        let status = ClusterStatus(try ClusterObservation.dev(count, change))
        do {
            try ResizePlan.checkQuorum(
                status, stopping: stopping.map { try .dev($0) }, starting: starting.map { try .dev($0) })
            return nil
        } catch let failure as Failure { return failure.message }
    }

    @Test("Each of three voters may stop, one after the other; without a majority left none may")
    func majority() throws {
        #expect(try check(3, stopping: [0, 1, 2]) == nil)
        #expect(try check(1, stopping: [0])?.contains("no quorum") == true)
        func twoMembers(_ observation: inout ClusterObservation) {
            observation.members[0].entry?.roles = ["database-leader", "database"]
            observation.members[1].entry?.roles = ["database-standby"]
        }
        #expect(try check(2, stopping: [0], twoMembers)?.contains("stopping DEV-00 would stop the cluster") == true)
        #expect(try check(2, stopping: [1], twoMembers) == nil, "it has no vote")
    }

    @Test("With a member offline no other is stopped; one that is off and is to start does not count")
    func offline() throws {
        func lost(_ observation: inout ClusterObservation) {
            observation.members[2].machine = .stopped
            observation.members[2].daemon = .notQueried
            observation.members[2].entry?.status = "Offline"
        }
        #expect(try check(4, stopping: [1], lost)?.contains("DEV-02 is not online") == true)
        #expect(try check(4, stopping: [], starting: [2], lost) == nil)
    }
}
