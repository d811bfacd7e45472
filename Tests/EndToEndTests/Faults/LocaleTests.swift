import Foundation
import Provisioning
import Testing

extension Faults {
    /// Users whose programs do not speak English.
    @Suite struct Locales {
        @Test("The life of a cluster in a German locale, in which the programs of the system speak German")
        func german() async throws {
            try await Sandbox.use("LG") { plain in
                let locales = "\(plain.folder)/locales"
                try FileManager.default.createDirectory(atPath: locales, withIntermediateDirectories: true)
                // Warnings of the definition are no failure.
                _ = try await plain.run("localedef", ["-i", "de_DE", "-f", "UTF-8", "\(locales)/de_DE.UTF-8"])
                let sandbox = plain.adding(["LOCPATH": locales, "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"])
                let spoken = try await sandbox.run("sh", ["-c", "ls /no-such-file; true"])
                #expect(spoken.errors.contains("Datei oder Verzeichnis"), "\(spoken.errors)")

                let cluster = sandbox.cluster
                try await sandbox.mustRun("up", "-c", cluster, "-m", "1")
                let again = try await sandbox.mustRun("up", "-c", cluster)
                #expect(again.errors.contains("unchanged"))
                // A command of the user's own keeps the user's language.
                let own = try await sandbox.bcmcluster("exec", "-c", cluster, "--", "ls", "/no-such-file")
                #expect(own.errors.contains("Datei oder Verzeichnis") || own.output.contains("Datei oder Verzeichnis"))
                try await sandbox.mustRun("stop", "-c", cluster)
                try await sandbox.mustRun("start", "-c", cluster)
                try await sandbox.mustRun("snapshot", "create", "-c", cluster, "before")
                try await sandbox.mustRun("member", "add", "-c", cluster)
                try await sandbox.mustRun("member", "remove", "-c", cluster, "\(cluster)-02", "--yes")
                #expect(try await sandbox.mustRun("status", "-c", cluster).output.contains("is healthy"))
                try await sandbox.destroy(leavingNothingOf: try HostTraces(sandbox.state()))
            }
        }
    }
}
