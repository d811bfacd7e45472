import Provisioning

/// The commands about cluster files, and what `up` and `env stub` take from one.
extension Session {
    /// Does the command; `nil` where it is not one of these.
    func config() async throws -> Int32? {
        switch invocation.verb {
        case .configInit:
            let given = invocation.values[.cluster] ?? environment("BCM_CLUSTER_NAME")
            let name = try ClusterName(given ?? "DEV")
            let path = try await InitClusterFile(at: invocation.operands.first ?? ClusterFile.standardName, name: name)
                .run(in: app)
            let flag = path == ClusterFile.standardName ? "" : " -f \(Shell.quoted(path))"
            terminal.say("wrote \(path)")
            terminal.note("  Next steps: edit it, then bcmcluster up\(flag) --dry-run")
            return 0
        case .configValidate:
            let file = try await clusterFile(at: invocation.operands.first ?? ClusterFile.standardName)
            let listing = ConfigListing(file)
            try show(listing, listing.text)
            return 0
        case .configShow:
            let name = try cluster
            let report = try await DescribeCluster(name).run(in: app)
            report.remarks.forEach { terminal.note("note: \($0)") }
            try show(ConfigListing(name, report), report.text)
            return 0
        default: return nil
        }
    }

    /// The cluster file that `up` or `env stub` is to use: by `--file`, or the one of this folder where no cluster is named.
    ///
    /// Throws `Failure.badInput` where flags say beside it what the file is for.
    func wantedFile() async throws -> ClusterFile? {
        let path: String
        if let given = invocation.values[.file] {
            path = given
        } else {
            let isNamed = invocation.values[.cluster] != nil || environment("BCM_CLUSTER_NAME") != nil
            guard try app.localFile(ClusterFile.standardName) else { return nil }
            if isNamed {
                let reason = invocation.values[.cluster] == nil ? "BCM_CLUSTER_NAME is set" : "a cluster is named"
                terminal.note(
                    "note: \(ClusterFile.standardName) is not used, since \(reason); up -f \(ClusterFile.standardName) uses it"
                )
                return nil
            }
            path = ClusterFile.standardName
        }
        let others: [Flag] = [
            .members, .hosts, .provider, .engine, .cpus, .memory, .disk, .storage, .image, .channel, .network,
            .memberConfig,
        ]
        if let flag = others.first(where: { invocation.values[$0] != nil }) {
            throw Failure(
                .badInput, "\(flag.long) is not possible with a cluster file",
                hint: "set it in \(path == "-" ? "the file" : path)"
                    + (invocation.values[.file] == nil ? ", or pass -c NAME to leave the file out" : ""))
        }
        return try await clusterFile(at: path)
    }

    private func clusterFile(at path: String) async throws -> ClusterFile {
        try path == "-"
            ? await ClusterFileReader.parse(
                SystemCalls.standardInput(most: ClusterFile.mostBytes + 1, time: time), path: path, LocalFiles())
            : ClusterFileReader.read(path, LocalFiles())
    }

    /// The name that the flag gives in place of the file's.
    var nameBesideFile: ClusterName? { get throws { try invocation.values[.cluster].map { try ClusterName($0) } } }
}

extension AppContext {
    /// Whether a file of that name is in the working folder.
    fileprivate func localFile(_ name: String) throws -> Bool {
        try [.file, .link].contains(LocalFiles().kind(of: name))
    }
}
