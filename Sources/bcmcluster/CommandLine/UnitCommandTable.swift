import Provisioning

extension CommandTable {
    /// The commands about what runs on a cluster.
    static let units = whole + life(of: unit) + around

    private static let unit = Operand("UNIT[/N]", .one, "the unit, or its instance N")

    private static let whole: [CommandSpecification] = [
        CommandSpecification(
            verb: .run, words: ["run"], group: .workloads, summary: "create or update units from their files",
            details: """
                Creates what is missing, updates in place what can be, deletes what is
                surplus, and prints the action for each object: + create, ~ update, - delete,
                = unchanged. A change that would lose data is refused, unless --replace names
                the instance. Before it deletes an instance with its root disk, it asks on a
                terminal; elsewhere it needs --yes. Running it again changes nothing. Exits
                with 4 if an instance is unreachable with its member; --reschedule creates a
                replacement elsewhere. docs/reference/unit-file.md has all keys of the file.

                With several files the units are begun in the order of their needs: each once
                the units that it needs are there, and healthy where they have a [health].
                --wait-for healthy waits until every instance answers so, and fails with the
                last answer of one that does not.
                """,
            flags: [
                .cluster, .waitFor, .replace, .reschedule, .yes, .parallel, .timeout, .wait, .dryRun, .json,
            ],
            operands: [
                Operand("FILE", .one, "the unit's file, such as web.toml"),
                Operand("FILE", .any, "files of more units"),
            ],
            examples: [
                "bcmcluster run -c DEV web.toml --dry-run", "bcmcluster run -c DEV web.toml --wait-for tcp:80",
                "bcmcluster run -c DEV db.toml web.toml --wait-for healthy",
            ], schema: "run"),
        CommandSpecification(
            verb: .ps, words: ["ps"], group: .workloads, summary: "list the units and their instances",
            details: """
                Exits with 4 if an instance is unreachable with its member. Where units have a
                [health], each instance is asked once, and HEALTH says what it answered.
                """, flags: [.cluster, .json],
            operands: [Operand("UNIT", .optional, "the unit [default: all]")],
            examples: ["bcmcluster ps -c DEV", "bcmcluster ps -c DEV web --json"], schema: "ps", onlyReads: true),
        CommandSpecification(
            verb: .rm, words: ["rm"], group: .workloads, summary: "delete a unit",
            details: """
                Deletes its instances and networks. Its volumes are kept, and used again when
                the unit is run again, unless --volumes deletes them too. Lists on a terminal
                what is deleted, and asks; elsewhere it needs --yes.
                """, flags: [.cluster, .volumes, .yes, .parallel, .timeout, .wait, .dryRun, .json],
            operands: [Operand("UNIT", .one, "the unit")],
            examples: ["bcmcluster rm -c DEV web", "bcmcluster rm -c DEV web --volumes --yes"], schema: "run"),
    ]

    private static func life(of unit: Operand) -> [CommandSpecification] {
        let flags: [Flag] = [.cluster, .parallel, .timeout, .wait, .dryRun, .json]
        func turn(_ verb: Verb, _ word: String, _ summary: String, _ details: String, isForceable: Bool = false)
            -> CommandSpecification
        {
            CommandSpecification(
                verb: verb, words: ["unit", word], group: .workloads, summary: summary, details: details,
                flags: flags + (isForceable ? [.force] : []), operands: [unit],
                examples: ["bcmcluster unit \(word) -c DEV web", "bcmcluster unit \(word) -c DEV web/2"], schema: "run")
        }
        return [
            turn(
                .unitStop, "stop", "stop a unit's instances",
                "Waits up to 30 seconds for a graceful stop; --force stops at once.", isForceable: true),
            turn(.unitStart, "start", "start a unit's instances", "Running instances are unchanged."),
            turn(.unitPause, "pause", "freeze the processes of a unit's instances", ""),
            turn(.unitResume, "resume", "resume paused instances", ""),
            turn(
                .unitRestart, "restart", "restart a unit's instances",
                "Waits up to 30 seconds for a graceful stop; --force stops at once.", isForceable: true),
            CommandSpecification(
                verb: .unitLogs, words: ["unit", "logs"], group: .workloads,
                summary: "show the console logs of a unit's instances",
                details: """
                    With several instances, or with -f, each line begins with the instance's name.
                    With -f each line that is written is shown, until Ctrl-C, which ends it with 0.
                    \(Engine.standard.title) 5.0 hands each line of a console out once: what was shown is not shown
                    again.
                    """,
                flags: [.cluster, .lines, .since, .follow, .json],
                operands: [unit],
                examples: ["bcmcluster unit logs -c DEV web/1", "bcmcluster unit logs -c DEV web -f"],
                schema: "logs", onlyReads: true),
            CommandSpecification(
                verb: .unitConsole, words: ["unit", "console"], group: .workloads,
                summary: "attach to an instance's console",
                details: "Press Ctrl-A, then Q, to detach.", flags: [.cluster], operands: [unit],
                examples: ["bcmcluster unit console -c DEV web/1"]),
            CommandSpecification(
                verb: .unitExec, words: ["unit", "exec"], group: .workloads,
                summary: "run a command in a unit's instances",
                details: """
                    In one instance it has the terminal, or the pipes, as if run here, and exits
                    with the command's exit status. With several it runs in all at once, each line
                    of output begins with the instance's name, and the highest exit status is
                    returned.
                    """, flags: [.cluster, .timeout], operands: [unit], passing: .command,
                examples: ["bcmcluster unit exec -c DEV web/1 -- sh"]),
        ]
    }

    private static let around: [CommandSpecification] = [
        CommandSpecification(
            verb: .volumeList, words: ["volume", "list"], group: .workloads,
            summary: "list the volumes of units, including orphaned ones",
            details: """
                For the rest use \(Engine.standard.client): \(Engine.standard.client) storage volume set default NAME size=20GiB grows a
                volume, \(Engine.standard.client) storage volume snapshot default NAME takes a snapshot, \(Engine.standard.client) storage
                volume copy default/NAME default/NEW copies it, \(Engine.standard.client) storage volume delete
                default NAME deletes it, each with --target MEMBER; \(Engine.standard.client) image list shows images.
                """, flags: [.cluster, .json], operands: [Operand("UNIT", .optional, "the unit [default: all]")],
            examples: ["bcmcluster volume list -c DEV", "bcmcluster volume list -c DEV web --json"],
            schema: "volume-list", onlyReads: true),
        CommandSpecification(
            verb: .networkList, words: ["network", "list"], group: .workloads,
            summary: "list the cluster's networks, and who is on them",
            details: """
                Shows the subnet of each, the units on it, the members that have it, and how
                many of its addresses instances have been given. A network of units is one
                Ethernet over all members; of any other, such as the default bridge, each
                member has its own.
                """, flags: [.cluster, .json], operands: [Operand("UNIT", .optional, "the unit [default: all]")],
            examples: ["bcmcluster network list -c DEV", "bcmcluster network list -c DEV web --json"],
            schema: "network-list", onlyReads: true),
        CommandSpecification(
            verb: .api, words: ["api"], group: .cluster, summary: "show how to reach the cluster's API",
            details: """
                Prints its URL, its certificate, the client certificate it trusts, and a
                working curl command. The API is \(Engine.standard.title)'s own: see
                \(Engine.standard.documentation)/api/.
                """, flags: [.cluster, .json], examples: ["bcmcluster api -c DEV"], schema: "api", onlyReads: true),
    ]
}
