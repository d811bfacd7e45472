import Provisioning

extension Bench {
    /// Machines that take long to launch: 6 members by the stand-in multipass, whose launch takes 10 s, three at a time.
    ///
    /// At the least that is two launches one after the other, and then the joins.
    func slowMachines() async throws {
        guard try LocalFiles().kind(of: standIn) != nil else {
            complain("there is no stand-in multipass at \(standIn): up by multipass is not measured")
            return
        }
        let launch = 10
        let sandbox = try Sandbox()
        let state = "\(sandbox.folder)/stand-in"
        let programs = "\(sandbox.folder)/bin"
        for folder in [state, programs] { try LocalFiles().makeFolder(folder, mode: 0o755) }
        try LocalFiles().write(#"{"every": {"launchSeconds": \#(launch)}}"#, to: "\(state)/faults.json", mode: 0o644)
        _ = try await sandbox.seconds("ln", ["-s", standIn, "\(programs)/multipass"])
        let variables = [
            "BCM_PROVIDER_NAME": "multipass", "MULTIPASS_STAND_IN_DIR": state,
            // The machines run the LXD of this host, which may be any.
            "BCM_LXD_CHANNEL": "latest/stable",
            "PATH": "\(programs):\(SystemCalls.environment("PATH") ?? "/usr/bin:/bin")",
        ]
        let cluster = sandbox.cluster
        let (seconds, joins) = try await sandbox.whileItLasts(
            takenDownBy: tool, ["destroy", "-c", cluster, "--yes"], adding: variables
        ) {
            let arguments = ["up", "-c", cluster, "-m", "5", "--parallel", "3", "--storage", "dir"]
            let seconds = try await sandbox.seconds(tool, arguments, adding: variables)
            let joins = try sandbox.logOfUp().filter { $0.step.hasSuffix("join the cluster") }
            return (seconds, joins.reduce(0) { $0 + $1.end - $1.start })
        }
        let least = Double(2 * launch) + joins
        Table.add(
            Row(
                what: "6 VMs of \(launch) s, 3 at a time, against the least",
                measured: "\(seconds.written(2)) s / \(least.written(2)) s = \((seconds / least).written(2))",
                wanted: "< 1.1", isMet: seconds / least < 1.1))
    }
}
