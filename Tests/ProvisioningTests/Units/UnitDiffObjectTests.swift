import Testing

@testable import Provisioning

/// What becomes of a unit's networks and volumes.
@Suite struct UnitDiffObjectTests {
    private func diff(_ unit: Unit, _ workloads: Workloads) throws -> UnitDiff {
        try UnitDiff(unit, workloads, image: "tiny", isVM: false)
    }

    /// What becomes of networks where the new instances are on the first member.
    private func networkLines(_ unit: Unit, _ workloads: Workloads) throws -> [String] {
        let diff = try diff(unit, workloads)
        let places = diff.newMembers.map {
            InstancePlacement.Choice(name: unit.name.instance($0.number), member: "DEV-00", reason: "")
        }
        return try UnitDesign(diff, places, image: nil).changes.filter { $0.object == .network }.map(\.line)
    }

    private func refusal(_ unit: Unit, _ workloads: Workloads) throws -> Failure {
        try #require(throws: Failure.self) { try diff(unit, workloads) }
    }

    private func networked(_ address: String? = "10.77.0.1/24") throws -> Unit {
        try .web { $0.networks = address.map { [.init(name: "backend", address: $0)] } ?? [] }
    }

    // MARK: Networks

    @Test func aNetworkIsMadeChangedKeptAndTakenAway() throws {
        let made = try networkLines(networked(), .dev(2))
        #expect(made == ["+ network backend: 10.77.0.0/24 over all members"])
        let there = try Workloads.dev(2).with(networked())
        #expect(try networkLines(networked(), there) == ["= network backend"])
        #expect(
            try refusal(networked("10.78.0.1/24"), there).message
                == "the network backend has 10.77.0.0/24, and web-1 is on it")
        let empty = Workloads.dev(2) { $0.networks = there.networks }
        let changed = try networkLines(networked("10.78.0.1/24"), empty)
        #expect(changed == ["~ network backend: 10.77.0.1/24 → 10.78.0.1/24"])
        #expect(try networkLines(networked(nil), there) == ["- network backend: not in the file any more"])
        #expect(
            try diff(networked(nil), there).lines == [
                "~ instance web-1: eth0 is removed, and has no address before its next start"
            ])
    }

    @Test func aNetworkNeedsAllMembers() throws {
        var workloads = Workloads.dev(3)
        workloads.members[1].status = "Offline"
        #expect(
            try #require(throws: Failure.self) { try networkLines(networked(), workloads) }.message
                == "the network backend cannot be created while DEV-01 is offline")
        workloads.members[1].status = "Evacuated"
        #expect(try networkLines(networked(), workloads).first?.hasPrefix("+") == true)
    }

    @Test func aNetworkOfSomebodyElseIsRefused() throws {
        let foreign = Workloads.dev(1) { $0.networks.append(.bridge("backend", "10.77.0.1/24")) }
        #expect(
            try refusal(networked(), foreign).message
                == "network backend already exists, and was not created by bcmcluster")
        #expect(
            try refusal(networked(), foreign).hint
                == #"choose another name, or attach to that one: interface = "backend""#)
        let other = Workloads.dev(1) { $0.networks.append(.bridge("backend", "10.77.0.1/24", of: "db")) }
        #expect(try networkLines(.web(), other).isEmpty, "another unit's network is its own")
    }

    @Test func aNetworkThatOthersUseStays() throws {
        var workloads = try Workloads.dev(1).with(networked())
        let last = workloads.networks.count - 1
        workloads.networks[last].usedBy = ["/1.0/instances/web-1"]
        #expect(try networkLines(.web(), workloads) == ["- network backend: not in the file any more"])
        workloads.networks[last].usedBy = ["/1.0/instances/web-1", "/1.0/instances/mine?project=default"]
        #expect(
            try networkLines(.web(), workloads).last
                == "= network backend: not in the file any more, and kept while mine uses it")
    }

    // MARK: Volumes

    @Test func eachInstanceHasAVolumeOfItsOwnOrAllShareOne() throws {
        let own = try Unit.web(count: 2) { $0.volumes = [.of("data", 5 << 30)] }
        let workloads = try Workloads.dev(2).with(.web(count: 2))
        let made = try diff(own, workloads).changes.filter { $0.object == .volume }
        #expect(made.map(\.line) == ["+ volume web_data_1: 5GiB on DEV-00", "+ volume web_data_2: 5GiB on DEV-01"])
        #expect(
            made[1].work
                == .makeVolume(
                    member: "DEV-01",
                    keys: ["size=5GiB", "user.bcm.unit=web", "user.bcm.volume=data", "user.bcm.name=web_data_2"]))
        let shared = try Unit.web(count: 2) { $0.volumes = [.of("data", nil, shared: true)] }
        let one = try diff(shared, Workloads.dev(1).with(.web(count: 2))).changes.filter { $0.object == .volume }
        #expect(one.map(\.line) == ["+ volume web_data: on DEV-00"])
    }

    @Test func aVolumeGrowsAndDoesNotShrink() throws {
        func unit(_ size: Int?) throws -> Unit { try .web { $0.volumes = [.of("data", size)] } }
        let workloads = try Workloads.dev(1).with(unit(5 << 30))
        let grown = try diff(unit(6 << 30), workloads).changes.filter { $0.object == .volume }
        #expect(grown.map(\.line) == ["~ volume web_data_1: 5GiB → 6GiB"])
        #expect(grown[0].work == .setVolume(member: "DEV-00", keys: ["size=6GiB"]))
        #expect(try diff(unit(nil), workloads).lines.last == "= volume web_data_1: on DEV-00")
        let failure = try refusal(unit(4 << 30), workloads)
        #expect(
            failure.message
                == "the volume web_data_1 would shrink from 5GiB to 4GiB, and might lose what is on it")
        let limitless = try Workloads.dev(1).with(unit(nil))
        #expect(try diff(unit(1 << 30), limitless).lines.last == "~ volume web_data_1: as large as the pool → 1GiB")
    }

    @Test func aVolumeOfSomebodyElseIsRefused() throws {
        let unit = try Unit.web { $0.volumes = [.of("data")] }
        for (owner, words) in [(nil, "was not created by bcmcluster"), ("db", "belongs to the unit db")] {
            var workloads = try Workloads.dev(1).with(.web())
            workloads.volumes = [.of(owner, "web_data_1", on: "DEV-00")]
            #expect(
                try refusal(unit, workloads).message == "volume web_data_1 already exists, and \(words)")
        }
    }

    @Test func aVolumeOnAnotherMemberThanItsInstanceIsRefused() throws {
        let unit = try Unit.web { $0.volumes = [.of("data")] }
        var workloads = try Workloads.dev(2).with(.web())
        workloads.volumes = [.of("web", "web_data_1", on: "DEV-01")]
        #expect(
            try refusal(unit, workloads).message
                == "web-1 would be recreated without its data: its volume web_data_1 is on DEV-01")
        let anew = try UnitDiff(unit, workloads, image: "tiny", isVM: false, runOptions: .init(replaced: ["web-1"]))
        #expect(anew.newMembers.map(\.number) == [1] && anew.changes.map(\.sign) == [.remove])
        workloads.volumes = [.of("web", "web_data_1", on: nil)]
        #expect(try diff(unit, workloads).lines.last == "= volume web_data_1", "all reach it")
        workloads.volumes = [.of("web", "web_data_1", on: "none")]
        #expect(try diff(unit, workloads).lines.last == "= volume web_data_1", "so older versions of LXD say")
    }

    @Test func instancesOnTwoMembersCannotShareAVolume() throws {
        let unit = try Unit.web(count: 2) { $0.volumes = [.of("data", shared: true)] }
        var workloads = try Workloads.dev(2).with(.web(count: 2))
        #expect(
            try refusal(unit, workloads).message
                == "web-2 on DEV-01 cannot have the volume web_data, which DEV-00 alone can reach")
        workloads.volumes = [.of("web", "web_data", on: "DEV-00")]
        #expect(
            try refusal(unit, workloads).message
                == "web-2 would be recreated without its data: its volume web_data is on DEV-00")
        workloads.volumes = [.of("web", "web_data", on: nil)]
        #expect(try diff(unit, workloads).newMembers.isEmpty)
    }

    @Test func volumesThatNobodyHasAnyMoreStay() throws {
        let before = try Unit.web(count: 2) { $0.volumes = [.of("data"), .of("old")] }
        let after = try Unit.web { $0.volumes = [.of("data")] }
        var workloads = try Workloads.dev(1).with(before)
        workloads.volumes.append(.of("db", "db_data_1", on: "DEV-00"))
        let design = try UnitDesign(try diff(after, workloads), [], image: nil)
        #expect(
            design.changes.filter { $0.object == .volume }.map(\.line) == [
                "= volume web_data_1: on DEV-00",
                "= volume web_data_2: on DEV-00, kept: not used by the file",
                "= volume web_old_1: on DEV-00, kept: not used by the file",
                "= volume web_old_2: on DEV-00, kept: not used by the file",
            ])
        #expect(design.works(on: .volume).isEmpty)
    }

    @Test(arguments: ["10.248.0.9/24", "10.0.0.1/8", "10.64.0.77/24"])
    func addressesThatOthersHaveAreRefused(_ address: String) throws {
        let unit = try Unit.web { $0.networks = [.init(name: "back", address: address)] }
        let failure = try #require(throws: Failure.self) {
            try UnitDiff(unit, .dev(2), image: "tiny", isVM: false)
        }
        #expect(failure.message.hasPrefix("the network back would have "), "\(failure.message)")
    }

    @Test func aNetworkThatFailedIsMadeAnew() throws {
        let unit = try Unit.web { $0.networks = [.init(name: "back", address: "10.9.0.1/24")] }
        var workloads = try Workloads.dev(1).with(unit)
        let index = try #require(workloads.networks.firstIndex { $0.name == "back" })
        workloads.networks[index].status = "Errored"
        #expect(try networkLines(unit, workloads) == ["+ network back: 10.9.0.0/24 over all members"])
    }
}
