extension Multipass {
    /// What a new machine is to be; what is left out multipass decides.
    package struct Launch: Sendable, Equatable {
        package var name: String
        /// An alias or a remote and an alias.
        package var image: String?
        /// The number of processors.
        package var cpus: String?
        /// An amount such as `4G`.
        package var memory: String?
        /// An amount such as `30G`.
        package var disk: String?
        /// A network for a further interface.
        package var network: String?
        /// The cloud-init user-data.
        package var userData: String?
        /// How long multipass may take.
        package var limit: Duration

        /// Makes the description of a new machine.
        package init(
            name: String, image: String?, cpus: String?, memory: String?, disk: String?, network: String? = nil,
            userData: String?, limit: Duration
        ) {
            self.name = name
            self.image = image
            self.cpus = cpus
            self.memory = memory
            self.disk = disk
            self.network = network
            self.userData = userData
            self.limit = limit
        }

        fileprivate var arguments: [String] {
            let options: [(String, String?)] = [
                ("--name", name), ("--cpus", cpus), ("-m", memory), ("--disk", disk), ("--network", network),
                ("--timeout", "\(Int(limit.seconds))"), ("--cloud-init", userData.map { _ in "-" }),
            ]
            let given = options.flatMap { option, value in value.map { [option, $0] } ?? [] }
            return ["launch"] + (image.map { [$0] } ?? []) + given
        }
    }

    /// Launches a machine; the user-data goes through a pipe, for the snap cannot read our folders.
    package func launch(_ machine: Launch) async throws {
        try await change(
            machine.arguments, machine.name, machine.limit + .seconds(30), input: machine.userData)
    }
}
