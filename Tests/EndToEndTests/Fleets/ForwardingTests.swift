import Foundation
import Provisioning
import Testing

extension Fleets {
    /// What a host forwards while it has machines, and afterwards.
    @Suite struct Forwarding {
        private static let uplink = "net.ipv4.conf.eth0.forwarding"

        @Test("Forwarding is put back by the last cluster, but not what was started since another boot")
        func putBack() async throws {
            try await Sandbox.useHosts("HF", 1) { sandbox, net, hosts in
                let (host, cluster) = (hosts[0], sandbox.cluster)
                func forwards() async throws -> String {
                    try await net.run("sysctl -n \(Self.uplink)", on: host).trimmed
                }
                _ = try await net.run("sysctl -w net.ipv4.ip_forward=0", on: host)
                let up = ["up", "-c", cluster, "--provider", "namespace", "--hosts", "h0", "--json"]
                for isOfThisBoot in [true, false] {
                    #expect(try await sandbox.run(Product.bcmcluster, up).succeeded)
                    #expect(try await forwards() == "1")
                    // What turns it off behind the cluster's back is seen.
                    _ = try await net.run("sysctl -w \(Self.uplink)=0", on: host)
                    #expect(try await sandbox.run(Product.bcmcluster, up).succeeded)
                    #expect(try await forwards() == "1")
                    let note = "/var/lib/bcmcluster/forwarding/eth0"
                    if !isOfThisBoot { _ = try await net.run("ln -sfn 0ld-b00t \(note)", on: host) }
                    try await sandbox.mustRun("destroy", "-c", cluster, "--yes", "--json")
                    #expect(try await forwards() == (isOfThisBoot ? "0" : "1"))
                    #expect(try await net.run("ls -d /var/lib/bcmcluster 2>/dev/null", on: host) == "")
                }
            }
        }
    }
}
