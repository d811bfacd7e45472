import Foundation
import Synchronization

/// Looks at the command lines and environments of all processes, again and again, as any user of the machine could.
final class ProcessWatch: Sendable {
    private struct State {
        var seen: Set<[UInt8]> = []
        var commandLines: Set<[UInt8]> = []
        var rounds = 0
    }

    private let state = Mutex(State())
    var rounds: Int { state.withLock { $0.rounds } }
    var count: Int { state.withLock { $0.seen.count } }

    /// Looks until the task is cancelled; new processes first.
    func sampleUntilCancelled() {
        while !Task.isCancelled {
            let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap {
                Int32($0)
            }
            for number in numbers.sorted(by: >) where number != getpid() {
                for file in ["cmdline", "environ"] {
                    guard let bytes = Self.read("/proc/\(number)/\(file)"), !bytes.isEmpty else { continue }
                    state.withLock { state in
                        state.seen.insert(bytes)
                        if file == "cmdline" { state.commandLines.insert(bytes) }
                    }
                }
            }
            state.withLock { $0.rounds += 1 }
        }
    }

    /// Where the secret was seen.
    func sightings(of secret: String) -> [String] { texts.filter { $0.contains(secret) } }

    /// The command lines in which the secret was seen, which every user of the machine reads; environments only their own.
    func commandLines(with secret: String) -> [String] {
        state.withLock { $0.commandLines }.map { String(decoding: $0, as: UTF8.self) }.filter { $0.contains(secret) }
    }

    /// The tokens that were seen, of those that lead to the address.
    func tokens(to address: String) -> [String] {
        Token.all(in: texts.flatMap { $0.split(separator: "\0").map(String.init) }, to: address)
    }

    private var texts: [String] { state.withLock { $0.seen }.map { String(decoding: $0, as: UTF8.self) } }

    private static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = Foundation.read(descriptor, &buffer, buffer.count)
        return count > 0 ? Array(buffer[..<count]) : nil
    }
}
