#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How an instance is asked whether it is healthy: `[health]` of a unit's file.
package struct HealthCheck: Sendable, Equatable {
    /// What is asked.
    package enum Question: Sendable, Equatable {
        /// A command in the instance, which exits with 0.
        case exec([String])
        /// A TCP port of it, which is open.
        case tcp(Int)
        /// A path of its HTTP server, which answers with a status from 200 to 399.
        case http(port: Int, path: String)
    }

    package var question: Question
    /// The pause between two tries of a run that waits, in milliseconds.
    package var interval = defaultInterval
    /// How many tries a run makes that waits.
    package var retries = defaultRetries
    /// How long one answer may take, in milliseconds.
    package var timeout = defaultTimeout

    static let defaultInterval = 2_000
    static let defaultRetries = 30
    static let defaultTimeout = 5_000

    /// A check with the usual times.
    package init(_ question: Question) { self.question = question }

    /// What is asked, for a sentence: `exec pg_isready`, `tcp 8080`, `http :8080/healthz`.
    package var text: String {
        switch question {
        case .exec(let words): "exec \(words.map(Shell.quoted).joined(separator: " ").clipped)"
        case .tcp(let port): "tcp \(port)"
        case .http(let port, let path): "http :\(port)\(path)"
        }
    }
}

/// As an instance has it, so that others than the file's owner know it: with its keys as in the file.
extension HealthCheck: Codable {
    private enum CodingKeys: String, CodingKey { case exec, tcp, http, interval, retries, timeout }

    /// Reads the mark; throws where it is not one.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        if let words = try values.decodeIfPresent([String].self, forKey: .exec), !words.isEmpty {
            question = .exec(words)
        } else if let port = try values.decodeIfPresent(Int.self, forKey: .tcp), 1...65_535 ~= port {
            question = .tcp(port)
        } else if let text = try values.decodeIfPresent(String.self, forKey: .http), let http = Question(http: text) {
            question = http
        } else {
            throw DecodingError.dataCorruptedError(forKey: .exec, in: values, debugDescription: "no question")
        }
        func time(_ key: CodingKeys, or usual: Int) throws -> Int {
            (try values.decodeIfPresent(Int.self, forKey: key) ?? usual).clamped(to: Self.times)
        }
        interval = try time(.interval, or: Self.defaultInterval)
        timeout = try time(.timeout, or: Self.defaultTimeout)
        retries = try (values.decodeIfPresent(Int.self, forKey: .retries) ?? Self.defaultRetries).clamped(
            to: Self.tries)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        switch question {
        case .exec(let words): try values.encode(words, forKey: .exec)
        case .tcp(let port): try values.encode(port, forKey: .tcp)
        case .http(let port, let path): try values.encode(":\(port)\(path)", forKey: .http)
        }
        try values.encode(interval, forKey: .interval)
        try values.encode(retries, forKey: .retries)
        try values.encode(timeout, forKey: .timeout)
    }

    /// The times that an interval and a timeout may have, in milliseconds, and how many tries there may be.
    static let times = 1_000...3_600_000
    static let tries = 1...1_000

    /// The text that instances have.
    package var mark: String? { try? JSONText.text(self, isCompact: true).trimmed }

    /// The check of a mark; `nil` where it is none.
    package init?(mark: String?) {
        guard let mark, let check = try? JSONDecoder().decode(Self.self, from: Data(mark.utf8)) else { return nil }
        self = check
    }
}

extension HealthCheck.Question {
    /// Reads `:8080/healthz`; `nil` where it is not of that form.
    init?(http text: String) {
        guard text.hasPrefix(":"), text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }), text.utf8.count <= 1024 else {
            return nil
        }
        let rest = text.dropFirst()
        let digits = rest.prefix { $0 != "/" }
        guard digits.utf8.allSatisfy({ 48...57 ~= $0 }), let port = Int(digits), 1...65_535 ~= port else { return nil }
        let path = rest.dropFirst(digits.count)
        self = .http(port: port, path: path.isEmpty ? "/" : String(path))
    }
}

extension ClusterInstance {
    /// How it is asked whether it is healthy; `nil` where its unit does not say.
    package var healthCheck: HealthCheck? { unit == nil ? nil : HealthCheck(mark: config?[UnitMark.health]) }

    /// The address that its first card has been given; `nil` where it is given one by DHCP.
    package var fixedAddress: String? {
        ((expandedDevices ?? [:]).merging(devices ?? [:]) { $1 })["eth0"]?["ipv4.address"]
    }
}
