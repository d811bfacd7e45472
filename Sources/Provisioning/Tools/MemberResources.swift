/// What a member has: `GET /1.0/resources`.
public struct MemberResources: Sendable, Equatable, Decodable {
    /// Its processors.
    public struct Processors: Sendable, Equatable, Decodable {
        /// How many threads they run at a time.
        public let total: Int

        /// Makes a value; a number that no machine has is cut off.
        public init(total: Int) { self.total = total.clamped(to: Bounds.counts) }

        /// Reads a value.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            self.init(total: try values.decode(Int.self, forKey: .total))
        }

        private enum CodingKeys: CodingKey { case total }
    }
    /// Its processors.
    public var cpu: Processors
    /// Its memory, in bytes.
    public var memory: StorageUse
}
