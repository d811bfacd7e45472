/// The copies of clusters' states that a host keeps beside what their machines share.
actor KeptCopies {
    private let root: any CommandRunner
    private let copy: @Sendable (ClusterState) -> StateCopy?
    private var kept: StateCopy?

    init(_ root: any CommandRunner, _ copy: @escaping @Sendable (ClusterState) -> StateCopy?) {
        self.root = root
        self.copy = copy
    }

    /// Keeps a copy of the state, unless this run has kept the same one already.
    func keep(_ state: ClusterState) async throws {
        guard let copy = copy(state), copy != kept else { return }
        kept = copy
        let layout = NamespaceLayout(state)
        do { try await RootFiles(root).write(copy.text, to: layout.copy, mode: "0600") } catch {
            kept = nil
            throw error
        }
    }

    /// All that are there, of any cluster.
    func all() async throws -> [StateCopy] {
        try await StateCopy.all(
            in: RootFiles(root).contents(named: NamespaceLayout.copyName, below: NamespaceLayout.clusters, depth: 2))
    }
}

extension HostedCluster {
    /// A cluster by the copy of its state, without machines yet.
    init(_ copy: StateCopy) {
        self.init(
            name: copy.state.name, identifier: copy.state.identifier, members: [], origin: copy.origin,
            state: copy.state)
    }
}
