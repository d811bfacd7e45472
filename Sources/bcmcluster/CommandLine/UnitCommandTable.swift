import Provisioning

extension CommandTable {
    /// The commands about what runs on a cluster.
    static let units = whole + life(of: unit) + around

    private static let unit = Operand("UNIT[/N]", .one, "the unit, or its instance of that number")

    private static let whole: [CommandSpecification] = [
        CommandSpecification(
            verb: .run, words: ["run"], summary: "make a unit what its file says: instances, volumes, networks, ports",
            details: """
                Makes what is missing, changes in place what can be, takes away what is too much, and says of each object
                what becomes of it: + is made, ~ is changed, - goes, = stays. What would lose data is refused, unless
                --replace names it. Before it deletes an instance, with its root disk, it asks on a terminal, and needs
                --yes elsewhere. Running it again changes nothing. Exit status 4 means that some instance is out of
                reach with its member; --reschedule makes another one elsewhere. docs/guides/unit-file.md has every key of
                the file.
                """,
            flags: [
                .cluster, .waitFor, .replace, .reschedule, .yes, .parallel, .timeout, .wait, .dryRun, .json,
            ], operands: [Operand("FILE", .one, "the unit's file, such as web.toml")],
            examples: [
                "bcmcluster run -c DEV web.toml --dry-run", "bcmcluster run -c DEV web.toml --wait-for tcp:80",
            ], schema: "run"),
        CommandSpecification(
            verb: .ps, words: ["ps"], summary: "the units of a cluster, and how their instances are",
            details: """
                Exit status 4 means that some instance is out of reach with its member.
                """, flags: [.cluster, .json], operands: [Operand("UNIT", .optional, "the unit; without it all")],
            examples: ["bcmcluster ps -c DEV", "bcmcluster ps -c DEV web --json"], schema: "ps"),
        CommandSpecification(
            verb: .rm, words: ["rm"], summary: "take a unit away, whole",
            details: """
                Its instances and networks go; its volumes stay, and are there again when the unit is run again, unless
                --volumes says that they go too. On a terminal it lists what is deleted and asks first; elsewhere it needs
                --yes.
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
                verb: verb, words: ["unit", word], summary: summary, details: details,
                flags: flags + (isForceable ? [.force] : []), operands: [unit],
                examples: ["bcmcluster unit \(word) -c DEV web", "bcmcluster unit \(word) -c DEV web/2"], schema: "run")
        }
        return [
            turn(
                .unitStop, "stop", "turn a unit's instances off",
                "In good order, for half a minute; --force does not wait. run turns them on again.", isForceable: true),
            turn(.unitStart, "start", "turn a unit's instances on", "Those that are on are fine."),
            turn(.unitPause, "pause", "stop the processes of a unit's instances where they are", ""),
            turn(.unitResume, "resume", "let the processes of paused instances go on", ""),
            turn(
                .unitRestart, "restart", "turn a unit's instances off and on",
                "In good order, for half a minute; --force does not wait.", isForceable: true),
            CommandSpecification(
                verb: .unitLogs, words: ["unit", "logs"], summary: "what a unit's instances wrote on their consoles",
                details: "Of several instances, each line is behind the instance's name.", flags: [.cluster, .lines],
                operands: [unit], examples: ["bcmcluster unit logs -c DEV web/1"]),
            CommandSpecification(
                verb: .unitConsole, words: ["unit", "console"], summary: "an instance's console",
                details: "Ctrl-A, then Q, leaves it.", flags: [.cluster], operands: [unit],
                examples: ["bcmcluster unit console -c DEV web/1"]),
            CommandSpecification(
                verb: .unitExec, words: ["unit", "exec"], summary: "run a command in a unit's instances",
                details: """
                    In one instance it has the terminal, or the pipes, as if it ran here, and its exit status is that of
                    this command. In several it runs in all at once, each line of output is behind the instance's name,
                    and the exit status is the highest.
                    """, flags: [.cluster, .timeout], operands: [unit], passing: .command,
                examples: ["bcmcluster unit exec -c DEV web/1 -- sh"]),
        ]
    }

    private static let around: [CommandSpecification] = [
        CommandSpecification(
            verb: .volumeList, words: ["volume", "list"], summary: "the volumes of units, also of those that are gone",
            details: """
                What \(Engine.standard.client) does well is left to it: \(Engine.standard.client) storage volume set default NAME size=20GiB makes one larger, \(Engine.standard.client)
                storage volume snapshot default NAME keeps what is on it, \(Engine.standard.client) storage volume copy default/NAME default/NEW
                copies it, \(Engine.standard.client) storage volume delete default NAME removes it, each with --target MEMBER; \(Engine.standard.client) network list
                and \(Engine.standard.client) image list show networks and images.
                """, flags: [.cluster, .json], operands: [Operand("UNIT", .optional, "the unit; without it all")],
            examples: ["bcmcluster volume list -c DEV", "bcmcluster volume list -c DEV web --json"],
            schema: "volume-list"),
        CommandSpecification(
            verb: .api, words: ["api"], summary: "how other programs reach the cluster's API",
            details: """
                Its URL, the certificate that it shows, what it trusts, and a curl line that works as it is printed. The
                API is \(Engine.standard.title)'s own: \(Engine.standard.documentation)/api/ says what it has.
                """, flags: [.cluster, .json], examples: ["bcmcluster api -c DEV"], schema: "api"),
    ]
}
