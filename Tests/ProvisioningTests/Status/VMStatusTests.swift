import Testing

@testable import Provisioning

/// Which VM is meant, from what the hosts say.
@Suite struct VMSightTests {
    private func host(_ name: String) throws -> Host {
        name == "local" ? try .local : try Host(name: HostName(name), destination: name)
    }

    private func observation(_ vms: [String: [String]], silent: [String] = []) throws -> VMStatus {
        let answers = try vms.map { name, instances in
            (
                host: try host(name),
                answer: Result<[Multipass.Instance], Failure>.success(
                    instances.map { Multipass.Instance(name: $0, state: "Running", ipv4: []) })
            )
        }
        let failures = try silent.map { name in
            (
                host: try host(name),
                answer: Result<[Multipass.Instance], Failure>.failure(Failure(.unreachable, "no answer within 5s"))
            )
        }
        return VMStatus(answers + failures, try Membership(runtime: "/r", files: InMemoryFiles()))
    }

    private func failure(_ text: String, in observation: VMStatus) throws -> Failure {
        try #require(throws: Failure.self) { try observation.vm(VMReference(text)) }
    }

    @Test func aNameThatOneHostHas() throws {
        let observation = try observation(["a": ["box"], "b": ["other"]])
        for text in ["box", "a/box"] { #expect(try observation.vm(VMReference(text)).place == "a/box") }
        let none = try failure("b/box", in: observation)
        #expect(none.code == .notFound && none.message == "VM box not found on a, b")
        #expect(try failure("bo", in: observation).exitStatus == 5)
    }

    @Test func aNameThatTwoHostsHave() throws {
        let observation = try observation(["a": ["box"], "b": ["box"]], silent: ["c"])
        let both = try failure("box", in: observation)
        #expect(both.exitStatus == 2 && both.message == "more than one host has a VM box: a, b")
        #expect(both.hint == "specify one: a/box or b/box")
    }

    @Test func aHostThatIsSilentMayHaveItToo() throws {
        let observation = try observation(["a": ["box"]], silent: ["b"])
        let found = try failure("box", in: observation)
        #expect(found.exitStatus == 4 && found.hint == "name the host: a/box")
        let unknown = try failure("other", in: observation)
        #expect(unknown.exitStatus == 4 && unknown.message.hasPrefix("b may have a VM other too"))
    }

    /// Only its own host was asked.
    @Test func aHostThatIsNamedAndSilent() throws {
        let silent = try failure("b/box", in: try observation([:], silent: ["b"]))
        #expect(silent == Failure(.unreachable, "no answer within 5s"))
    }
}
