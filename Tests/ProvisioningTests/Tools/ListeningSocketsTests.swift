import Testing

@testable import Provisioning

@Suite struct ListeningSocketsTests {
    /// As iproute2 6.1 prints it.
    private static let output = """
        LISTEN 0      4096          *:8443            *:*    users:(("lxd",pid=4711,fd=21))
        LISTEN 0      4096   10.0.0.1:8443      0.0.0.0:*    users:(("incusd",pid=4712,fd=9),("incusd",pid=4713,fd=9))
        LISTEN 0      4096  127.0.0.1:8443      0.0.0.0:*
        LISTEN 0      4096   10.0.0.1:18443     0.0.0.0:*

        """

    private func listeners(_ address: String, _ answer: ScriptedRunner.Answer) async throws -> [String] {
        let runner = ScriptedRunner([ListeningSockets.question(8443).pasteable: [answer]])
        let address = try #require(IPv4(address))
        return try await ListeningSockets(runner).listeners(at: address, port: 8443).map {
            "\($0.address) \($0.process ?? "-")"
        }
    }

    @Test func whatListensAtTheAddressOrAtAny() async throws {
        #expect(try await listeners("10.0.0.1", .prints(Self.output)) == ["* lxd", "10.0.0.1 incusd"])
        #expect(try await listeners("10.0.0.2", .prints(Self.output)) == ["* lxd"])
        #expect(try await listeners("127.0.0.1", .prints(Self.output)) == ["* lxd", "127.0.0.1 -"])
    }

    @Test func whereItCannotSayNothingIsKnown() async throws {
        #expect(try await listeners("10.0.0.1", .ends(127, "ss: command not found")) == [])
    }
}
