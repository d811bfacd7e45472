/// What multipass's messages about a VM mean for a person.
public enum VMTrouble {
    /// The failure with the host's name, and with the way out where the message is one of those that are known.
    public static func explained(_ failure: Failure, on host: HostName) -> Failure {
        guard failure.code == .commandFailed else { return failure }
        var explained = MultipassTrouble.explained(failure)
        if failure.output?.contains("Unable to find an image") == true {
            explained.remedy = "choose one that multipass find shows there"
        }
        explained.message = "\(host): \(explained.message)"
        return explained
    }

    /// Whether the daemon goes on with a launch that its client has given up on.
    public static func goesOn(_ failure: Failure) -> Bool {
        failure.code == .timedOut || failure.output?.contains("Timed out waiting for instance launch") == true
    }

    /// Whether the name is that of another VM, which may not be in the list yet.
    public static func isTaken(_ failure: Failure) -> Bool {
        ["already exists", "is being prepared"].contains { failure.output?.contains($0) == true }
    }
}
