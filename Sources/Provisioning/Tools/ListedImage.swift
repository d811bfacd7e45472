/// An image that the cluster has: `GET /1.0/images?recursion=1`.
package struct ListedImage: Sendable, Equatable, Decodable {
    /// Another name of it.
    package struct Alias: Sendable, Equatable, Decodable {
        package var name: String
    }
    package var fingerprint: String
    /// `container` or `virtual-machine`.
    package var type: String
    /// Its other names.
    package var aliases: [Alias]?
    /// What is said of it.
    package var properties: [String: String]?
}
