/// Words written so that a POSIX shell reads them back as they are: for display, logs, and the SSH runner alone.
package enum Shell {
    /// The argument, quoted only where a shell would read it otherwise.
    package static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "@%+=:,./_-".utf8.contains(byte)
            }
        }
        if plain && !word.isEmpty { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

extension Command.ProgramInvocation {
    /// The command as the user could paste it, without its input.
    package var pasteable: String {
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\(Shell.quoted($0.value))" }
        let line = (variables + [program].map(Shell.quoted) + arguments.map(Shell.quoted)).joined(separator: " ")
        let files = [("<", inputFile), (appendsOutput ? ">>" : ">", outputFile)].filter {
            $0.1 != nil && $0.1 != "-" && !isPiped
        }
        let ends = files.map { " \($0.0)\(Shell.quoted($0.1 ?? ""))" }.joined()
        return (host.map { (["ssh"] + $0 + [line]).map(Shell.quoted).joined(separator: " ") } ?? line) + ends
    }
}
