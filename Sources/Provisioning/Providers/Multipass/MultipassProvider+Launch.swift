extension Engine {
    /// The template that sets a VM up.
    var userData: TemplateFile { TemplateFile(rawValue: userDataFile) ?? .userData }
}

extension MultipassProvider {
    private static let channelVariable = "BCM_LXD_CHANNEL"

    private func channel(of state: ClusterState) -> String? {
        engine.defaultChannel.map { state.settings.channel ?? $0 }
    }

    /// The channel that the engine in the VMs has to be of; `nil` where it is no snap, or the user did not ask for one.
    ///
    /// The state always has one: that of the template of `.env`. User-data of the user's own that does not name it makes
    /// what it likes, as long as the user gave none either.
    func askedChannel(of state: ClusterState) throws -> SnapChannel? {
        guard let channel = self.channel(of: state) else { return nil }
        let isNamed = try templates.template(engine.userData).names(Self.channelVariable)
        return isNamed || channel != engine.defaultChannel ? SnapChannel(channel) : nil
    }

    /// Launches the VM; a launch that a former run began, and that the daemon continues with, counts as this one.
    ///
    /// Throws `Failure.taken` where the VM that has the name is not marked as this cluster's.
    package func create(_ machine: MachineSpecification, of state: ClusterState) async throws {
        let launch = Multipass.Launch(
            name: machine.member.text, image: state.settings.image ?? "24.04", cpus: machine.cpus,
            memory: machine.memory, disk: machine.disk, network: state.settings.network,
            userData: try userData(state), limit: machine.limit)
        if await gate.fetchesImage(machine.member) {
            do { try await self.launch(launch, machine.member, of: state) } catch {
                await gate.open()
                throw error
            }
            await gate.open()
        } else {
            try await waitForImage(limit: machine.limit)
            try await self.launch(launch, machine.member, of: state)
        }
    }

    private func launch(_ machine: Multipass.Launch, _ member: MemberName, of state: ClusterState) async throws {
        do {
            try await LaunchWatch(member: member, base: base, time: time, limit: machine.limit)
                .during { try await multipass.launch(machine) }
        } catch let failure as Failure where failure.continuesInMultipass {
            return
        } catch let failure as Failure where failure.isNameTakenInMultipass {
            try await checkOwnedByCluster(member, of: state, limit: machine.limit)
        } catch let failure as Failure {
            throw MultipassError.explained(failure)
        }
    }

    /// A VM that `list` shows has its image.
    private func waitForImage(limit: Duration) async throws {
        _ = try await time.wait(for: "the image of the first launch", limit: limit, every: traits.pollInterval) {
            guard let ahead = await gate.ahead else { return true }
            return try await multipass.list().contains { $0.name == ahead.text } ? true : nil
        }
    }

    private func userData(_ state: ClusterState) throws -> String {
        var values: [String: Template.Value] = [
            "BCM_LXD_STORAGE": .text(state.settings.storage.rawValue),
            "BCM_CLUSTER_NAME": .text(state.name.text),
            "BCM_CLUSTER_IDENTIFIER": .text(state.identifier),
            "BCM_CLUSTER_STATE": .text(copy(state)?.origin.text ?? ""),
        ]
        if let channel = self.channel(of: state) { values[Self.channelVariable] = .text(channel) }
        return try templates.template(engine.userData).rendered(values)
    }
}
