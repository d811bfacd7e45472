import Foundation
import Provisioning
import Testing

extension Hosts {
    /// VMs that are not the user's to change as VMs.
    @Suite struct VMMembers {
        @Test("A member of a cluster is shown as one, and neither deleted nor stopped as a VM")
        func members() async throws {
            try await TestHost.useMultipass("VC", 1) { remote, _, _ in
                let bin = "\(remote.folder)/local"
                try await remote.must("mkdir", [bin])
                try await remote.must("ln", ["-s", Product.multipassStandIn, "\(bin)/multipass"])
                let sandbox = remote.adding([
                    "PATH": "\(bin):\(remote.environment["PATH"] ?? "")", "MULTIPASS_STAND_IN_LIGHT": "1",
                    "MULTIPASS_STAND_IN_DIR": "\(remote.folder)/multipass",
                ])
                let (member, other) = ("\(sandbox.cluster)-00", "\(sandbox.cluster)-01")
                // Of the same name on another host, and of the cluster's kind: neither is a member.
                for place in [member, other, "h0/\(member)"] { try await sandbox.mustRun("vm", "launch", place) }
                try writeRecord(sandbox)
                let listed = try await sandbox.mustRun("vm", "list").output.split(separator: "\n").dropFirst()
                let clusters = listed.map { $0.split(separator: " ").last.map(String.init) }
                #expect(clusters == [sandbox.cluster, "-", "-"], "\(listed)")
                for verb in ["delete", "stop", "restart"] {
                    let refused = try await sandbox.bcmcluster("vm", verb, "local/\(member)")
                    #expect(refused.ending == .exited(1), "\(verb)")
                    #expect(refused.errors.contains("local/\(member) is a member of the cluster \(sandbox.cluster)"))
                    #expect(refused.errors.contains(verb == "delete" ? "member remove -c" : "bcmcluster stop -c"))
                }
                for place in ["h0/\(member)", other] { try await sandbox.mustRun("vm", "delete", place, "--yes") }
                try FileManager.default.removeItem(atPath: sandbox.files().path)
                try await sandbox.mustRun("vm", "delete", member, "--yes")
                #expect(try await sandbox.mustRun("vm", "list").output.isEmpty)
            }
        }

        private func writeRecord(_ sandbox: Sandbox) throws {
            let name = try ClusterName(sandbox.cluster)
            var state = ClusterState(
                name: name, identifier: "0123abcd", created: 0,
                settings: ClusterSettings(provider: .multipass, storage: .dir))
            state.members = [ClusterState.Member(name: MemberName(name, 0))]
            try LocalFiles().makeFolder(sandbox.files().path, mode: 0o700)
            try LocalFiles().write(StateStore.encode(state), to: sandbox.files().state, mode: 0o600)
        }
    }
}
