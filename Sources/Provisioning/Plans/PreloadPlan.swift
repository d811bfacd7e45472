/// The recipe of `image preload`: an image on every member, before it is needed there.
package enum PreloadPlan {
    /// The steps for the members of the state.
    package static func plan(
        _ source: ImageSource, _ fingerprint: String, remote: String, of state: ClusterState
    ) -> ClusterPlan {
        var plan = ClusterPlan()
        let brought = plan.add(CopyImageToCluster(source: source, fingerprint: fingerprint, remote: remote))
        // Those that the cluster has not put it on by itself.
        for member in state.members.map(\.name).sorted() {
            plan.add(CopyImageToMember(name: member, fingerprint: fingerprint, remote: remote), after: [brought])
        }
        return plan
    }
}
