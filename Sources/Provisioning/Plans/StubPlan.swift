/// The recipe of `env stub`: the `.env` files alone, for the user to edit before `up`.
package enum StubPlan {
    /// The steps for those members.
    package static func plan(for members: [MemberName], provider: ProviderName, decided: [Setting: String])
        -> ClusterPlan
    {
        var plan = ClusterPlan()
        for member in members { plan.add(WriteEnvironment(name: member, provider: provider, decided: decided)) }
        return plan
    }
}
