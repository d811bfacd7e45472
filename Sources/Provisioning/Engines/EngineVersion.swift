/// A version of an engine, such as `5.21.7 LTS` or `6.9`.
package struct EngineVersion: Sendable, Hashable, Comparable {
    package let major: Int
    package let minor: Int
    /// 0 where the version has two numbers.
    package let patch: Int

    /// A version by its numbers.
    package init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
        (self.major, self.minor, self.patch) = (major, minor, patch)
    }

    /// Reads what an engine says of itself; `nil` where that does not begin with two numbers.
    package init?(_ text: String) {
        let word = text.split(separator: " ").first ?? ""
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
            .map { $0.prefix { $0.isASCII && $0.isNumber } }
        let numbers = parts.prefix { !$0.isEmpty }.prefix(3).compactMap { Int($0) }
        guard numbers.count >= 2 else { return nil }
        self.init(numbers[0], numbers[1], numbers.count > 2 ? numbers[2] : 0)
    }

    package static func < (one: EngineVersion, other: EngineVersion) -> Bool {
        (one.major, one.minor, one.patch) < (other.major, other.minor, other.patch)
    }
}

/// The versions of an engine that do not differ in what this tool uses, from one on.
package struct EngineRelease: Sendable, Equatable {
    /// The first of them.
    package let first: EngineVersion
    /// The last that is known; of a long-term release any patch is.
    package let last: EngineVersion
    package let abilities: EngineAbilities
}

/// What versions of engines differ in, as the recordings of real daemons have it (Tests/ProvisioningTests/Fixtures/engines).
package struct EngineAbilities: Sendable, Equatable {
    /// How many members may join at the same time.
    ///
    /// By trials with clusters of eight on two busy processors. Incus 7.0.2: of 357 joins four at a time two failed (of 287
    /// three at a time four), each with "server ID already in use", and each succeeded when it was repeated alone on a fresh
    /// machine, so that all 51 (41) clusters were complete; the seven joins took 0.51 (0.62) of the time that they take one by
    /// one. LXD 5.0 and Incus 6.0 let several in, or hang for good. LXD 5.21 and 6.9 nearly always let several in, but that
    /// was not tried with this tool, and a fresh machine does not get in under the name of one whose join failed until the
    /// cluster has forgotten its certificate.
    package var joinsAtOnce = 1
    /// Whether certificates have names of their own: the certificate of a join that failed keeps the name from a server
    /// that is new.
    package var hasUniqueCertificateNames = false
    /// Whether a container's disk may have `shift=true` wherever the kernel can shift owners.
    ///
    /// LXD 5.0.2 says that it can and then refuses such a disk (kernel 6.18, ext4: "Required idmapping abilities not available");
    /// Incus 6.0.4 shifts the same folder.
    package var shiftsOwners = false
}

extension Engine {
    /// What is known of the engine's versions, the earliest first.
    package var releases: [EngineRelease] { Self.releases[name] ?? [] }

    private static let releases: [String: [EngineRelease]] = [
        Engine.lxd.name: [
            EngineRelease(first: EngineVersion(4, 0), last: EngineVersion(4, 0, .max), abilities: EngineAbilities()),
            EngineRelease(first: EngineVersion(5, 0), last: EngineVersion(5, 0, .max), abilities: EngineAbilities()),
            EngineRelease(
                first: EngineVersion(5, 21), last: EngineVersion(5, 21, .max),
                abilities: EngineAbilities(hasUniqueCertificateNames: true, shiftsOwners: true)),
            EngineRelease(
                first: EngineVersion(6, 1), last: EngineVersion(6, 9, .max),
                abilities: EngineAbilities(hasUniqueCertificateNames: true, shiftsOwners: true)),
        ],
        Engine.incus.name: [
            EngineRelease(
                first: EngineVersion(6, 0), last: EngineVersion(6, 0, .max),
                abilities: EngineAbilities(shiftsOwners: true)),
            EngineRelease(
                first: EngineVersion(7, 0), last: EngineVersion(7, 0, .max),
                abilities: EngineAbilities(joinsAtOnce: 4, shiftsOwners: true)),
        ],
    ]

    /// Whether that version is one of those that are known.
    package func knows(_ version: EngineVersion) -> Bool {
        releases.contains { $0.first <= version && version <= $0.last }
    }

    /// What that version can do; one that is not known is taken for the newest that is known of its major version, or of all
    /// where there is none of that.
    package func abilities(of version: EngineVersion) -> EngineAbilities {
        release(of: version)?.abilities ?? EngineAbilities()
    }

    /// The known version as which that one is treated, such as `6.9`; empty for an engine of which none is known.
    package func nearestRelease(to version: EngineVersion) -> String {
        release(of: version).map { "\($0.last.major).\($0.last.minor)" } ?? ""
    }

    private func release(of version: EngineVersion) -> EngineRelease? {
        releases.first { $0.first <= version && version <= $0.last }
            ?? releases.last { $0.first.major == version.major } ?? releases.last
    }
}
