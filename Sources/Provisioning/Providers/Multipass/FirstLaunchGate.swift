/// Lets one launch go ahead and fetch the image; the others follow once it has it.
actor FirstLaunchGate {
    private var leader: MemberName?
    private var isOpen = false

    /// Whether this launch is the one that goes ahead.
    func fetchesImage(_ member: MemberName) -> Bool {
        if leader == nil { leader = member }
        return leader == member
    }

    /// Lets everybody through.
    func open() { isOpen = true }

    /// Whether the others may follow; `nil` says so, else the launch that is ahead.
    var ahead: MemberName? { isOpen ? nil : leader }
}
