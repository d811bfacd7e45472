/// The scripts that shells read to complete command lines; each asks this program what could stand there.
enum CompletionScript {
    /// The shells that there are scripts for.
    static let shells = ["bash", "zsh", "fish"]

    /// The script for that shell.
    static func text(for shell: String) -> String? { ["bash": bash, "zsh": zsh, "fish": fish][shell] }

    private static let bash = """
        # bash completion of bcmcluster; take it over with: source <(bcmcluster completion bash)
        _bcmcluster() {
            local word
            COMPREPLY=()
            while IFS=$'\\t' read -r word _; do
                COMPREPLY+=("$word")
            done < <("${COMP_WORDS[0]}" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
        }
        complete -o bashdefault -o default -F _bcmcluster bcmcluster

        """

    private static let zsh = """
        #compdef bcmcluster
        # zsh completion of bcmcluster; take it over with: source <(bcmcluster completion zsh)
        _bcmcluster() {
            local word summary
            local -a found
            while IFS=$'\\t' read -r word summary; do
                found+=("${word//:/\\\\:}:$summary")
            done < <("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
            if (( $#found )); then
                _describe bcmcluster found
            else
                _default
            fi
        }
        if [ "$funcstack[1]" = "_bcmcluster" ]; then
            _bcmcluster "$@"
        else
            (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
            compdef _bcmcluster bcmcluster
        fi

        """

    private static let fish = """
        # fish completion of bcmcluster; take it over with: bcmcluster completion fish | source
        function __bcmcluster_complete
            set -l line (commandline -opc)
            set -l current (commandline -ct)
            set -l found ($line[1] __complete -- $line[2..-1] "$current" 2>/dev/null)
            if test (count $found) -gt 0
                printf '%s\\n' $found
            else
                __fish_complete_path "$current"
            end
        end
        complete -c bcmcluster -f -a '(__bcmcluster_complete)'

        """
}
