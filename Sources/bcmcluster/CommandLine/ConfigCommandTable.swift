import Provisioning

extension CommandTable {
    /// The commands about cluster files.
    static let config: [CommandSpecification] = [
        CommandSpecification(
            verb: .configInit, words: ["config", "init"], group: .cluster, summary: "write a commented cluster file",
            details: """
                Writes \(ClusterFile.standardName), or FILE, with every key and what it does. up in that
                folder creates the cluster, or changes it to what the file says. A file that
                exists is not overwritten.
                """, flags: [.cluster],
            operands: [Operand("FILE", .optional, "the file [default: \(ClusterFile.standardName)]")],
            examples: ["bcmcluster config init", "bcmcluster config init -c DEV dev.toml"]),
        CommandSpecification(
            verb: .configValidate, words: ["config", "validate"], group: .cluster,
            summary: "check a cluster file and the files it names",
            details: """
                Names the line and column of the first error, and exits with 2. What only a
                cluster can tell, such as a pool that would have to shrink, up -f --dry-run
                checks.
                """, flags: [.json],
            operands: [
                Operand("FILE", .optional, "the file; - reads standard input [default: \(ClusterFile.standardName)]")
            ],
            examples: ["bcmcluster config validate", "bcmcluster config validate dev.toml"], schema: "config",
            onlyReads: true),
        CommandSpecification(
            verb: .configShow, words: ["config", "show"], group: .cluster,
            summary: "print the file that describes an existing cluster",
            details: """
                up -f with that file changes nothing. Images and units that no cluster file has
                brought are named in comments, since their sources are not known.
                """, flags: [.cluster, .json],
            examples: ["bcmcluster config show -c DEV"], schema: "config",
            onlyReads: true),
    ]
}
