import Foundation
import Provisioning
import Testing

extension Repairs {
    /// The tabulator, in the shells themselves, with the scripts that `completion` prints.
    @Suite struct Completions {
        /// A shell: how it is asked without the user, and how one takes the script over.
        struct Shell: Sendable, CustomTestStringConvertible {
            var name: String
            /// Defines `press WORD…`, which prints the candidates for the last word on one line, or `files`.
            var asked: String
            var interactive: String
            /// Makes the prompt `> ` and takes the script over.
            var greeting: String
            var testDescription: String { name }
        }

        static let shells = [
            // What bash does at the tabulator: the words as it cuts them, then the function that was registered.
            Shell(
                name: "bash",
                asked: """
                    source <(bcmcluster completion bash) || exit 1
                    press() {
                        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
                        COMPREPLY=(left over)
                        $(complete -p bcmcluster | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
                        echo "${COMPREPLY[*]:-files}"
                    }
                    """, interactive: "bash --norc --noprofile",
                greeting: "PS1='> '; source <(bcmcluster completion bash)"),
            // The function that compdef was given, with words as zsh hands them over.
            Shell(
                name: "zsh",
                asked: """
                    source <(bcmcluster completion zsh) || exit 1
                    _describe() { print -r -- ${${(P)2}%%:*} }
                    _default() { print files }
                    press() { words=("$@") CURRENT=$#; $_comps[bcmcluster] }
                    """, interactive: "zsh -f", greeting: "PS1='> '; source <(bcmcluster completion zsh)"),
            Shell(
                name: "fish",
                asked: """
                    bcmcluster completion fish | source
                    function __fish_complete_path; echo files; end
                    function press
                        set -l words (string split -f 1 -- \\t (complete -C "$argv"))
                        echo "$words"
                    end
                    """, interactive: "fish --no-config",
                greeting: "function fish_prompt; echo -n '> '; end; bcmcluster completion fish | source"),
        ]

        @Test("Commands, flags, clusters and members are completed; files are left to the shell", arguments: shells)
        func completion(_ shell: Shell) async throws {
            try await Sandbox.use("XC") { plain in
                let path = "\(Product.folder):/usr/sbin:/usr/bin:/sbin:/bin"
                let sandbox = plain.adding(["PATH": path])
                let name = sandbox.cluster
                try await sandbox.mustRun("env", "stub", "-c", name, "-m", "1", "--dry-run", "--json")
                let stub = try await sandbox.mustRun("env", "stub", "-c", name, "-m", "1", "--json")
                #expect(stub.output.contains("\(name)-01"))
                try await expectCandidates(shell, sandbox)
                try await expectTabulator(shell, sandbox)
            }
        }

        private func expectCandidates(_ shell: Shell, _ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            // bash cuts at =, and wants what stands behind it.
            let isBash = shell.name == "bash"
            let script = """
                \(shell.asked)
                press bcmcluster des
                press bcmcluster env st
                press bcmcluster up --dry
                press bcmcluster destroy -c ''
                press bcmcluster exec -c \(name) ''
                press bcmcluster exec -c \(name) \(name)-01 \(name)-0
                press bcmcluster logs --bundle f
                press bcmcluster destroy \(isBash ? "--cluster = " : "--cluster=")\(name.prefix(3))
                """
            let result = try await sandbox.run(shell.name, ["-c", script])
            #expect(result.errors == "" && result.succeeded)
            #expect(
                result.output.split(separator: "\n") == [
                    "destroy", "stub", "--dry-run", "\(name)", "\(name)-00 \(name)-01", "\(name)-00", "files",
                    isBash ? "\(name)" : "--cluster=\(name)",
                ])
        }

        /// A user at a terminal.
        private func expectTabulator(_ shell: Shell, _ sandbox: Sandbox) async throws {
            let screen = try await TmuxScreen(sandbox, columns: 120, rows: 20)
            try await screen.type("exec \(shell.interactive)")
            try await screen.type("\(shell.greeting); clear")
            _ = try await screen.wait(for: ">")
            try await screen.press("bcmcluster dest")
            try await screen.press("Tab")
            _ = try await screen.wait(for: "> bcmcluster destroy")
            try await screen.press("--clu")
            try await screen.press("Tab")
            _ = try await screen.wait(for: "> bcmcluster destroy --cluster")
            try await screen.press("\(sandbox.cluster.prefix(3))")
            try await screen.press("Tab")
            _ = try await screen.wait(for: "> bcmcluster destroy --cluster \(sandbox.cluster)")
            await screen.close()
        }
    }
}
