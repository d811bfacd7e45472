import Foundation
import Provisioning
import Testing

/// Programs on PATH in front of those that the tool calls: they count the calls, and at one of them something goes wrong.
struct FaultShims {
    private static let programs = [
        "cp", "du", "find", "install", "ip", "kill", "ln", "lxc", "incus", "multipass", "mv", "nft", "nsenter", "rm",
        "rmdir",
        "setsid",
        "ssh", "stat", "sysctl", "which",
    ]

    private let folder: String
    private let path: String

    /// Puts the shims into a folder of the sandbox's.
    init(_ sandbox: Sandbox) async throws {
        folder = "\(sandbox.folder)/shims"
        path = sandbox.environment["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin"
        let files = FileManager.default
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await Executable.write(Self.script, to: "\(folder)/shim")
        for program in Self.programs where program != "multipass" || sandbox.environment["PATH"] != nil {
            try files.createSymbolicLink(atPath: "\(folder)/\(program)", withDestinationPath: "shim")
        }
    }

    /// Variables with which a run meets the fault; none only counts the calls.
    func variables(_ fault: Fault?) throws -> [String: String] {
        try "".write(toFile: "\(folder)/calls", atomically: true, encoding: .utf8)
        return [
            "PATH": "\(folder):\(path)", "FAULT_PATH": path, "FAULT_CALLS": "\(folder)/calls",
            "FAULT_CALL": "\(fault?.call ?? 0)", "FAULT_KIND": fault?.kind.rawValue ?? "none",
        ]
    }

    /// The calls of the last run, in order.
    func calls() throws -> [String] {
        try String(contentsOfFile: "\(folder)/calls", encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: " ", maxSplits: 1).last.map(String.init) ?? ""
        }
    }

    /// What a shim starts continues with the plain PATH: only the tool's own calls are counted.
    private static let script = """
        #!/bin/sh
        name=${0##*/}
        PATH=$FAULT_PATH
        printf '%s %s %s\\n' $$ "$name" "$*" >>"$FAULT_CALLS"
        number=0
        while read -r process _; do
            number=$((number + 1))
            [ "$process" != $$ ] || break
        done <"$FAULT_CALLS"
        [ "$number" = "$FAULT_CALL" ] || exec "$name" "$@"
        fail() { echo "$name: a fault, on purpose" >&2; exit 1; }
        case $FAULT_KIND in
        fails) fail ;;
        failsAfter) env "$name" "$@"; fail ;;
        hangs) exec sleep 600 ;;
        hangsAfter) env "$name" "$@"; exec sleep 600 ;;
        printsGarbage) env "$name" "$@" >/dev/null; printf '}{ \\377 nonsense\\n' ;;
        printsHalf)
            printed=$(env "$name" "$@") || status=$?
            printf '%s' "$printed" | head -c $((${#printed} / 2))
            exit "${status:-0}"
            ;;
        killsBefore) env kill -KILL $PPID ;;
        killsDuring) env kill -KILL $PPID; exec "$name" "$@" ;;
        killsAfter) env "$name" "$@"; env kill -KILL $PPID ;;
        esac

        """
}
