import Testing

@testable import Provisioning

/// What is left of a member.
@Suite struct SeatTests {
    private func resources(_ used: Int, _ total: Int, cores: Int = 8) -> MemberResources {
        MemberResources(cpu: .init(total: cores), memory: .init(used: used << 20, total: total << 20))
    }

    private func candidate(
        _ unit: Unit, _ workloads: Workloads, used: Int = 1000, sharing: Set<String> = ["DEV-00"],
        without gone: Set<String> = []
    ) -> PlacementCandidate {
        let store = PlacementCandidate.Store(name: "s", resources: resources(used, 8000), members: sharing)
        return PlacementCandidate("DEV-00", on: "local", store, for: unit, in: workloads, without: gone)
    }

    private let limits = ["limits.memory": "2000MiB", "limits.cpu": "3"]

    @Test func whatIsUsedOrPromisedIsNotFree() throws {
        let unit = try Unit.web()
        #expect(candidate(unit, .dev(2)).freeMemory == 7000 << 20)
        let workloads = Workloads.dev(2) {
            $0.instances = [
                .running("a", on: "DEV-00", config: limits), .running("b", on: "DEV-01", config: limits),
                .running("c", on: "DEV-00", config: ["limits.cpu": "0-3", "limits.memory": "50%"]),
            ]
        }
        let alone = candidate(unit, workloads)
        #expect(alone.freeMemory == 6000 << 20 && alone.freeCores == 5 && alone.cores == 8 && alone.instances == 2)
        #expect(candidate(unit, workloads, used: 3000).freeMemory == 5000 << 20, "more is used than promised")
        let shared = candidate(unit, workloads, sharing: ["DEV-00", "DEV-01"])
        #expect(shared.freeMemory == 4000 << 20 && shared.freeCores == 2 && shared.instances == 2)
    }

    @Test func theUnitsOwnCountAsTheFileSaysAndThoseThatGoDoNot() throws {
        let unit = try Unit.web { ($0.memory, $0.cores) = (3000 << 20, 2) }
        let marked = limits.merging([UnitMark.unit: "web"]) { $1 }
        let workloads = Workloads.dev(1) {
            $0.instances = [
                .running("web-1", on: "DEV-00", config: marked), .running("web-2", on: "DEV-00", config: marked),
            ]
        }
        let candidate = candidate(unit, workloads, without: ["web-2"])
        #expect(
            candidate.freeMemory == 5000 << 20 && candidate.freeCores == 6 && candidate.own == ["web-1"]
                && candidate.instances == 1)
    }

    @Test func onlyTheUnitsOwnGo() throws {
        let workloads = Workloads.dev(1) { $0.instances = [.running("web-2", on: "DEV-00", config: limits)] }
        #expect(candidate(try .web(), workloads, without: ["web-2"]).instances == 1)
    }

    @Test func portsAreThoseOfProxiesOnTheMember() throws {
        func proxy(_ listen: String, bind: String? = nil) -> ClusterInstance.Device {
            var device = ["type": "proxy", "listen": listen, "connect": "tcp:127.0.0.1:80"]
            device["bind"] = bind
            return device
        }
        let workloads = Workloads.dev(2) {
            $0.instances = [
                .running(
                    "a", on: "DEV-00",
                    devices: [
                        "a": proxy("tcp:0.0.0.0:80-82,90"), "b": proxy("udp:[::]:53", bind: "host"),
                        "c": proxy("tcp:10.64.0.10:7000"), "d": proxy("tcp:127.0.0.1:5000", bind: "instance"),
                        "e": proxy("unix:/run/x"), "f": ["type": "disk"], "g": proxy("tcp:0.0.0.0:9-8"),
                    ]), .running("b", on: "DEV-01", devices: ["a": proxy("tcp:0.0.0.0:6000")]),
            ]
        }
        #expect(
            candidate(try .web { $0.ports = [.tcp(4000)] }, workloads).ports
                == Self.own.union(["tcp 80", "tcp 81", "tcp 82", "tcp 90", "tcp 10.64.0.10:7000"]))
    }

    /// LXD's API, what it tells the bridges of names and addresses, and tunnels of networks.
    private static let own: Set<MemberPort> = [
        "tcp 8443", "tcp 53", "udp 53", "udp 67", "udp 8472", "udp 4789", "udp 51871",
    ]

    /// One that is about to get a port by the same run has it as well.
    @Test func anInstanceThatStaysHasThePortsOfTheFile() throws {
        let workloads = try Workloads.dev(1).with(.web())
        let unit = try Unit.web(count: 2) { $0.ports = [.tcp(8080)] }
        #expect(candidate(unit, workloads).ports == Self.own.union(["tcp 8080"]))
        #expect(candidate(unit, workloads, without: ["web-1"]).ports == Self.own)
    }
}
