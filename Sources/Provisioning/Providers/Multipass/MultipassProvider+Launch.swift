extension MultipassProvider {
    /// Launches the VM; a launch that a former run began, and that the daemon goes on with, counts as this one.
    public func create(_ machine: MachineSpecification, of record: ClusterRecord) async throws {
        let launch = Multipass.Launch(
            name: machine.member.text, image: record.settings.image ?? "24.04", cpus: machine.cpus,
            memory: machine.memory, disk: machine.disk, network: record.settings.network,
            userData: try userData(record), limit: machine.limit)
        if await gate.goesAhead(machine.member) {
            do { try await self.launch(launch, machine.member) } catch {
                await gate.open()
                throw error
            }
            await gate.open()
        } else {
            try await waitForImage(limit: machine.limit)
            try await self.launch(launch, machine.member)
        }
    }

    private func launch(_ machine: Multipass.Launch, _ member: MemberName) async throws {
        do {
            try await LaunchWatch(member: member, base: base, time: time, limit: machine.limit)
                .during { try await multipass.launch(machine) }
        } catch let failure as Failure where MultipassTrouble.goesOnAnyway(failure) {
            return
        } catch let failure as Failure {
            throw MultipassTrouble.explained(failure)
        }
    }

    /// A VM that `list` shows has its image.
    private func waitForImage(limit: Duration) async throws {
        _ = try await time.wait(for: "the image of the first launch", limit: limit, every: pollInterval) {
            guard let ahead = await gate.ahead else { return true }
            return try await multipass.list().contains { $0.name == ahead.text } ? true : nil
        }
    }

    private func userData(_ record: ClusterRecord) throws -> String {
        try templates.template(.userData).rendered([
            "BCM_LXD_CHANNEL": .text(record.settings.channel ?? "5.21/stable"),
            "BCM_CLUSTER_NAME": .text(record.name.text),
        ])
    }
}
