import Synchronization
import Testing

@testable import Provisioning

/// One connection that several wait for.
@Suite struct SSHConnectionTests {
    /// An `ssh` that hangs the first time until it is ended, and then answers.
    private final class HangingSSH: CommandRunner {
        let calls = Mutex(0)

        func run(_ command: Command) async throws -> CommandResult {
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            if call == 1 { try await Task.sleep(for: .untilItHangs) }
            return CommandResult()
        }
    }

    @Test(.endsHangs) func whoGivesUpWaitsNoLongerAndTheOthersGetIn() async throws {
        let ssh = HangingSSH()
        let connection = SSHConnection(
            try Host(name: HostName("a"), destination: "a"), by: ssh, time: SystemTime(), folder: "/f")
        let impatient = Task { try await connection.open(limit: .seconds(5)) }
        let patient = Task { try await connection.open(limit: .seconds(5)) }
        while ssh.calls.withLock({ $0 }) == 0 { await Task.yield() }
        impatient.cancel()
        await #expect(throws: CancellationError.self) { try await impatient.value }
        try await patient.value
        #expect(ssh.calls.withLock { $0 } == 2)
    }

    @Test func theWayOutIsWhatAPersonWouldType() throws {
        let host = try Host(name: HostName("a"), destination: "u@a", port: 2222, identity: "/k/my key")
        let connection = SSHConnection(host, by: HangingSSH(), time: SystemTime(), folder: "/f")
        let hint = connection.unreachable("refused").hint
        #expect(hint == "try ssh -p 2222 -i '/k/my key' u@a")
    }
}
