import Foundation
import Provisioning
import Testing

/// One fault, and what the same command makes of it afterwards.
struct FaultTrial {
    /// How long a command may take where one is going to hang: longer than a join on a busy machine.
    static let limit = "6s"

    let sandbox: Sandbox
    let shims: FaultShims
    let further: Int
    let options: [String]
    /// What is left where machines are elsewhere than on this one; `nil` where they are not.
    let elsewhere: Traces?

    /// Looks for what a cluster leaves.
    typealias Traces = @Sendable () async throws -> [String]

    init(_ sandbox: Sandbox, further: Int, options: [String], elsewhere: Traces?) async throws {
        self.sandbox = sandbox
        self.elsewhere = elsewhere
        self.further = further
        self.options = options
        shims = try await FaultShims(sandbox)
    }

    private var up: [String] { ["up", "-c", sandbox.cluster, "-m", "\(further)"] + options }
    private var destroy: [String] { ["destroy", "-c", sandbox.cluster, "--yes"] }

    /// The calls of an `up` and of a `destroy` in which nothing goes wrong.
    func calls() async throws -> (up: Int, destroy: Int) {
        try await succeed(up, shims.variables(nil))
        let made = try shims.calls().count
        try await succeed(destroy, shims.variables(nil))
        return (made, try shims.calls().count)
    }

    /// Meets the fault, recovers, uses the cluster, takes it down, and compares the machine with before.
    ///
    /// Returns whether the run made so many calls that it met the fault: how often it asks differs from run to run.
    func run(_ fault: Fault, withContainer: Bool) async throws -> Bool {
        // A remote of the user's own is the default before and after.
        try await sandbox.client("remote", "add", "mine", "https://192.0.2.77:8443", "--protocol", "simplestreams")
        try await sandbox.client("remote", "switch", "mine")
        let before = try configuration()
        let wasMet: Bool
        if fault.run == .up {
            wasMet = try await meet(fault, up)
        } else {
            try await succeed(up)
            let traces = try traces()
            wasMet = try await meet(fault, destroy)
            if fault.call % 2 == 0 {
                try await expectNothingLeft(traces, before)
                return wasMet
            }
        }
        try await succeed(up)
        try await expectWhole()
        if withContainer { try await expectContainer() }
        try await expectNothingLeft(traces(), before)
        return wasMet
    }

    /// Runs the command with the fault; where it says that all is well, it is.
    private func meet(_ fault: Fault, _ words: [String]) async throws -> Bool {
        let limit = fault.kind.hangs ? ["--timeout", Self.limit] : []
        let result = try await sandbox.run(Product.bcmcluster, words + limit, adding: shims.variables(fault))
        let wasMet = try shims.calls().count >= fault.call
        if result.succeeded && fault.run == .up { try await expectWhole() }
        guard case .exited(let status) = result.ending, status != 0 else { return wasMet }
        let statuses: [Int32] = options.contains("--hosts") ? [1, 3, 4] : [1, 3]
        try #require(statuses.contains(status), "status \(status)")
        try #require(!result.errors.isEmpty, "a failure is explained")
        // A limit is named, and so is the log where a step was under way.
        let isNamed = ["longer than its limit of", "timed out waiting", "no answer within"].contains {
            result.errors.contains($0)
        }
        try #require(isNamed || !fault.kind.hangs, "\(result.errors)")
        let isLogNamed = result.errors.contains("; the log is \(sandbox.runtime)/clusters/")
        try #require(isLogNamed || !result.errors.contains("✗ \(sandbox.cluster)"), "\(result.errors)")
        return wasMet
    }

    @discardableResult
    private func succeed(_ words: [String], _ variables: [String: String] = [:]) async throws -> CommandResult {
        let result = try await sandbox.run(Product.bcmcluster, words, adding: variables)
        try #require(result.succeeded, "\(words[0]) ended with \(result.ending): \(result.errors)")
        return result
    }

    private func expectWhole() async throws {
        let members = Set((0...further).map { "\(sandbox.cluster)-0\($0)" })
        let online = try await sandbox.online()
        try #require(online == members, "online: \(online.sorted())")
    }

    private func expectContainer() async throws {
        try await sandbox.importImage()
        let last = "\(sandbox.cluster)-0\(further)"
        try await sandbox.client("launch", "tiny", "c", "--target", last, "--quiet")
        try await sandbox.client("exec", "c", "--", "hostname")
    }

    private func expectNothingLeft(_ traces: () async throws -> [String], _ before: String) async throws {
        try await succeed(destroy)
        let left = try await traces()
        try #require(left == [], "left: \(left)")
        try #require(try configuration() == before, "the client's configuration is as it was")
        let files = try sandbox.runtimeContents().filter { $0 != "hosts.json" }
        try #require(files == [], "left in the runtime directory: \(files)")
    }

    /// Looks for what the cluster, which is up now, leaves on the machine.
    private func traces() throws -> () async throws -> [String] {
        if let elsewhere { return elsewhere }
        guard options.contains("multipass") else { return try HostTraces(sandbox.state()).leftInTheEnd }
        return {
            try await sandbox.run("multipass", ["list", "--format", "csv"]).output.split(separator: "\n").dropFirst()
                .map(String.init)
        }
    }

    private func configuration() throws -> String {
        let certificates = "\(sandbox.clientConfiguration)/servercerts"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: certificates)) ?? []
        return try String(contentsOfFile: "\(sandbox.clientConfiguration)/config.yml", encoding: .utf8)
            + names.sorted().joined(separator: "\n")
    }
}
