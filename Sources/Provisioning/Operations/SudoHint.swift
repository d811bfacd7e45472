/// The hint for a run under `sudo` where the clusters are in the home of the calling user.
extension AppContext {
    /// The hint; `nil` where this runtime directory has clusters, or the user's has none.
    package var hintForSudo: String? {
        guard SystemCalls.effectiveUser == 0, environment("BCM_RUNTIME_DIR") == nil,
            let user = environment("SUDO_USER"),
            user != "root", ((try? clusterNames()) ?? []).isEmpty, let home = SystemCalls.homeOfUser(user)
        else { return nil }
        let own = "\(home)/.bcm"
        let names = (try? files.names(in: ClusterFolder.clusters(in: own))) ?? []
        guard own != runtime, !names.isEmpty else { return nil }
        return "the clusters of \(user) are in \(own): run it without sudo"
    }
}
