import Foundation
import Provisioning
import Testing

extension Fleets {
    /// Clusters over hosts whose state is lost together with the list of the hosts.
    @Suite struct LostFleets {
        @Test(
            "A lost cluster over hosts, which have other names by now: rebuilt, grown, lost again and deleted as orphaned",
            arguments: ["namespace", "baremetal"])
        func life(_ provider: String) async throws {
            let programs = provider == "baremetal" ? ["systemctl": HostPrograms.systemctl] : [:]
            try await Sandbox.useHosts("LOX", 2, programs: programs) { sandbox, net, hosts in
                let before = try await net.traces(hosts)
                let name = sandbox.cluster
                let up = ["up", "-c", name, "--provider", provider, "--hosts", "h0,h1", "-m", "1"]
                let made = try await sandbox.run(Product.bcmcluster, up)
                try #require(made.succeeded, "\(made.errors)")
                let former = try sandbox.state()
                try await lose(sandbox)
                let unknown = try await sandbox.bcmcluster("status", "-c", name)
                #expect(unknown.errors.contains("cluster \(name) not found"), "\(unknown)")

                // Exchanged, so that nothing can be told by the names.
                for (host, other) in zip(hosts, ["h1", "rack"]) {
                    try await sandbox.mustRun("host", "add", other, "root@\(host.address)")
                }
                let refused = try await sandbox.bcmcluster("destroy", "-c", name, "--yes")
                #expect(refused.ending == .exited(1) && refused.errors.contains("\(name)-00 on h1"), "\(refused)")
                try await sandbox.mustRun("repair", "-c", name, "--yes")
                let state = try sandbox.state()
                #expect(state.members.map(\.name) == former.members.map(\.name))
                #expect(state.members.map(\.address) == former.members.map(\.address))
                #expect(Set(state.hosts.map(\.text)) == ["h1", "rack"] && state.port == former.port)
                #expect(state.spread?.map(\.address) == former.spread?.map(\.address))
                #expect(state.spread?.map(\.number) == former.spread?.map(\.number))
                let status = try await sandbox.mustRun("status", "-c", name)
                #expect(status.output.contains("is healthy: 2 members online"), "\(status.output)")

                try await lose(sandbox)
                for host in hosts { try await sandbox.mustRun("host", "add", host.name, "root@\(host.address)") }
                try await sandbox.mustRun("destroy", "--orphaned", "-c", name, "--yes")
                // The engine of a host that was a member stays, and holds nothing; the dead are not reaped at once.
                let stays = provider == "baremetal" ? hosts.map { "\($0.name): \(PackagedEngine.tested.process)" } : []
                let isAsBefore = try await SystemTime().wait(
                    for: "the hosts to be as before", limit: .seconds(30), every: .milliseconds(200)
                ) { try await net.traces(hosts).filter { !stays.contains($0) } == before ? true : nil }
                #expect(isAsBefore)
                #expect(try sandbox.runtimeContents() == ["hosts.json"])
            }
        }

        private func lose(_ sandbox: Sandbox) async throws {
            try FileManager.default.removeItem(atPath: sandbox.runtime)
        }
    }
}

extension EndToEnd.ByMultipass {
    @Test("multipass: a lost state is rebuilt by the marks of the VMs; another user's VM of such a name is left alone")
    func lost() async throws {
        try await Sandbox.useMultipass("LOM") { sandbox, multipass in
            let name = sandbox.cluster
            try await sandbox.mustRun(
                "up", "-c", name, "-m", "1", "--storage", "dir", "--provider", "multipass")
            let former = try sandbox.state()
            _ = try await multipass("launch", "24.04", "--name", "\(name)X-07")
            try FileManager.default.removeItem(atPath: sandbox.runtime)
            let listed = try await sandbox.mustRun("list")
            #expect(listed.output.contains(name) && !listed.output.contains("\(name)X"), "\(listed.output)")
            try await sandbox.mustRun("repair", "-c", name)
            let state = try sandbox.state()
            // The sizes of VMs are only in the state.
            #expect(state.members.map(\.name) == former.members.map(\.name) && state.identifier == former.identifier)
            #expect(state.members.map(\.address) == former.members.map(\.address))
            #expect(state.members.map(\.host) == former.members.map(\.host))
            #expect(state.settings.storage == .dir && state.remote?.name == "\(name)-00")
            try await sandbox.mustRun("status", "-c", name)
            try FileManager.default.removeItem(atPath: sandbox.runtime)
            try await sandbox.mustRun("destroy", "--orphaned", "-c", name, "--yes")
            let left = try await multipass("list", "--format", "csv")
            #expect(!left.contains("\(name)-0") && left.contains("\(name)X-07"))
        }
    }
}
