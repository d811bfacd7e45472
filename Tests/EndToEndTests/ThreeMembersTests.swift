import Foundation
import Provisioning
import Schemas
import Testing

extension EndToEnd {
    /// The whole life of a cluster of three with the namespace provider.
    @Suite struct ThreeMembers {
        @Test(
            "up -m 2 does what its dry run said, leaves a cluster that can be used at once, and destroy leaves nothing")
        func wholeLife() async throws {
            try await Sandbox.use("L") { sandbox in
                let plan = try await DryRun(sandbox, "up", "-c", sandbox.cluster, "-m", "2")
                #expect(!FileManager.default.fileExists(atPath: sandbox.runtime), "a dry run makes no file")
                let picture = "\(sandbox.folder)/up.json"
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "2", "--timeline", picture, "--json")
                try expectTimeline(picture, plan)
                try plan.expectTrace(in: sandbox, command: "up")

                let members = (0...2).map { "\(sandbox.cluster)-0\($0)" }
                #expect(try await sandbox.online() == Set(members))
                try await expectRemote(sandbox)
                try expectModes(sandbox)
                try await expectUnchangedByAnotherUp(sandbox)
                try await expectContainers(sandbox, on: members)
                try await expectOtherClient(sandbox)
                try await expectDaemonComesBack(sandbox, members[1])

                let traces = try HostTraces(sandbox.state())
                #expect(
                    try await !traces.left().isEmpty, "a cluster that is up leaves traces, else this test sees nothing")
                let removal = try await DryRun(sandbox, "destroy", "-c", sandbox.cluster)
                #expect(removal.steps.count == 9)
                #expect(try await sandbox.online() == Set(members), "a dry run destroys nothing")
                try await sandbox.destroy(leavingNothingOf: traces)
                #expect(try await !sandbox.client("remote", "list", "--format", "json").contains(sandbox.cluster))
                #expect(try await sandbox.client("remote", "get-default").trimmed == "local")
                #expect(try sandbox.runtimeContents() == [])
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--json")
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--json", "--dry-run")
            }
        }

        /// Every step of the plan has its time, and the last one ends the longest path.
        private func expectTimeline(_ path: String, _ plan: DryRun) throws {
            struct Timeline: Decodable {
                struct Span: Decodable {
                    var title: String
                    var isLongest: Bool
                }
                var spans: [Span]
            }
            let timeline = try JSONDecoder().decode(Timeline.self, from: Data(contentsOf: URL(filePath: path)))
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(try Schema("timeline").complaints(aboutText: text) == [])
            let drawn = timeline.spans.map(\.title)
            // The checks before and after, and the instances that ran before, may leave nothing to do.
            #expect(Set(drawn).isSubset(of: Set(plan.steps.map(\.title))) && drawn.count >= plan.steps.count - 3)
            #expect(
                timeline.spans.contains { $0.title == "create the bridge \(Product.engine.bridge)" && $0.isLongest })
        }

        /// The remote is the default, and trusts exactly what came through the provider's channel.
        private func expectRemote(_ sandbox: Sandbox) async throws {
            let first = "\(sandbox.cluster)-00"
            #expect(try await sandbox.client("remote", "get-default").trimmed == first)
            let member = MemberName(try ClusterName(sandbox.cluster), 0)
            let own = try String(contentsOfFile: sandbox.files().certificate(member, Product.engine), encoding: .utf8)
            let pinned = try String(
                contentsOfFile: "\(sandbox.clientConfiguration)/servercerts/\(first).crt", encoding: .utf8)
            let daemons = try String(
                contentsOfFile: "/var/lib/bcmcluster/machines/\(first)/\(Product.engine.name)/cluster.crt",
                encoding: .utf8)
            #expect(own.trimmed == pinned.trimmed)
            #expect(own.trimmed == daemons.trimmed)
        }

        private func expectModes(_ sandbox: Sandbox) throws {
            let folder = try sandbox.files().path
            let paths = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
            #expect(paths.contains("endpoints/\(sandbox.cluster)-01/\(Product.engine.name)/preseed.yml"))
            for path in paths {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
                let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
                #expect(attributes[.posixPermissions] as? Int == (isFolder ? 0o700 : 0o600), "\(path)")
            }
        }

        private func expectUnchangedByAnotherUp(_ sandbox: Sandbox) async throws {
            let before = try sandbox.state()
            let start = ContinuousClock.now
            let again = try await sandbox.mustRun("up", "-c", sandbox.cluster)
            #expect(ContinuousClock.now - start < .seconds(10), "limits in tests are generous")
            #expect(again.errors.contains("unchanged"))
            #expect(try sandbox.state() == before)
            #expect(try RunLogFile.newest(in: sandbox, command: "up").entries.filter { $0.effect == "changes" } == [])
            let smaller = try await sandbox.bcmcluster("up", "-c", sandbox.cluster, "-m", "1")
            #expect(smaller.ending == .exited(2))
        }

        /// A container on every member gets an address, and reaches the host beyond its member.
        private func expectContainers(_ sandbox: Sandbox, on members: [String]) async throws {
            let image = try await TinyImage.make(in: sandbox.folder)
            try await sandbox.client("image", "import", image, "--alias", "tiny")
            for (number, member) in members.enumerated() {
                try await sandbox.client("launch", "tiny", "c\(number)", "--target", member, "--quiet")
            }
            let gateway = try #require(sandbox.state().subnet?.address(1).description)
            for number in members.indices {
                let address = try await SystemTime().wait(
                    for: "c\(number)'s address", limit: .seconds(60), every: .milliseconds(200)
                ) {
                    let text = try await sandbox.client("list", "c\(number)", "--format", "csv", "--columns", "4")
                    return text.contains("10.248.0.") ? text : nil
                }
                #expect(address.contains("(eth0)"))
                try await sandbox.client("exec", "c\(number)", "--", "ping", "-c", "1", "-W", "5", gateway)
            }
        }

        /// A second client, with a configuration of its own, gets in by a token of the cluster's.
        private func expectOtherClient(_ sandbox: Sandbox) async throws {
            let other = [Product.engine.configurationVariable: "\(sandbox.folder)/other"]
            let token = try await sandbox.client(Product.tokenArguments("other"))
            let last = try #require(token.split(separator: "\n").last)
            try await sandbox.client("remote", "add", "theirs", String(last), adding: other)
            #expect(try await sandbox.client("list", "theirs:", "--format", "csv", adding: other).contains("c1"))
        }

        /// A member whose daemon has died is healthy again after `up`, with the container that ran on it all the while.
        private func expectDaemonComesBack(_ sandbox: Sandbox, _ member: String) async throws {
            let before = try await sandbox.client("query", "/1.0/instances/c1/state")
            let daemon = try #require(try Daemon(member))
            daemon.kill()
            try await sandbox.mustRun("up", "-c", sandbox.cluster)
            #expect(try Daemon(member)?.number != daemon.number)
            #expect(try await sandbox.online().contains(member))
            let after = try await sandbox.client("query", "/1.0/instances/c1/state")
            #expect(try State(before).pid == State(after).pid, "the container was not started anew")
        }

        private struct State: Decodable {
            var pid: Int
            init(_ text: String) throws { self = try JSONDecoder().decode(State.self, from: Data(text.utf8)) }
        }
    }
}

/// The LXD daemon of a machine, found among the host's processes.
struct Daemon {
    let number: Int32

    init?(_ machine: String) throws {
        let numbers = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
        let found = numbers.first { number in
            let text = (try? String(contentsOfFile: "/proc/\(number)/cmdline", encoding: .utf8)) ?? ""
            return text.hasPrefix("\(Product.engine.daemon)\0--group") && text.contains("/machines/\(machine)/")
        }
        guard let found else { return nil }
        number = found
    }

    /// Ends it as a crash would, and waits until it is gone.
    func kill() {
        Foundation.kill(number, SIGKILL)
        while FileManager.default.fileExists(atPath: "/proc/\(number)/cmdline"),
            let text = try? String(contentsOfFile: "/proc/\(number)/cmdline", encoding: .utf8), !text.isEmpty
        { usleep(10_000) }
    }
}
