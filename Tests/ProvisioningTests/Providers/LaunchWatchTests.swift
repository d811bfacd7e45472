import Synchronization
import Testing

@testable import Provisioning

/// What the user is told while `multipass launch` is silent.
@Suite(.endsHangs) struct LaunchWatchTests {
    private static let log =
        "multipass exec DEV-00 --no-map-working-directory -- sudo tail -n 100 /var/log/cloud-init.log"

    private let runner = ScriptedRunner()
    private let reports = Reports()

    private func watch(_ launch: @escaping @Sendable () async throws -> Void) async throws {
        let watch = LaunchWatch(member: try .dev(0), base: runner, time: VirtualTime(), limit: .seconds(900))
        let listener = Wait.Listener { [reports] wait in
            reports.add(wait.map { "\($0.what) \($0.detail ?? "-")" } ?? "over")
        }
        try await Wait.$listener.withValue(listener) { try await watch.during(launch) }
    }

    private var told: [String] { reports.all }

    /// The image, the boot, then cloud-init, into which it looks only once the machine runs.
    @Test func tellsHowFarItIs() async throws {
        runner.on(
            MultipassProviderTests.list, .ends(2, "list failed:"), MultipassProviderTests.listing([]),
            MultipassProviderTests.listing([("DEV-00", "Starting", nil)]),
            MultipassProviderTests.listing([("DEV-00", "Running", "10.1.1.2")]))
        let flags = Flags()
        runner.on(Self.log, .prints("start: modules-final/config-scripts_user: running\n"))
        try await watch { [reports] in
            while !reports.all.contains("cloud-init installing LXD") { await Task.yield() }
            await flags.raise("launched")
        }
        await flags.wait("launched")
        #expect(told.last == "over")
        let steps = told.reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
        #expect(
            steps == [
                "multipass -", "multipass preparing the image", "multipass booting", "cloud-init installing LXD",
                "over",
            ])
    }

    @Test func aRunThatIsCutOffEndsBoth() async throws {
        runner.on(MultipassProviderTests.list, MultipassProviderTests.listing([]))
        let running = Task { try await watch { try await Task.sleep(for: .untilItHangs) } }
        while told.count < 3 { await Task.yield() }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
    }
}

/// What was told, in order.
private final class Reports: Sendable {
    private let entries = Mutex<[String]>([])
    var all: [String] { entries.withLock { $0 } }
    func add(_ entry: String) { entries.withLock { $0.append(entry) } }
}
