#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One run at a time on one cluster.
package struct ClusterLock: Sendable {
    /// Who holds a lock.
    package struct Holder: Sendable, Codable, Equatable {
        package var process: Int32
        /// What it was started to do, secrets and paths left out.
        package var command: String
        /// Since when, in seconds since 1970.
        package var since: Int

        package init(process: Int32, command: String, since: Int) {
            self.process = process
            self.command = command
            self.since = since
        }

        /// How long it has held the lock, by that calendar.
        fileprivate func age(_ now: Int) -> Duration { .seconds(max(0, now - max(0, since))) }
    }

    private let lock: FileLock
    private let folder: ClusterFolder
    private let files: any Files

    /// Takes the lock of the cluster; throws `Failure.locked`, which names the holder, where another run has it.
    package init(
        _ folder: ClusterFolder, command: String, creates: Bool = true, files: any Files, time: any TimeSource
    ) throws {
        guard let lock = try Self.take(folder, creates: creates, files) else { throw Self.taken(folder, files, time) }
        let holder = Holder(process: SystemCalls.processNumber, command: command, since: time.secondsSince1970)
        lock.note(String(decoding: try JSONEncoder().encode(holder), as: UTF8.self))
        self.lock = lock
        self.folder = folder
        self.files = files
        // Not where a link leads out of the folder: reading the state says so.
        if (try? folder.check(files)) != nil { try folder.removeTemporaryFiles(files) }
    }

    /// Takes the lock, again where a run that removes the cluster has removed the folder in between.
    private static func take(_ folder: ClusterFolder, creates: Bool, _ files: any Files) throws -> FileLock? {
        var attempts = 100
        while true {
            if creates {
                try files.makeFolder(folder.path, mode: ClusterFolder.folderMode)
            } else if try files.kind(of: folder.path) == nil {
                throw Failure(
                    .unknownCluster, "cluster \(folder.cluster) not found", hint: "see bcmcluster list")
            }
            do {
                return try FileLock.take(
                    folder.lock, mode: ClusterFolder.fileMode, in: folder.path, locksFolder: !creates)
            } catch {
                attempts -= 1
                if attempts == 0 { throw error }
            }
        }
    }

    /// Does the work while the lock is held; a folder in which there is nothing but the lock then goes with it.
    ///
    /// A run that waited for one that removed the cluster may have put its lock into the folder that was about to go.
    package func whileHeld<Answer>(_ work: () async throws -> Answer) async throws -> Answer {
        defer {
            if (try? folder.check(files)) != nil, (try? folder.contents(files))?.isEmpty ?? false {
                try? folder.remove(files)
            }
            withExtendedLifetime(lock) {}
        }
        return try await work()
    }

    /// The change of the cluster that is under way, if another process makes one; looks at the lock, and never keeps it.
    package static func change(
        of folder: ClusterFolder, _ files: any Files, _ time: any TimeSource
    ) -> ClusterChange? {
        guard (try? folder.check(files)) != nil, FileLock.isHeld(folder.lock, in: folder.path) else { return nil }
        guard let holder = holder(folder, files) else { return ClusterChange(cluster: folder.cluster) }
        let suffix = " -c \(folder.cluster)"
        let command = holder.command.hasSuffix(suffix) ? holder.command.dropLast(suffix.count) : holder.command[...]
        return ClusterChange(
            cluster: folder.cluster,
            run: ClusterChange.Run(
                command: String(command), process: holder.process, lasts: holder.age(time.secondsSince1970)))
    }

    private static func holder(_ folder: ClusterFolder, _ files: any Files) -> Holder? {
        let text = (try? files.read(folder.lock)) ?? nil
        return text.flatMap { try? JSONDecoder().decode(Holder.self, from: Data($0.utf8)) }
    }

    private static func taken(_ folder: ClusterFolder, _ files: any Files, _ time: any TimeSource) -> Failure {
        let who = holder(folder, files).map {
            "\($0.command) (PID \($0.process), since \($0.age(time.secondsSince1970).brief))"
        }
        return Failure(
            .locked, "\(folder.cluster) is locked by \(who ?? "another run")",
            hint: "wait until it ends, then re-run the command, or use --wait")
    }
}
