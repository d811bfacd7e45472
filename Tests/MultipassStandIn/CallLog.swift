import FoundationEssentials
import Glibc
import Provisioning

/// `calls.log`: every call's arguments, a line of JSON each.
enum CallLog {
    static func append(_ arguments: [String], in folder: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        let line = String(decoding: try encoder.encode(arguments), as: UTF8.self) + "\n"
        let descriptor = open("\(folder)/calls.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        SystemCalls.write(line, to: descriptor)
        close(descriptor)
    }
}
