import Provisioning

extension Bench {
    /// What people wait for every day, with 16 members: to see them, to reach them, to turn them off and on.
    func living() async throws {
        guard let size = sizes.filter({ $0 <= Self.most }).max(), size > 1 else { return }
        let sandbox = try Sandbox()
        let cluster = ["-c", sandbox.cluster]
        try await sandbox.whileItLasts(takenDownBy: tool, ["destroy"] + cluster + ["--yes"]) {
            _ = try await sandbox.seconds(tool, ["up"] + cluster + ["-m", "\(size - 1)"])
            func median(_ words: [String]) async throws -> Double {
                try await repeated(5) { try await sandbox.seconds(tool, words) }.median
            }
            add("status of \(size) members", try await median(["status"] + cluster), wanted: 0.5)
            add("exec -- true on \(size) members", try await median(["exec"] + cluster + ["--", "true"]), wanted: 1)
            let off = try await sandbox.seconds(tool, ["stop"] + cluster)
            let on = try await sandbox.seconds(tool, ["start"] + cluster)
            add("stop, and start until all \(size) are online", off + on, wanted: 30)
        }
    }

    /// How long a member whose daemon was killed is away, with a container on it; `repair` does not wait for LXD to notice.
    func mending() async throws {
        let sandbox = try Sandbox()
        let cluster = ["-c", sandbox.cluster]
        let hurt = "\(sandbox.cluster)-01"
        var repaired: [Double] = []
        var reached: [Double] = []
        try await sandbox.whileItLasts(takenDownBy: tool, ["destroy"] + cluster + ["--yes"]) {
            _ = try await sandbox.seconds(tool, ["up"] + cluster + ["-m", "2"])
            let image = "\(sandbox.folder)/tiny.tar.gz"
            _ = try await sandbox.seconds("\(scripts)/tiny-image", [image])
            _ = try await sandbox.seconds("lxc", ["image", "import", image, "--alias", "tiny"])
            _ = try await sandbox.seconds("lxc", ["launch", "tiny", "c", "--target", hurt, "--quiet"])
            for _ in 1...runs {
                let kill = ["pkill", "-KILL", "-u", "0", "-f", "^lxd --group"]
                _ = try await sandbox.seconds(tool, ["exec"] + cluster + [hurt, "--"] + kill)
                let inContainer = ["exec", "c", "--", "hostname"]
                let repair = try await sandbox.seconds(tool, ["repair"] + cluster + ["--yes"])
                let onIt = try await sandbox.secondsUntil(tool, ["exec"] + cluster + [hurt, "--", "lxc"] + inContainer)
                repaired.append(repair + onIt)
                reached.append(repaired[repaired.count - 1] + (try await sandbox.secondsUntil("lxc", inContainer)))
            }
        }
        add("repair of 1 of 3 daemons, with its container", repaired.median, wanted: 10)
        add("  until others reach it by LXD's next heartbeat", reached.median, wanted: 30)
    }

    private func add(_ what: String, _ seconds: Double, wanted: Double) {
        Table.add(
            Row(
                what: what, measured: "\(seconds.written(2)) s", wanted: "≤ \(wanted.written(1)) s",
                isMet: seconds <= wanted))
    }
}
