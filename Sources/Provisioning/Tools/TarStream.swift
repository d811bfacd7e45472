/// Files that travel as a stream of `tar`, from a shell in one place to a shell in another.
///
/// The programs are those of GNU, busybox and BSD; the scripts are fixed, and get what differs as arguments.
struct TarStream: Sendable {
    /// What stands at a path.
    enum Kind: String, Sendable { case file, folder, other, nothing, denied }

    /// Runs commands in that place, which is passed their input.
    let runner: any CommandRunner
    /// The command that runs those words there.
    let words: @Sendable ([String]) -> Command

    /// How long a look may take.
    private static let timeout: Duration = .seconds(60)
    /// How long a copy may take: as long as the user lets it.
    private static let limit: Duration = .seconds(7 * 86_400)

    private func command(
        _ script: String, _ arguments: [String], _ effect: Command.Effect, limit: Duration = timeout
    ) -> Command {
        var command = words(["sh", "-c", script, "sh"] + arguments)
        (command.limit, command.effect, command.proxies) = (limit, effect, .none)
        // macOS would add a file of its own for each that has attributes.
        command.environment["COPYFILE_DISABLE"] = "1"
        return command
    }

    // MARK: Looking

    /// The kind of what each path leads to, links followed; a link that leads nowhere is `other`.
    func kinds(of paths: [String]) async throws -> [Kind] {
        let look = command(Self.kindsScript, paths, .reads)
        let lines = try await runner.output(of: look).split(separator: "\n")
        let kinds = lines.compactMap { Kind(rawValue: String($0)) }
        guard kinds.count == paths.count else {
            throw Failure(.commandFailed, "no answer about the files", command: look.pasteable)
        }
        return kinds
    }

    /// The same path with all links followed.
    func resolved(_ path: String) async throws -> String {
        let text = try await runner.output(of: command("readlink -f \"$1\"; printf .", [path], .reads))
        return text.hasSuffix("\n.") ? String(text.dropLast(2)) : path
    }

    private static let kindsScript = """
        for path; do
            if [ -d "$path" ]; then echo folder
            elif [ -f "$path" ]; then echo file
            elif [ -e "$path" ] || [ -L "$path" ]; then echo other
            elif LC_ALL=C ls -d "$path" 2>&1 | grep -q 'ermission denied'; then echo denied
            else echo nothing
            fi
        done
        """

    // MARK: Copying

    /// Prints that name in that folder, with all that is in it.
    func packing(_ name: String, in folder: String) -> PlacedCommand {
        let script = #"exec tar -C "$1" -cf - "$2""#
        return PlacedCommand(
            command(script, [folder, name == "." ? "." : "./\(name)"], .changes, limit: Self.limit), by: runner,
            isFine: { $0.succeeded(but: .fileChanged) })
    }

    /// Reads that, and puts it into a folder that is made for it; where it is cut off nothing of that is left.
    ///
    /// Modes are kept, and all of it is the user's who runs it.
    func unpacking(into folder: String) -> PlacedCommand {
        let script = """
            mkdir -m 700 "$1" || exit
            tar -C "$1" -xpof - && exit
            status=$?
            rm -rf "$1"
            exit $status
            """
        return PlacedCommand(command(script, [folder], .changes, limit: Self.limit), by: runner)
    }

    /// Moves that name from the folder that was made for it to its place, or what is in it into a folder that is there.
    func settle(_ name: String, in folder: String, at path: String) async throws {
        try await runner.output(of: command(Self.settleScript, [folder, name, path], .changes))
    }

    /// Each file is there whole or not at all; a folder that is there keeps what only it has.
    private static let settleScript = """
        merge() {
            for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
                [ -e "$entry" ] || [ -L "$entry" ] || continue
                if [ -d "$entry" ] && [ ! -L "$entry" ]; then
                    if [ -d "$2/${entry##*/}" ]; then merge "$entry" "$2/${entry##*/}" || return; continue; fi
                elif [ -d "$2/${entry##*/}" ] && [ ! -L "$2/${entry##*/}" ]; then
                    echo "$2/${entry##*/}: Is a directory" >&2
                    return 1
                fi
                mv -f "$entry" "$2/${entry##*/}" || return
            done
        }
        if [ "$2" = . ]; then from=$1; else from=$1/$2; fi
        if [ -d "$from" ] && [ ! -L "$from" ] && [ -d "$3" ]; then merge "$from" "$3" || exit
        else mv -f "$from" "$3" || exit
        fi
        rm -rf "$1"
        """

    /// Removes the folder that was made for a copy, in a task of its own, which is not cancelled with this one.
    func discard(_ folder: String) async {
        var removal = command(#"rm -rf "$1""#, [folder], .changes)
        removal.outlivesCancellation = true
        let removing = removal
        _ = await Task { try? await runner.run(removing) }.value
    }
}
