import Foundation
import Provisioning
import Testing

extension Units {
    /// Networks that span members: addresses, names, who reaches whom, and what comes and goes.
    @Suite struct Networks {
        /// An instance as the engine lists it, as far as its networks matter.
        private struct Listed: Decodable {
            struct State: Decodable {
                struct Interface: Decodable {
                    struct Address: Decodable { var family, address, scope: String }
                    var addresses: [Address]
                }
                var network: [String: Interface]?
            }
            var name: String
            var location: String
            var status: String
            var devices: [String: [String: String]]
            var state: State?

            /// What it was given, by network.
            var planned: [String: String] {
                var all: [String: String] = [:]
                for device in devices.values where device["type"] == "nic" {
                    if let network = device["network"], let address = device["ipv4.address"] { all[network] = address }
                }
                return all
            }
            /// What it has.
            var present: Set<String> {
                Set(
                    (state?.network ?? [:]).filter { $0.key != "lo" }.values.flatMap(\.addresses)
                        .filter { $0.family == "inet" && $0.scope == "global" }.map(\.address))
            }
        }

        private func listed(_ sandbox: Sandbox) async throws -> [Listed] {
            let text = try await sandbox.client("list", "--format", "json")
            return try JSONDecoder().decode([Listed].self, from: Data(text.utf8)).filter { $0.status == "Running" }
        }

