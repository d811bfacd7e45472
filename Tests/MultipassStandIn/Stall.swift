import Glibc
import Provisioning

/// Where this process's own descriptors lead for a while.
enum Descriptors {
    /// Does the work while the descriptor leads to that file.
    static func leading<Answer>(
        _ descriptor: Int32, to path: String, _ flags: Int32, _ work: () async throws -> Answer
    ) async throws -> Answer {
        let file = open(path, flags | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw Failure(.files, "cannot open \(path): \(String(cString: strerror(errno)))") }
        let kept = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        dup2(file, descriptor)
        close(file)
        defer {
            dup2(kept, descriptor)
            close(kept)
        }
        return try await work()
    }
}

/// A client that gives its whole answer only when it looks at its connection again.
enum Stall {
    /// Does the work, and prints what it has printed when so many seconds have passed since its beginning.
    static func lasting<Answer>(
        _ seconds: Double, in folder: String, _ work: () async throws -> Answer
    ) async throws -> Answer {
        let end = StandIn.now + seconds
        let paths = (1...2).map { _ in "\(folder)/stall-\(SystemRandom().identifier(length: 8))" }
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        defer { for path in paths { try? LocalFiles().remove(path) } }
        let answer: Result<Answer, any Error>
        do {
            answer = .success(
                try await Descriptors.leading(1, to: paths[0], flags) {
                    try await Descriptors.leading(2, to: paths[1], flags, work)
                })
        } catch {
            answer = .failure(error)
        }
        try await Task.sleep(for: .seconds(max(0, end - StandIn.now)))
        for (descriptor, path) in zip([1, 2] as [Int32], paths) {
            if let text = try LocalFiles().read(path) { SystemCalls.write(text, to: descriptor) }
        }
        return try answer.get()
    }
}
