import Testing

@testable import Provisioning

/// Virtual machines or containers, and which members get them.
@Suite struct UnitKindTests {
    private let runner = ScriptedRunner()

    private func kinds(_ unit: Unit, _ workloads: Workloads = .dev(3)) throws -> UnitInstanceType {
        UnitInstanceType(unit, workloads, try Bench.state(3), LXC(runner, engine: .lxd))
    }

    private func drivers(_ drivers: [String]) {
        for (index, text) in drivers.enumerated() {
            runner.on("lxc query '/1.0?target=DEV-0\(index)'", .prints(#"{"environment":{"driver":"\#(text)"}}"#))
        }
    }

    private func warn(_ messages: String...) {
        let warnings = messages.map { #"{"type":"Instance type not operational","last_message":"\#($0)"}"# }
        let all = warnings + [#"{"type":"Offline cluster member","last_message":"other"}"#]
        runner.on("lxc query '/1.0/warnings?recursion=1'", .prints("[\(all.joined(separator: ","))]"))
    }

    @Test func theFileDecides() async throws {
        for kind in Unit.Kind.allCases {
            let answer = try await kinds(.web { $0.kind = kind }).kind {
                Issue.record("nobody asks the image"); return nil
            }
            #expect(answer.isVM == (kind == .vm) && answer.remark == nil)
        }
        #expect(runner.lines.isEmpty)
    }

    @Test func thenTheInstancesThatThereAre() async throws {
        for isVM in [true, false] {
            let workloads = try Workloads.dev(3).with(.web(), isVM: isVM)
            let answer = try await kinds(.web(count: 2), workloads).kind { nil }
            #expect(answer.isVM == isVM && answer.remark == nil && runner.lines.isEmpty)
        }
    }

    @Test func thenTheImage() async throws {
        let container = try await kinds(.web()).kind { "container" }
        #expect(!container.isVM && container.remark == "web: using containers: the image is a container image")
        let vm = try await kinds(.web()).kind { "virtual-machine" }
        #expect(vm.isVM && vm.remark == nil && runner.lines.isEmpty)
    }

    @Test func thenWhatTheMembersCanRun() async throws {
        drivers(["lxc", "lxc | qemu", "lxc"])
        let some = try await kinds(.web()).kind { nil }
        #expect(some.isVM && some.remark == nil)
        #expect(try await kinds(.web()).able(some) == [try .dev(1)])
        drivers(["lxc", "lxc", "lxc"])
        warn("KVM support is missing (no /dev/kvm)", "KVM support is missing (no /dev/kvm)")
        let none = try await kinds(.web()).kind { nil }
        #expect(!none.isVM)
        #expect(
            none.remark
                == "web: using containers: no member can run virtual machines (LXD: KVM support is missing (no /dev/kvm))"
        )
        warn()
        #expect(
            try await kinds(.web()).kind { nil }.remark == "web: using containers: no member can run virtual machines")
    }

    @Test func aVMThatNobodyCanRunIsRefused() async throws {
        drivers(["lxc", "lxc", "lxc"])
        warn("no qemu")
        let kinds = try kinds(.web { $0.kind = .vm })
        let kind = try await kinds.kind { nil }
        let failure = try await #require(throws: Failure.self) { try await kinds.able(kind) }
        #expect(failure.message == "no member of DEV can run virtual machines (LXD: no qemu)")
        #expect(
            failure.hint == "use type = \"container\" with a container image" && failure.code == .conflict)
    }

    @Test func whoIsOfflineEvacuatedOrAStrangerGetsNothing() async throws {
        var workloads = Workloads.dev(3)
        workloads.members[0].status = "Offline"
        workloads.members[1].status = "Evacuated"
        workloads.members += [.dev(7)]
        workloads.members.append(workloads.members[2])
        workloads.members[4].name = "elsewhere"
        drivers(["", "", "lxc | qemu"])
        let kinds = try kinds(.web(), workloads)
        #expect(try await kinds.able(.init(isVM: false)) == [try .dev(2)])
        #expect(try await kinds.able(.init(isVM: true)) == [try .dev(2)])
        for index in workloads.members.indices { workloads.members[index].status = "Offline" }
        #expect(try await self.kinds(.web(), workloads).able(.init(isVM: true)) == [])
    }
}
