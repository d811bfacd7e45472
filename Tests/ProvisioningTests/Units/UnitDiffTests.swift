import Testing

@testable import Provisioning

/// What becomes of instances, by the file and by what there is.
@Suite struct UnitDiffTests {
    private func diff(
        _ unit: Unit, _ workloads: Workloads, image: String = "tiny", isVM: Bool = false, replace: Set<String> = [],
        reschedules: Bool = false
    ) throws -> UnitDiff {
        try UnitDiff(
            unit, workloads, image: image, isVM: isVM,
            runOptions: UnitDiff.RunOptions(replaced: replace, reschedules: reschedules))
    }

    private func refusal(
        _ unit: Unit, _ workloads: Workloads, image: String = "tiny", isVM: Bool = false, replace: Set<String> = []
    ) throws -> Failure {
        try #require(throws: Failure.self) {
            try diff(unit, workloads, image: image, isVM: isVM, replace: replace)
        }
    }

    // MARK: Add, keep, change

    @Test func limitsEnvironmentPortsAndUserDataChangeInPlace() throws {
        let before = try Unit.web {
            $0.environment = ["KEEP": "1", "CHANGE": "old", "GO": "x"]
            $0.ports = [.tcp(8080), .tcp(9090)]
        }
        let after = try Unit.web {
            ($0.cores, $0.memory, $0.description) = (2, 1 << 30, "front end")
            $0.environment = ["KEEP": "1", "CHANGE": "new", "COME": "y"]
            $0.ports = [.tcp(8080), Unit.Port(listen: 54, target: 53, transport: .udp)]
            $0.userData = "#cloud-config\n"
        }
        let found = try diff(after, .dev(1).with(before))
        #expect(found.changes.count == 1 && found.changes[0].sign == .change)
        #expect(
            found.changes[0].details.split(separator: "; ") == [
                "user-data changes, at its next start", "env CHANGE changes, at its next start",
                "env COME is set, at its next start", "env GO is removed, at its next start", "cores 1 → 2",
                "memory 512MiB → 1GiB", "description changes", "port tcp 9090 is removed", "port udp 54 is added",
            ])
        let isSecret = found.changes[0].details.contains("new") || found.changes[0].details.contains("old")
        #expect(!isSecret, "values may be secrets")
    }

    @Test func whatTheFileSaysNothingOfStays() throws {
        let unit = try Unit.web()
        var workloads = try Workloads.dev(1).with(unit)
        workloads.instances[0].config?.merge([
            "limits.cpu.priority": "5", "volatile.eth0.hwaddr": "00:16:3e:00:00:01", "boot.autostart": "true",
        ]) { $1 }
        workloads.instances[0].devices?.merge([
            "gpu": ["type": "gpu"], "root": ["type": "disk", "path": "/", "pool": "default", "size": "3GiB"],
        ]) { $1 }
        #expect(try diff(unit, workloads).lines == ["= instance web-1: on DEV-00"])
    }

    @Test(arguments: [("Stopped", "stopped"), ("Frozen", "frozen"), ("Error", "error")])
    func whatIsOffIsStarted(_ status: String, _ word: String) throws {
        let unit = try Unit.web()
        var workloads = try Workloads.dev(1).with(unit)
        workloads.instances[0].status = status
        let found = try diff(unit, workloads)
        #expect(found.lines == ["~ instance web-1: is \(word), and is started"])
        #expect(found.changes[0].work == .edit(member: "DEV-00", form: nil, starts: true))
        workloads.instances[0].status = "Ready"
        #expect(try diff(unit, workloads).changes.allSatisfy { $0.isIdle }, "a program in it has said so")
    }

    // MARK: recreated

    @Test func whatWasNeverStartedIsMadeAnew() throws {
        let unit = try Unit.web(count: 2)
        for never in ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z"] {
            var workloads = try Workloads.dev(2).with(unit)
            workloads.instances[1].status = "Stopped"
            workloads.instances[1].lastUsed = never
            // LXD forgets the date when it moves an instance.
            let moved = try diff(unit, workloads).lines
            #expect(moved == ["= instance web-1: on DEV-00", "~ instance web-2: is stopped, and is started"])
            workloads.instances[1].config?[UnitMark.unfinished] = "true"
            let found = try diff(unit, workloads)
            #expect(
                found.lines == [
                    "= instance web-1: on DEV-00", "- instance web-2: was never started: a run was interrupted",
                ])
            #expect(found.newMembers.map(\.number) == [2] && found.kept == 1)
        }
    }

    @Test("What a daemon died over is made anew; what was moved after it had run is started")
    func whatIsHalfMadeIsMadeAnew() throws {
        let unit = try Unit.web(count: 1)
        var workloads = try Workloads.dev(1).with(unit)
        workloads.instances[0].status = "Stopped"
        workloads.instances[0].lastUsed = "1970-01-01T00:00:00Z"
        workloads.instances[0].config?[UnitMark.identifier] = "u"
        workloads.instances[0].config?[UnitMark.engineIdentifier] = "u"
        #expect(try diff(unit, workloads).newMembers.map(\.number) == [1])
        for (key, value) in [
            (UnitMark.engineUserMap, "[]"), (UnitMark.enginePower, "STOPPED"), (UnitMark.engineTemplate, "rename"),
            (UnitMark.engineIdentifier, "another"),
        ] {
            var other = workloads
            other.instances[0].config?[key] = value
            #expect(try diff(unit, other).lines == ["~ instance web-1: is stopped, and is started"], "\(key)")
        }
    }

    @Test func anotherImageNeedsAWord() throws {
        let unit = try Unit.web(count: 2)
        let workloads = try Workloads.dev(2).with(unit)
        let failure = try refusal(unit, workloads, image: "other")
        #expect(
            failure.message == "web-1 would be recreated without its data: image tiny → other"
                && failure.hint
                    == "allow it with --replace web-1, or --replace web for all of them; volumes are kept"
                && failure.code == .conflict)
        #expect(
            try refusal(unit, workloads, image: "other", replace: ["web-1"]).message.hasPrefix(
                "web-2 would be recreated"))
        for words: Set<String> in [["web"], ["web-1", "web-2"]] {
            let found = try diff(unit, workloads, image: "other", replace: words)
            #expect(
                found.lines == ["- instance web-1: image tiny → other", "- instance web-2: image tiny → other"])
            #expect(found.newMembers.map(\.number) == [1, 2] && found.kept == 0)
        }
        var told = workloads
        for index in told.instances.indices { told.instances[index].config?["volatile.base_image"] = "f00" }
        let same = try UnitDiff(unit, told, image: "f00", fingerprint: "f00", isVM: false)
        #expect(same.lines.map { $0.contains("its image is renamed f00") } == [true, true], "in other words only")
        #expect(try diff(unit, workloads, replace: ["web"]).changes.allSatisfy { $0.isIdle }, "only where it is needed")
    }

    @Test func anotherKindOrASmallerDiskNeedsAWord() throws {
        let unit = try Unit.web { $0.disk = 10 << 30 }
        let workloads = try Workloads.dev(1).with(unit)
        #expect(try refusal(unit, workloads, isVM: true).message.hasSuffix(": container → virtual-machine"))
        let smaller = try Unit.web { $0.disk = 5 << 30 }
        #expect(try refusal(smaller, workloads).message.hasSuffix(": a smaller disk, 10GiB → 5GiB"))
        #expect(
            try diff(smaller, workloads, isVM: true, replace: ["web-1"]).lines
                == ["- instance web-1: container → virtual-machine, a smaller disk, 10GiB → 5GiB"])
    }

    @Test func aWordForNothingIsRefused() throws {
        let unit = try Unit.web(count: 2)
        let workloads = try Workloads.dev(1).with(unit)
        let failure = try refusal(unit, workloads, replace: ["web-1", "wbe-2"])
        #expect(failure.code == .badInput && failure.message == "--replace wbe-2: web has no instance of that name")
        #expect(failure.hint == "did you mean web-2?")
        #expect(try refusal(unit, .dev(1), replace: ["web-1"]).code == .badInput)
        #expect(
            try diff(unit, .dev(1), replace: ["web"]).newMembers.count == 2, "there is nothing yet, and that is fine")
    }

    // MARK: Count

    @Test func countUpFillsGapsAndCountDownTakesTheHighest() throws {
        let three = try Unit.web(count: 12)
        var workloads = try Workloads.dev(2).with(three)
        #expect(
            try diff(.web(count: 9), workloads).lines.filter { $0.hasPrefix("-") } == [
                "- instance web-10: count is 9", "- instance web-11: count is 9", "- instance web-12: count is 9",
            ])
        workloads.instances.removeAll { ["web-2", "web-5"].contains($0.name) }
        #expect(try diff(.web(count: 13), workloads).newMembers.map(\.number) == [2, 5, 13])
    }

    // MARK: Names

    @Test func aNameThatIsTakenIsRefusedBeforeAnything() throws {
        for (owner, words) in [(nil, "was not created by bcmcluster"), ("db", "belongs to the unit db")] {
            let config = owner.map { [UnitMark.unit: $0] } ?? [:]
            let workloads = Workloads.dev(1) { $0.instances = [.running("web-2", on: "DEV-00", config: config)] }
            let failure = try refusal(.web(count: 2), workloads)
            #expect(
                failure.message == "instance web-2 already exists, and \(words)" && failure.code == .conflict)
            #expect(failure.hint?.contains("lxc rename web-2 NEW") ?? false)
            #expect(try diff(.web(), workloads).newMembers.count == 1, "nobody wants web-2")
        }
    }

    /// `lxc copy` takes the mark along.
    @Test(arguments: ["copy", "web-copy", "web-01", "web-0", "web-1-2"])
    func whatHasTheMarkAndAnotherNameStopsTheRun(_ name: String) throws {
        let unit = try Unit.web(count: 2)
        var workloads = try Workloads.dev(1).with(unit)
        var copy = workloads.instances[0]
        copy.name = name
        workloads.instances.append(copy)
        #expect(try diff(unit, workloads).changes.map(\.name) == ["web-1", "web-2"], "a copy is nobody's")
        // A mark that somebody has set by hand.
        workloads.instances[2].config?[UnitMark.name] = nil
        for count in [1, 2, 3] {
            let failure = try refusal(.web(count: count), workloads)
            #expect(failure.message.hasPrefix("\(name) is labelled as part of the unit web, but not named like"))
            #expect(failure.hint == "lxc config unset \(name) user.bcm.unit, if it is yours")
        }
    }

    @Test func anInterfaceThatNobodyHasIsRefused() throws {
        let unit = try Unit.web { $0.interface = "eth7" }
        let failure = try refusal(unit, .dev(1))
        #expect(failure.message == "the members have no network and no interface eth7")
        #expect(failure.hint == "known: eth0, lxdbr0")
        for name in ["eth0", "lxdbr0"] {
            #expect(try diff(.web { $0.interface = name }, .dev(1)).newMembers.count == 1)
        }
        #expect(try refusal(.web { $0.interface = "lo" }, .dev(1)).code == .badInput)
        let own = try Unit.web {
            ($0.interface, $0.networks) = ("backend", [.init(name: "backend", address: "10.77.0.1/24")])
        }
        #expect(try diff(own, .dev(1)).newMembers.count == 1)
    }

    // MARK: Ports

    @Test func aPortThatAnotherHasIsRefusedForWhatStays() throws {
        let ported = try Unit.web { $0.ports = [.tcp(8080)] }
        var workloads = try Workloads.dev(2).with(.web())
        workloads = try workloads.with(.web("db") { $0.ports = [.tcp(8080)] })
        let failure = try refusal(ported, workloads)
        #expect(failure.message == "web-1 cannot have port tcp 8080: on DEV-00 it is used by db-1 of the unit db")
        #expect(try refusal(.web { $0.ports = [.tcp(8443)] }, workloads).message.hasSuffix("it is used by LXD"))
        #expect(try diff(.web { $0.ports = [.tcp(8081)] }, workloads).changes[0].sign == .change)
    }

    @Test func twoOnOneMemberGetNoPort() throws {
        let two = try Unit.web(count: 2)
        let ported = try Unit.web(count: 2) { $0.ports = [.tcp(8080)] }
        let failure = try refusal(ported, .dev(1).with(two))
        #expect(failure.message == "web-1 cannot have port tcp 8080: on DEV-00 it is used by web-2 of the unit web")
        #expect(try diff(ported, .dev(2).with(two)).changes.allSatisfy { $0.sign == .change })
        let one = try Unit.web { $0.ports = [.tcp(8080)] }
        #expect(try diff(one, .dev(1).with(two)).changes.map(\.sign) == [.change, .remove], "the other goes")
    }
}
