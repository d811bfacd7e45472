import Testing

@testable import Provisioning
@testable import bcmcluster

@Suite struct SlowStepsTests {
    private let plan: PlanOutline
    private let slow: SlowSteps

    init() throws {
        let files = TextFiles()
        let provider = try NamespaceProvider(
            root: HostRunner(), engine: .lxd, templates: TemplateLibrary(runtime: "/r", files: files), files: files,
            time: SystemTime())
        let name = try ClusterName("DEV")
        let state = ClusterState(
            name: name, identifier: "0123abcd", created: 0,
            settings: ClusterSettings(provider: .namespace, storage: .dir))
        let folder = ClusterFolder(runtime: "/r", cluster: name)
        let context = PlanContext(
            store: StateStore(state, folder: folder, files: files), folder: folder, files: files, runner: HostRunner(),
            provider: provider, engine: .lxd, templates: TemplateLibrary(runtime: "/r", files: files),
            sources: SettingSources(flags: [:], environment: { _ in nil }), time: SystemTime(), random: SystemRandom(),
            redactor: Redactor(), limits: Limits())
        plan = PlanOutline(try ClusterPlan.sample(2), context)
        slow = SlowSteps(
            PlanRun(outline: plan, subject: "DEV", rowOutcome: "ready", changes: [], log: "/r/up.log"))
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
