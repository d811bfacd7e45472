import Provisioning
import Testing

@testable import bcmcluster

/// What a dry run prints, held to files written by hand from the specification.
@Suite struct ReviewTests {
    /// A step that does a chosen list of things through the recorder.
    private struct Scripted: Step {
        var title: String
        var member: MemberName?
        var done = false
        var actions: @Sendable (PlanContext) async throws -> Void = { _ in }
        func isDone(_ context: PlanContext) async throws -> Bool { done }
        func run(_ context: PlanContext) async throws { try await actions(context) }
    }

    private func golden(_ name: String) throws -> String {
        let tests = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()
        return try #require(try LocalFiles().read("\(tests)/Golden/\(name)"))
    }

    private func review(_ redactor: Redactor) async throws -> PlanReview {
        let recorder = Recorder()
        let name = try ClusterName("DEV")
        let first = MemberName(name, 0)
        let files = RecordingFiles(LocalFiles(), recorder)
        let runner = RecordingRunner(LocalRunner(), recorder)
        let state = ClusterState(
            name: name, identifier: "0123abcd", created: 0,
            settings: ClusterSettings(provider: .multipass, storage: .zfs))
        let folder = ClusterFolder(runtime: "/bcmcluster-test-nowhere", cluster: name)
        let templates = TemplateLibrary(runtime: folder.runtime, files: files)
        let context = PlanContext(
            store: StateStore(state, folder: folder, files: files), folder: folder, files: files, runner: runner,
            provider: MultipassProvider(base: runner, engine: .lxd, templates: templates, time: SystemTime()),
            engine: .lxd,
            templates: templates, sources: SettingSources(flags: [:], environment: { _ in nil }), time: SystemTime(),
            random: PlaceholderRandom(), redactor: redactor, limits: Limits())
        var plan = ClusterPlan()
        plan.add(Scripted(title: "write the state", done: true))
        plan.add(
            Scripted(title: "write .env", member: first) { context in
                try context.files.makeFolder("/home/a b/DEV-00", mode: 0o700)
                try context.files.write("BCM_LXD_SECRET=HUNTER22\n", to: "/home/a b/DEV-00/.env", mode: 0o600)
            })
        plan.add(
            Scripted(title: "launch the machine", member: first) { context in
                let machine = Subject.machine("DEV-00")
                _ = try await context.runner.run(
                    Command(
                        "multipass", ["launch", "24.04", "--cloud-init", "-"], input: "#cloud-config\nEOF\n",
                        limit: .seconds(930),
                        effect: .changes, touches: [machine]))
                _ = try await context.runner.run(
                    Command(
                        "multipass", ["exec", "DEV-00", "--", "cloud-init", "status"], effect: .awaits,
                        about: [machine], assumed: ""))
            })
        plan.add(Scripted(title: "release the host"))
        plan.add(
            Scripted(title: "remove the files") { context in
                try context.files.write("x", to: "/r", mode: 0o600)
                _ = recorder.takeActions()
                try context.files.remove("/r")
            })
        var review = try await PlanReview(plan, context, recorder)
        review.notes = ["multipass is not installed here"]
        return review
    }

    private func redactor() -> Redactor {
        let redactor = Redactor()
        redactor.conceal("HUNTER22", as: "<secret>")
        return redactor
    }

    @Test func asText() async throws {
        let review = try await review(redactor())
        let text = ReviewText(review: review, headline: "Plan of bcmcluster up -c DEV.", redactor: redactor()).text
        #expect(text == (try golden("review.txt")))
    }

    @Test func asData() async throws {
        let data = ReviewJSON(
            try await review(redactor()), command: "up", cluster: "DEV", redactor: redactor())
        #expect(try JSONText.text(data) == (try golden("review.json")))
    }

    /// The text is a script: a shell takes every line of it for what it is.
    @Test func theTextIsAShellScript() async throws {
        let review = try await review(redactor())
        let text = ReviewText(review: review, headline: "x", redactor: redactor()).text.replacing("<secret>", with: "s")
        let result = try await LocalRunner().run(Command("/bin/sh", ["-n"], input: text))
        #expect(result.succeeded, "\(result.errors)")
    }
}
