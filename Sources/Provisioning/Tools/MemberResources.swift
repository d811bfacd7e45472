/// What a member has: `GET /1.0/resources`.
package struct MemberResources: Sendable, Equatable, Decodable {
    package struct Processors: Sendable, Equatable, Decodable {
        /// How many threads they run at a time.
        package let total: Int

        /// Makes a value; a number that no machine has is cut off.
        package init(total: Int) { self.total = total.clamped(to: Bounds.counts) }

        package init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            self.init(total: try values.decode(Int.self, forKey: .total))
        }

        private enum CodingKeys: CodingKey { case total }
    }
    package var cpu: Processors
    package var memory: StorageUse
}
