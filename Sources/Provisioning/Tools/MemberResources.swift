/// What a member has: `GET /1.0/resources`.
public struct MemberResources: Sendable, Equatable, Decodable {
    /// Its processors.
    public struct Processors: Sendable, Equatable, Decodable {
        /// How many threads they run at a time.
        public var total: Int
    }
    /// Its memory, in bytes.
    public struct Memory: Sendable, Equatable, Decodable {
        /// What is used.
        public var used: Int
        /// What there is.
        public var total: Int
    }
    /// Its processors.
    public var cpu: Processors
    /// Its memory.
    public var memory: Memory
}
