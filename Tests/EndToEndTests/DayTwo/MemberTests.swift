import Foundation
import Provisioning
import Testing

extension DayTwo {
    /// A cluster that grows and shrinks.
    @Suite struct Members {
        @Test("Grow, refuse to lose an instance, shrink, remove a dead one, grow again")
        func growAndShrink() async throws {
            try await Sandbox.use("B") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "-m", "2")
                try await sandbox.mustRun("member", "add", "-c", name, "--dry-run", "--json")
                try await sandbox.mustRun("member", "add", "-c", name, "--json")
                #expect(try await sandbox.online() == Set((0...3).map { "\(name)-0\($0)" }))
                try await sandbox.lxc("image", "import", TinyImage.make(in: sandbox.folder), "--alias", "tiny")
                try await sandbox.lxc("init", "tiny", "c1", "--target", "\(name)-01", "--quiet")
                let refused = try await sandbox.bcmcluster("member", "remove", "-c", name, "\(name)-01", "--json")
                #expect(refused.ending == .exited(1))
                #expect(refused.errors.contains("c1 still lives on \(name)-01"), "\(refused.errors)")
                let first = try await sandbox.bcmcluster("member", "remove", "-c", name, "\(name)-00")
                #expect(first.ending == .exited(2) && first.errors.contains("is the first member, and stays"))

                try await sandbox.mustRun("member", "remove", "-c", name, "\(name)-02", "--dry-run", "--json")
                try await sandbox.mustRun("member", "remove", "-c", name, "\(name)-02", "--json")
                #expect(try await sandbox.online() == ["\(name)-00", "\(name)-01", "\(name)-03"])
                #expect(try HostFiles.machines().filter { $0.hasPrefix("\(name)-02") } == [])
                try #require(try Daemon("\(name)-03")).kill()
                try await sandbox.mustRun("member", "remove", "-c", name, "\(name)-03", "--force")
                try await sandbox.mustRun("member", "add", "-c", name, "-n", "1")
                #expect(try sandbox.record().members.map(\.name.index) == [0, 1, 2])
                #expect(try await sandbox.online() == Set((0...2).map { "\(name)-0\($0)" }))
            }
        }
    }
}
