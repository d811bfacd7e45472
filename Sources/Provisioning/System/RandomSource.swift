/// Randomness, passed in: so that tests are repeatable and a dry run makes no secret.
package protocol RandomSource: Sendable {
    /// A secret of that many capitals and digits.
    func secret(length: Int) -> String
    /// A short name of that many hexadecimal digits that no other cluster on the host should have.
    func identifier(length: Int) -> String
}

extension RandomSource {
    /// An identifier of something that no other has in all the world, as engines give one to each instance: a UUID.
    func uuid() -> String {
        var rest = identifier(length: 32)[...]
        return [8, 4, 4, 4, 12].map { length in
            defer { rest = rest.dropFirst(length) }
            return String(rest.prefix(length))
        }.joined(separator: "-")
    }
}

/// The operating system's random numbers, fit for secrets.
package struct SystemRandom: RandomSource {
    /// Nothing to set up.
    package init() {}

    /// A secret of capitals and digits.
    package func secret(length: Int) -> String { pick(length, from: Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")) }

    /// A name of hexadecimal digits.
    package func identifier(length: Int) -> String { pick(length, from: Array("0123456789abcdef")) }

    private func pick(_ count: Int, from alphabet: [Character]) -> String {
        var generator = SystemRandomNumberGenerator()
        return String((0..<count).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] })
    }
}
