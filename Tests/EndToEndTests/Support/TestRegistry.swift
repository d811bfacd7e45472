import Foundation
import Provisioning
import Testing

/// A registry of container images on this machine, which `skopeo` reaches over plain HTTP, also in members.
struct TestRegistry {
    /// The host and the port, as they begin the name of an image.
    let address: String
    private let log: String

    /// What it was asked for, a line each.
    var requests: [String] {
        ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    /// Serves the layout under any name, at an address of this machine, while the work lasts.
    static func serve(
        _ layout: String, at host: String, _ sandbox: Sandbox, _ work: (TestRegistry) async throws -> Void
    ) async throws {
        let (port, log) = ("\(sandbox.folder)/registry.port", "\(sandbox.folder)/registry.log")
        let server = Task {
            try await LocalRunner().run(
                Command(
                    "\(Product.sources)/scripts/test-registry", [layout, port, log], limit: .seconds(1800),
                    effect: .changes))
        }
        defer { server.cancel() }
        let number = try await SystemTime().wait(for: "the registry", limit: .seconds(60), every: .milliseconds(50)) {
            try? String(contentsOfFile: port, encoding: .utf8)
        }
        let registry = TestRegistry(address: "\(host):\(number)", log: log)
        // Only what is called so is spoken to without TLS.
        let settings = "/etc/containers/registries.conf.d/bcmcluster-\(sandbox.cluster).conf"
        try LocalFiles().write(
            "[[registry]]\nlocation = \"\(registry.address)\"\ninsecure = true\n", to: settings, mode: 0o644)
        defer { try? FileManager.default.removeItem(atPath: settings) }
        try await work(registry)
    }
}
