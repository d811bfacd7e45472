import Provisioning
import Schemas

@testable import bcmcluster

extension Schema {
    /// What is wrong with the value as it is printed; nothing where it keeps to the schema.
    func complaints(about value: some Encodable) throws -> [String] {
        complaints(aboutText: try JSONText.text(value))
    }
}

/// The tree that the tests were built from.
enum SourceTree {
    static let root = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()
}
