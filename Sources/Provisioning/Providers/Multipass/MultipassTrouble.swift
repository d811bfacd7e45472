/// What multipass's own messages mean for a person.
enum MultipassTrouble {
    /// Whether the daemon goes on with a launch that the client gave up on.
    static func goesOnAnyway(_ failure: Failure) -> Bool {
        failure.code == .timedOut || says(["Timed out waiting for instance launch"], failure)
    }

    /// Whether a VM has the name already, or another client's launch will give it to one.
    static func isTaken(_ failure: Failure) -> Bool { says(["already exists", "is being prepared"], failure) }

    private static func says(_ words: [String], _ failure: Failure) -> Bool {
        failure.code == .commandFailed && words.contains { failure.output?.contains($0) ?? false }
    }

    /// The failure with the way out, where the message is one of those that are known.
    static func explained(_ failure: Failure) -> Failure {
        var explained = failure
        if failure.code == .missing {
            explained.message = "multipass is not installed"
            explained.remedy = "snap install multipass, or choose --provider namespace on Linux"
            return explained
        }
        if signsOfAMachineThatIsOn.contains(where: { failure.output?.contains($0) ?? false }) {
            explained.code = .conflict
            explained.message = "multipass deletes snapshots of machines that are off alone"
            explained.remedy = "bcmcluster stop, then the same command again, then bcmcluster start"
            return explained
        }
        for (words, message, remedy) in known where failure.output?.contains(words) == true {
            explained.code = .missing
            explained.message = message
            explained.remedy = remedy
            return explained
        }
        return failure
    }

    /// What multipass says where a snapshot is held fast: 1.16 in qemu's words, a newer one in its own.
    private static let signsOfAMachineThatIsOn = [
        #"Failed to get shared "write" lock"#, "must be stopped before deleting",
    ]

    private static let known = [
        (
            "not authenticated", "multipass does not know you",
            "multipass authenticate, then run the same command again"
        ),
        (
            "cannot connect to the multipass socket", "the multipass daemon does not answer",
            "snap start multipass, or see snap logs multipass"
        ),
        (
            "Unable to find an image", "multipass has no such image",
            "choose one of multipass find, and give it to up with --image; that is possible while the cluster has no machine"
        ),
        (
            "Unknown command or alias", "this multipass takes no snapshots, which came with 1.13",
            "snap refresh multipass"
        ),
        (
            "not implemented on this backend", "multipass takes no snapshots by the driver that it uses here",
            "see multipass get local.driver: by qemu, for one, it does"
        ),
    ]
}
