/// An image that the cluster has: `GET /1.0/images?recursion=1`.
public struct ListedImage: Sendable, Equatable, Decodable {
    /// Another name of it.
    public struct Alias: Sendable, Equatable, Decodable {
        /// The name.
        public var name: String
    }
    /// The fingerprint.
    public var fingerprint: String
    /// `container` or `virtual-machine`.
    public var type: String
    /// Its other names.
    public var aliases: [Alias]?
    /// What is said of it.
    public var properties: [String: String]?
}
