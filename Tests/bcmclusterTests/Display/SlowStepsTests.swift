import Provisioning
import Testing

@testable import bcmcluster

@Suite struct SlowStepsTests {
    private let plan: Plan
    private let slow: SlowSteps

    init() throws {
        plan = try Plan.sample(2)
        let files = TextFiles()
        let provider = try NamespaceProvider(
            root: HostRunner(), engine: .lxd, templates: TemplateLibrary(runtime: "/r", files: files), files: files,
            time: SystemTime())
        slow = SlowSteps(plan, provider: provider, cluster: "DEV", runLog: "/r/up.log")
    }

    @Test func whatTakesLongerThanUsualIsSaidOnce() {
        for index in [0, 1, 2] { slow.observe(.started(index: index, at: .seconds(1)), in: plan) }
        slow.observe(.finished(index: 2, at: .seconds(20)), in: plan)
        slow.observe(.started(index: 3, at: .seconds(35)), in: plan)
        #expect(slow.sentences(at: .seconds(21)) == [])
        #expect(
            slow.sentences(at: .seconds(22)) == [
                "note: DEV-00: launch the machine takes longer than expected: see "
                    + "/var/lib/bcmcluster/machines/DEV-00/console.log"
            ])
        #expect(
            slow.sentences(at: .seconds(32)) == [
                "note: DEV: write the state takes longer than expected: see /r/up.log"
            ])
        #expect(slow.sentences(at: .seconds(50)) == [])
        #expect(slow.sentences(at: .seconds(60)).count == 1, "each by its own beginning")
    }

    @Test func whatHasEndedOrWasDoneIsNotSlow() {
        slow.observe(.started(index: 1, at: .zero), in: plan)
        slow.observe(.failed(index: 1, at: .seconds(9), Failure(.conflict, "no")), in: plan)
        slow.observe(.skipped(index: 2, at: .zero), in: plan)
        #expect(slow.sentences(at: .seconds(999)) == [])
    }
}
