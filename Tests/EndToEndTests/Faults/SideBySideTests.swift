import Foundation
import Provisioning
import Testing

extension Faults {
    /// Clusters that grow, and clusters beside each other.
    @Suite struct SideBySide {
        @Test("A cluster grows from one to three beside another, which its removal leaves unharmed")
        func growthAndNeighbour() async throws {
            try await Sandbox.use("G") { sandbox in
                let neighbour = "\(sandbox.cluster)2"
                try await sandbox.mustRun("up", "-c", sandbox.cluster)
                #expect(try await sandbox.online() == ["\(sandbox.cluster)-00"])
                async let grown = sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "2")
                async let made = sandbox.mustRun("up", "-c", neighbour)
                _ = try await (grown, made)
                #expect(try await sandbox.online() == Set((0...2).map { "\(sandbox.cluster)-0\($0)" }))

                try await expectListed(sandbox, [sandbox.cluster: 3, neighbour: 1])
                let traces = try HostTraces(sandbox.state())
                let before = try sandbox.state(of: neighbour)
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
                let left = try await traces.leftInTheEnd().filter { !$0.contains("\(neighbour)-") }
                #expect(left == [])
                #expect(try await sandbox.online("\(neighbour)-00") == ["\(neighbour)-00"])
                #expect(try sandbox.state(of: neighbour) == before)
                let again = try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
                #expect(again.errors.contains("nothing to destroy"))
                try await sandbox.mustRun("destroy", "-c", neighbour, "--yes")
            }
        }

        private func expectListed(_ sandbox: Sandbox, _ members: [String: Int]) async throws {
            struct Listing: Decodable {
                struct Cluster: Decodable {
                    var name: String
                    var provider: String
                    var members: Int
                    var state: String
                }
                var schemaVersion: Int
                var clusters: [Cluster]
            }
            let text = try await sandbox.mustRun("list", "--json").output
            let listing = try JSONDecoder().decode(Listing.self, from: Data(text.utf8))
            #expect(listing.schemaVersion == 2)
            #expect(Dictionary(uniqueKeysWithValues: listing.clusters.map { ($0.name, $0.members) }) == members)
            #expect(listing.clusters.allSatisfy { $0.provider == "namespace" && $0.state == "healthy" })
        }

        @Test("A user's own default remote and a remote of the same name are left alone")
        func remotesOfThePerson() async throws {
            try await Sandbox.use("R") { sandbox in
                let taken = "\(sandbox.cluster)-00"
                try await sandbox.client(
                    "remote", "add", taken, "https://192.0.2.77:8443", "--protocol", "simplestreams")
                let refused = try await sandbox.bcmcluster("up", "-c", sandbox.cluster)
                #expect(refused.ending == .exited(1))
                #expect(refused.errors.contains("already has a remote named \(taken)"))
                try await sandbox.client("remote", "rename", taken, "mine")
                try await sandbox.client("remote", "switch", "mine")
                let configuration = "\(sandbox.clientConfiguration)/config.yml"
                let before = try String(contentsOfFile: configuration, encoding: .utf8)
                try await sandbox.mustRun("up", "-c", sandbox.cluster)
                #expect(try await sandbox.client("remote", "get-default").trimmed == taken)
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
                #expect(try String(contentsOfFile: configuration, encoding: .utf8) == before)
            }
        }
    }
}
