/// The resolver configuration that a machine gets: the host's, but never one that points at the host's own loopback.
enum Resolver {
    /// Where the host's configuration stands, in the order of asking; the second is systemd-resolved's real one.
    static let places = [
        "/etc/resolv.conf", "/run/systemd/resolve/resolv.conf", "/run/NetworkManager/no-stub-resolv.conf",
    ]

    /// The text of a machine's resolv.conf.
    static func configuration(_ read: (String) async throws -> String?) async throws -> String {
        for place in places {
            guard let text = try await read(place) else { continue }
            let lines = text.split(separator: "\n").filter { !isLoopback($0) }
            if lines.contains(where: { $0.hasPrefix("nameserver") }) { return lines.joined(separator: "\n") + "\n" }
        }
        return "# bcmcluster found no name server on the host that a machine could reach\n"
    }

    private static func isLoopback(_ line: Substring) -> Bool {
        let words = line.split { $0 == " " || $0 == "\t" }
        return words.count >= 2 && words[0] == "nameserver" && (words[1].hasPrefix("127.") || words[1] == "::1")
    }
}
