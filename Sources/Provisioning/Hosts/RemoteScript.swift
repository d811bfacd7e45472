#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One command, written so that whatever login shell a host has hands it to `/bin/sh` exactly as it is.
///
/// The login shell sees one line in single quotes without any of the few characters that fish, csh and others read there in
/// their own ways: quotes, backslashes, exclamation marks. Where the command has any of these, the line is encoded, which
/// costs the host three more processes; and so is a search for processes by their command lines, which would find it.
struct RemoteScript {
    /// What the shell says on standard error when the command itself has ended with 255, which is OpenSSH's own status;
    /// not where the user reads along.
    static let mark255 = "bcmcluster: the command itself exited with status 255"

    /// What the shell says on standard error, in the same way, with status 127 where the host has no such program; a command
    /// that is run there may end with 127 for reasons of its own.
    static let markMissing = "bcmcluster: the program is not there"

    /// Folders that a session without a login has not in its PATH.
    private static let furtherFolders = "/usr/local/sbin:/usr/sbin:/sbin:/snap/bin"

    let command: Command
    /// What tells this run's processes from all others on the host.
    let mark: String

    /// The text for the login shell.
    var text: String {
        let isSearch = ([command.program] + command.arguments).contains { $0 == "pgrep" || $0 == "pkill" }
        return Self.handedOver(script, mark, isHidden: isSearch)
    }

    /// The command with its variables, for `/bin/sh`.
    private var script: String {
        let variables = command.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let words = (variables.isEmpty ? [] : ["env"] + variables) + [command.program] + command.arguments
        let program = Self.quoted(command.program)
        let check = ["command -v \(program) >/dev/null || { echo \"\(Self.markMissing)\" >&2; exit 127; }"]
        let marking = ["[ $status -ne 255 ] || echo \"\(Self.mark255)\" >&2"]
        // What the login shell's start-up files have printed stands before this.
        let begin = (command.hasMarkedOutput ? ["echo $0"] : []) + (command.hasMarkedErrors ? ["echo $0 >&2"] : [])
        let language = command.isRead ? ["LC_ALL=C", "export LC_ALL", "unset LANGUAGE"] : []
        let lines =
            begin + ["PATH=$PATH:\(Self.furtherFolders)", "export PATH"] + language + (command.keepsErrors ? check : [])
            + [words.map(Self.quoted).joined(separator: " ") + detached, "status=$?"]
            + (command.keepsErrors ? marking : []) + ["exit $status"]
        return lines.joined(separator: "; ")
    }

    /// In double quotes where single ones are not needed: the whole stands in single quotes.
    private static func quoted(_ word: String) -> String {
        let quoted = Shell.quoted(word)
        if !quoted.contains("'") { return quoted }
        let isPlain = word.utf8.allSatisfy { 32...126 ~= $0 && !"\"$`\\!'".utf8.contains($0) }
        return isPlain ? "\"\(word)\"" : quoted
    }

    /// What outlives its command must not hold the connection's streams: `ssh` would wait for their end.
    private var detached: String { command.output == .discarded ? " </dev/null >/dev/null 2>&1" : "" }

    /// Ends what a run has left on the host: everything in the session that its shell leads.
    ///
    /// The brackets keep the search from finding itself.
    static func ending(_ mark: String, by signal: String) -> String {
        let pattern = "[\(mark.prefix(1))]\(mark.dropFirst())"
        let script = """
            for leader in $(pgrep -f '\(pattern)'); do
                pkill -\(signal) -s "$leader"
                [ "$(id -u)" = 0 ] || sudo -n pkill -\(signal) -s "$leader"
            done
            """
        return handedOver(script, "end", isHidden: true)
    }

    private static func handedOver(_ script: String, _ name: String, isHidden: Bool) -> String {
        if !isHidden, script.utf8.allSatisfy({ 32...126 ~= $0 && !"'\\!".utf8.contains($0) }) {
            return "exec /bin/sh -c '\(script)' \(name)"
        }
        let encoded = Data(script.utf8).base64EncodedString()
        return "exec /bin/sh -c 'eval \"$(echo \(encoded) | base64 -d)\"' \(name)"
    }
}

extension Command.ProgramInvocation {
    /// Whether its standard output begins with the mark, when it runs on a host: everywhere but at a terminal.
    var hasMarkedOutput: Bool { output != .discarded && output != .terminal }
    /// Whether its standard error does.
    var hasMarkedErrors: Bool { keepsErrors }
}
