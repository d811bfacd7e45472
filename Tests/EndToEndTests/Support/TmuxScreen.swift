import Foundation
import Provisioning
import Testing

/// A real terminal, by tmux, with a shell in it.
struct TmuxScreen {
    private let sandbox: Sandbox
    /// One of its own: the server of a screen that was closed may not have ended yet.
    private let socket: String
    /// A file for what is not to be on the screen.
    var output: String { "\(sandbox.folder)/output" }

    init(_ sandbox: Sandbox, columns: Int, rows: Int) async throws {
        self.sandbox = sandbox
        socket = "\(sandbox.folder)/tmux-\(UUID().uuidString.prefix(8))"
        let size = ["-x", "\(columns)", "-y", "\(rows)"]
        try await sandbox.must("tmux", ["-S", socket, "-f", "/dev/null", "new-session", "-d"] + size + ["sh"])
    }

    /// Types a line.
    func type(_ line: String) async throws {
        try await sandbox.must("tmux", ["-S", socket, "send-keys", "-l", line])
        try await sandbox.must("tmux", ["-S", socket, "send-keys", "Enter"])
    }

    /// Presses a key, by the name that tmux has for it.
    func press(_ key: String) async throws { try await sandbox.must("tmux", ["-S", socket, "send-keys", "--", key]) }

    /// The screen, once the text is on it at the beginning of a line or after a question.
    func wait(for text: String) async throws -> String {
        try await SystemTime().wait(for: "\(text) on the screen", limit: .seconds(180), every: .milliseconds(100)) {
            let shown = try await capture()
            return shown.split(separator: "\n").contains { $0.hasPrefix(text) } ? shown : nil
        }
    }

    /// What is on the screen, and what has left it at the top.
    func capture(escapes: Bool = false) async throws -> String {
        try await sandbox.run("tmux", ["-S", socket, "capture-pane", "-p", "-S", "-500"] + (escapes ? ["-e"] : []))
            .output
    }

    /// What tmux says of the terminal under that name.
    func value(of name: String) async throws -> String {
        try await sandbox.run("tmux", ["-S", socket, "display-message", "-p", "#{\(name)}"]).output.trimmed
    }

    /// Ends the terminal.
    func close() async { _ = try? await sandbox.run("tmux", ["-S", socket, "kill-server"]) }
}
