import Provisioning

/// The commands that say how other tools reach a cluster.
extension Session {
    func sshConfig() async throws -> Int32 {
        let name = try cluster
        let listing = SSHListing(name, try await ListSSHAccess(of: name).run(in: app))
        if invocation.isJSON {
            terminal.result(try JSONText.text(listing))
            return listing.hosts.isEmpty ? 1 : 0
        }
        guard !listing.hosts.isEmpty else {
            throw Failure(
                .conflict, "no member of \(name) can be reached by SSH", output: listing.notes.joined(separator: "\n"),
                hint: "bcmcluster shell -c \(name) opens a shell in the first member")
        }
        terminal.result(listing.text)
        return 0
    }

    func envShow() async throws -> Int32 {
        let (name, format) = (try cluster, try invocation.format())
        let reach = ClusterReach(name, try await LocateAPI(of: name).run(in: app))
        if reach.remote == nil {
            terminal.note(
                "note: \(Engine.current.client) has no remote for \(name) yet; bcmcluster up -c \(name) adds it")
        }
        switch format {
        case .shell: terminal.result(reach.shellLines)
        case .dotenv: terminal.result(reach.dotenvLines)
        case .json: terminal.result(try JSONText.text(reach))
        case .terraform: terminal.result(reach.terraform)
        case .ansible:
            let access = try await ListSSHAccess(of: name).run(in: app)
            // Roles are what the cluster says now; without an answer there are no groups of them.
            let roles = try await ListRoles(of: name).run(in: app)
            terminal.result(AnsibleInventory(reach, access, roles: roles).text)
        }
        return 0
    }
}
