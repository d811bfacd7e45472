import Provisioning

extension CommandTable {
    /// Members' sizes, files to and from members and instances, and the way to them for OpenSSH.
    static let flow: [CommandSpecification] = [
        CommandSpecification(
            verb: .memberSet, words: ["member", "set"], group: .members, summary: "resize members' machines",
            details: """
                With the \(Flag.providers(\.resizes)) provider the limits change at once, while everything runs.
                VMs are stopped for it with their instances, resized, and started again, one
                after the other, each once the one before is online; it is refused where that
                would cost the quorum, or where a member is not online. Of a cluster that is
                stopped nothing is started. A disk can only grow; less memory than is in use is
                refused. Later runs of up keep the size, unless a flag or an edited .env says
                otherwise. Running it again changes nothing.
                """,
            flags: [.cluster, .cpus, .memory, .disk, .timeout, .wait, .dryRun, .json],
            operands: [
                Operand("MEMBER", .one, "the member, such as DEV-01"), Operand("MEMBER", .any, "further members"),
            ],
            examples: [
                "bcmcluster member set -c DEV DEV-01 --memory 8GiB --cpus 4",
                "bcmcluster member set -c DEV DEV-00 DEV-01 DEV-02 --cpus 4 --dry-run",
            ], schema: "run"),
        CommandSpecification(
            verb: .copy, words: ["cp"], group: .workloads,
            summary: "copy files and folders to and from members and instances",
            details: """
                Each side is a path here, MEMBER:PATH, or UNIT[/N]:PATH; at least one is not
                here, and a file here with : in its name is ./FILE. Paths there begin at the
                root. Folders are copied with all that is in them, with or without -r: into a
                folder that is there under their own name, or to the path itself; FOLDER/.
                copies what is in it. Modes and symbolic links are kept, and a link that is
                named itself is followed; the files belong to the user who gets them. They
                are streamed by tar, which both ends need. What fails leaves nothing: a file
                has its place when it is complete, and replaces one of its name. Into a VM
                they go by a file there.
                """,
            flags: [.cluster, .recursive, .dryRun, .json],
            operands: [
                Operand("SOURCE", .one, "source, such as DEV-01:/etc/hosts or web/2:/srv"),
                Operand("TARGET", .one, "target, such as web/2:/srv/ or notes.txt"),
            ],
            examples: [
                "bcmcluster cp -c DEV DEV-01:/var/log/syslog .", "bcmcluster cp -c DEV site web/2:/srv/",
                "bcmcluster cp -c DEV web/1:/srv/data web/2:/srv/",
            ], schema: "run"),
        CommandSpecification(
            verb: .sshConfig, words: ["ssh-config"], group: .cluster,
            summary: "print an OpenSSH configuration for members and hosts",
            details: """
                Use it as ssh -F <(bcmcluster ssh-config -c NAME) NAME-01, or write it to a
                file that ~/.ssh/config includes. It has the members that are VMs or hosts,
                and the hosts of a cluster that is spread over hosts, each with its address,
                user, port, key and known host keys; comments name the others. The key of VMs
                is \(Multipass.program)'s own, which root alone can read. Members of the \(Flag.providers(\.sharesHost))
                provider run no SSH server: where there is nothing else it says so and exits
                with 1. bcmcluster shell opens a shell in them.
                """, flags: [.cluster, .json],
            examples: ["bcmcluster ssh-config -c DEV"], schema: "ssh-config", onlyReads: true),
    ]
}

/// What `env show` prints.
enum ReachFormat: String, CaseIterable {
    case shell, dotenv, json, ansible, terraform

    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension Invocation {
    /// The form in which `env show` prints.
    func format() throws -> ReachFormat {
        guard let text = values[.format] else { return isJSON ? .json : .shell }
        guard let format = ReachFormat(rawValue: text) else {
            throw Failure(
                .badInput, "--format: \(Shell.quoted(text.clipped)) is not one of \(ReachFormat.names)",
                hint: Suggestion.nearest(to: text, in: Set(ReachFormat.allCases.map(\.rawValue))).map {
                    "did you mean \($0)?"
                })
        }
        guard !isJSON || format == .json else {
            throw Failure(.badInput, "--json and --format \(text) are two forms", hint: "give one of them")
        }
        return format
    }

    /// The moment since which lines are shown, in seconds since 1970, where one is given.
    func since(_ now: Int) throws -> Int? {
        guard let text = values[.since] else { return nil }
        let days = text.hasSuffix("d") ? Self.duration("\(text.dropLast())h") : nil
        guard let duration = days.map({ $0 * 24 }) ?? Self.duration(text) else {
            throw Failure(
                .badInput, "--since: \(Shell.quoted(text.clipped)) is not a time before now",
                hint: "write it like 90s, 10m, 2h or 3d")
        }
        return max(0, now - Int(duration.seconds))
    }
}