        /// All have the addresses that they were given, and no address is there twice.
        private func expectAddresses(_ count: Int, _ sandbox: Sandbox, at location: SourceLocation = #_sourceLocation)
            async throws -> [Listed]
        {
            let instances = try await SystemTime().wait(
                for: "the addresses of \(count)", limit: .seconds(180), every: .seconds(1)
            ) {
                let all = try await listed(sandbox)
                return all.count == count && all.allSatisfy { $0.present == Set($0.planned.values) } ? all : nil
            }
            let all = instances.flatMap(\.planned.values)
            #expect(Set(all).count == all.count, "\(all.sorted())", sourceLocation: location)
            return instances
        }

        /// Each reaches those that have a network in common with it, and no others.
        private func expectReach(
            _ instances: [Listed], _ sandbox: Sandbox, at location: SourceLocation = #_sourceLocation
        )
            async throws
        {
            for instance in instances {
                let (near, far) = (
                    instances.flatMap { other in
                        other.planned.filter { instance.planned[$0.key] != nil }.values
                    },
                    instances.flatMap { other in other.planned.filter { instance.planned[$0.key] == nil }.values }
                )
                func reached(_ addresses: [String], limit: Int) async throws -> Set<String> {
                    let script =
                        "for a in \(addresses.joined(separator: " ")); do "
                        + "(for n in $(seq \(limit)); do ping -c 1 -W 1 $a >/dev/null 2>&1 && echo $a && break; done) "
                        + "& done; wait"
                    let text = try await sandbox.client("exec", instance.name, "--", "sh", "-c", script)
                    return Set(text.split(separator: "\n").map(String.init))
                }
                // What does not answer at once may have been lost on the way.
                let missing = Set(near).subtracting(try await reached(near, limit: 5))
                if !missing.isEmpty {
                    let again = try await reached(missing.sorted(), limit: 60)
                    #expect(again == missing, "\(instance.name)", sourceLocation: location)
                }
                #expect(try await reached(far, limit: 1) == [], "\(instance.name)", sourceLocation: location)
            }
        }

        /// The names are known to an instance, whichever member it is on.
        private func expectNames(
            _ expected: [String: [String]], in instance: Listed, _ sandbox: Sandbox,
            at location: SourceLocation = #_sourceLocation
        ) async throws {
            for (name, addresses) in expected.sorted(by: { $0.key < $1.key }) {
                let text = try await sandbox.client("exec", instance.name, "--", "sh", "-c", "nslookup \(name) || true")
                // The first address is that of the server.
                let found = text.split(separator: "\n").filter { $0.hasPrefix("Address") }.dropFirst()
                    .compactMap { $0.split(separator: " ").last.map(String.init) }
                #expect(Set(found) == Set(addresses), "\(name) in \(instance.name): \(text)", sourceLocation: location)
            }
        }

        private func file(_ name: String, count: Int, networks: [String], _ sandbox: Sandbox) throws -> String {
            try sandbox.unit(
                name, count: count, networks.map { "[[network]]\nname = \"\($0)\"\n" }.joined())
        }

        /// Addresses, names and reach of all, after whatever has happened.
        private func expectAll(
            _ counts: [String: Int], _ sandbox: Sandbox, at location: SourceLocation = #_sourceLocation
        )
            async throws
        {
            let instances = try await expectAddresses(counts.values.reduce(0, +), sandbox, at: location)
            try await expectReach(instances, sandbox, at: location)
            func addresses(_ unit: String, on network: String) -> [String] {
                instances.filter { $0.name.hasPrefix("\(unit)-") }.compactMap { $0.planned[network] }
            }
            // One on each member, of those whose first network it is.
            var asked: Set<String> = []
            for instance in instances
            where instance.name.hasPrefix("front-") && asked.insert(instance.location).inserted {
                let other = try #require(instances.last { $0.planned["one"] != nil })
                let unit = other.name.hasPrefix("both") ? "both" : "front"
                let address = try #require(other.planned["one"])
                try await expectNames(
                    [
                        "front": addresses("front", on: "one"), "both.bcm": addresses("both", on: "one"),
                        other.name: [address], "\(other.name).\(unit).bcm": [address],
                    ], in: instance, sandbox, at: location)
            }
        }

        @Test("24 instances of three units over four members: addresses, names and reach, through all that may happen")
        func spanning() async throws {
            try await Sandbox.use("UN") { sandbox in
                let name = sandbox.cluster
                try await sandbox.upWithImage(members: 4)
                let front = try file("front", count: 10, networks: ["one"], sandbox)
                let back = try file("back", count: 10, networks: ["two"], sandbox)
                let both = try file("both", count: 4, networks: ["one", "two"], sandbox)
                for path in [front, back, both] { try await sandbox.mustRun("run", "-c", name, path) }
                try await expectAll(["front": 10, "back": 10, "both": 4], sandbox)
                for path in [front, back, both] {
                    #expect(try await sandbox.changes("run", path).allSatisfy { $0.sign == "=" })
                }

                // Fewer, cut off in the middle, and more again.
                _ = try file("front", count: 6, networks: ["one"], sandbox)
                try await sandbox.mustRun("run", "-c", name, front, "--yes")
                _ = try file("front", count: 10, networks: ["one"], sandbox)
                let run = try Spawned(sandbox, ["run", "-c", name, front])
                _ = try await SystemTime().wait(for: "one more", limit: .seconds(120), every: .milliseconds(20)) {
                    let listed = try await sandbox.run(
                        Product.engine.client, ["list", "front-", "--format", "csv", "--columns", "n"])
                    return listed.output.split(separator: "\n").count > 6 ? true : nil
                }
                run.send(SIGKILL)
                _ = try await run.wait()
                try await sandbox.mustRun("run", "-c", name, front)
                try await expectAll(["front": 10, "back": 10, "both": 4], sandbox)

                // A member comes, has instances on both networks, and goes.
                try await sandbox.mustRun("up", "-c", name, "-m", "4")
                _ = try file("both", count: 6, networks: ["one", "two"], sandbox)
                try await sandbox.mustRun("run", "-c", name, both)
                try await expectAll(["front": 10, "back": 10, "both": 6], sandbox)
                try await sandbox.mustRun("member", "remove", "-c", name, "\(name)-04", "--yes")
                try await expectAll(["front": 10, "back": 10, "both": 6], sandbox)
                for path in [front, back, both] {
                    #expect(try await sandbox.changes("run", path).allSatisfy { $0.sign == "=" })
                }

                try await memberDies([front, back, both], sandbox)
                for unit in ["back", "front", "both"] { try await sandbox.mustRun("rm", "-c", name, unit, "--yes") }
                #expect(try await sandbox.networks() == [])
                #expect(try await sandbox.client("network", "acl", "list", "--format", "csv").isEmpty)
            }
        }

        /// What was on a member that dies is made elsewhere, at other addresses; all is right again once it is back.
        private func memberDies(_ paths: [String], _ sandbox: Sandbox) async throws {
            let (name, member) = (sandbox.cluster, "\(sandbox.cluster)-03")
            try #require(try Daemon(member)).kill()
            _ = try await SystemTime().wait(for: "the member to be offline", limit: .seconds(120), every: .seconds(1)) {
                try await sandbox.online().contains(member) ? nil : true
            }
            for path in paths {
                let told = try await sandbox.bcmcluster("run", "-c", name, path, "--reschedule", "--yes")
                #expect(told.succeeded, "\(told.errors)")
            }
            try await sandbox.mustRun("repair", "-c", name, "--yes")
            for path in paths { try await sandbox.mustRun("run", "-c", name, path, "--yes") }
            try await expectAll(["front": 10, "back": 10, "both": 6], sandbox)
            for path in paths { #expect(try await sandbox.changes("run", path).allSatisfy { $0.sign == "=" }) }
        }

        @Test("A unit of several has a network unasked, who needs it is on it, and nothing gets in but by a port")
        func unasked() async throws {
            try await Sandbox.use("UO") { sandbox in
                let name = sandbox.cluster
                try await sandbox.upWithImage(members: 2)
                let db = try sandbox.unit("db", count: 2)
                let web = try sandbox.unit(
                    "web", "[[port]]\nlisten = 8080\ntarget = 80", instance: "needs = [\"db\"]")
                try await sandbox.mustRun("run", "-c", name, db)
                try await sandbox.mustRun("run", "-c", name, web)
                try await sandbox.client("launch", "tiny", "mine", "--target", "\(name)-00", "--quiet")
                let instances = try await SystemTime().wait(
                    for: "the addresses", limit: .seconds(180), every: .seconds(1)
                ) {
                    let all = try await listed(sandbox)
                    return all.count == 4 && all.allSatisfy { !$0.present.isEmpty } ? all : nil
                }
                let units = instances.filter { $0.name != "mine" }
                #expect(units.allSatisfy { Array($0.planned.keys) == ["db"] }, "\(units)")
                try await expectReach(units, sandbox)
                let webOne = try #require(units.first { $0.name == "web-1" })
                try await expectNames(
                    ["db": units.filter { $0.name != "web-1" }.flatMap(\.present), "web": Array(webOne.present)],
                    in: try #require(units.first { $0.name == "db-2" }), sandbox)
                // From the default bridge nothing gets in, and from the host by the port alone.
                let addresses = units.flatMap(\.present).sorted()
                let script = addresses.map { "ping -c 1 -W 1 \($0) >/dev/null 2>&1 && echo \($0)" }.joined(
                    separator: ";")
                #expect(try await sandbox.client("exec", "mine", "--", "sh", "-c", "\(script); true").isEmpty)
                // The way out is there, by the instance's own member.
                let gateway = try #require(sandbox.state().subnet?.address(1).description)
                for unit in units {
                    try await sandbox.client("exec", unit.name, "--", "ping", "-c", "1", "-W", "10", gateway)
                }
                #expect(try await sandbox.networks() == ["db: 10.249.0.0/22, db web, 3"])
                try await sandbox.mustRun("rm", "-c", name, "db", "--yes")
                #expect(try await sandbox.networks() == ["db: 10.249.0.0/22, web, 1"], "web is on it")
                try await sandbox.mustRun("rm", "-c", name, "web", "--yes")
                #expect(try await sandbox.networks() == [])
            }
        }
    }
}

extension Sandbox {
    /// The networks of units as `network list` tells of them: subnet, units, addresses in use.
    fileprivate func networks() async throws -> [String] {
        struct Told: Decodable {
            struct Network: Decodable {
                var name: String
                var subnet: String?
                var units: [String]
                var addressesInUse: Int
            }
            var networks: [Network]
        }
        let result = try await run(Product.bcmcluster, ["network", "list", "-c", cluster, "--json"])
        #expect(result.succeeded, "\(result.errors)")
        let told = try JSONDecoder().decode(Told.self, from: Data(result.output.utf8))
        return told.networks.filter { !$0.units.isEmpty }.map {
            "\($0.name): \($0.subnet ?? "-"), \($0.units.joined(separator: " ")), \($0.addressesInUse)"
        }
    }
}
