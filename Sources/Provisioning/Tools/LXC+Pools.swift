/// Storage pools, and the aliases of images.
extension LXC {
    /// A storage pool as the cluster lists it.
    package struct ListedPool: Sendable, Equatable, Decodable {
        package var name: String
        package var driver: String
        /// What uses it, as paths of the API.
        package var usedBy: [String]?

        enum CodingKeys: String, CodingKey {
            case name, driver
            case usedBy = "used_by"
        }
    }

    /// The cluster's storage pools.
    package func pools() async throws -> [ListedPool] {
        try await runner.decoded([ListedPool].self, from: query("/1.0/storage-pools?recursion=1", assumed: "[]"))
    }

    /// The storage drivers that the server has here; empty where it does not say (LXD 4.0).
    package func storageDrivers() async throws -> Set<String> {
        struct Driver: Decodable {
            var name: String
            enum CodingKeys: String, CodingKey { case name = "Name" }
        }
        struct Answer: Decodable {
            struct Environment: Decodable {
                var drivers: [Driver]?
                enum CodingKeys: String, CodingKey { case drivers = "storage_supported_drivers" }
            }
            var environment: Environment
        }
        let answer = try await runner.decoded(
            Answer.self, from: query("/1.0", assumed: #"{"environment":{}}"#))
        return Set((answer.environment.drivers ?? []).map(\.name))
    }

    /// Makes a storage pool on one member, pending until it is made on all, with the keys that are the member's own.
    package func preparePool(_ name: String, driver: String, on member: String, _ keys: [String]) async throws {
        try await runner.output(of: change(["storage", "create", name, driver] + keys + ["--target", member]))
    }

    /// Makes a storage pool whose members are all prepared.
    package func createPool(_ name: String, driver: String) async throws {
        try await runner.output(of: change(["storage", "create", name, driver], limit: .seconds(300)))
    }

    /// Changes keys of a storage pool that are one member's own.
    package func setPool(_ name: String, on member: String, _ keys: [String]) async throws {
        try await runner.output(
            of: change(["storage", "set", name] + keys + ["--target", member], limit: .seconds(300)))
    }

    /// Removes a storage pool from all members; one that is not there is fine.
    package func removePool(_ name: String) async throws {
        try await run(change(["storage", "delete", name], limit: .seconds(300)), unless: [.notFound])
    }

    /// The fingerprints of images in the default project, by alias.
    package func imageAliases() async throws -> [String: String] {
        struct Alias: Decodable {
            var name: String
            var target: String
        }
        let aliases = try await runner.decoded(
            [Alias].self, from: query("/1.0/images/aliases?recursion=1", assumed: "[]"))
        return Dictionary(aliases.map { ($0.name, $0.target) }) { first, _ in first }
    }

    /// Gives an image an alias, which another image may have had.
    package func setAlias(_ alias: String, to fingerprint: String) async throws {
        try await run(change(["image", "alias", "delete", alias]), unless: [.notFound])
        try await runner.output(of: change(["image", "alias", "create", alias, fingerprint]))
    }
}
