import Foundation
import Provisioning
import Testing

/// The script that tests on a real multipass, against the stand-in: as far as that can answer, every step passes.
@Suite struct MultipassScript {
    @Test("The script for a real multipass passes with the stand-in, and leaves only what was there")
    func passes() async throws {
        try await Sandbox.useMultipass("MS") { sandbox, multipass in
            _ = try await multipass("launch", "24.04", "--name", "stranger")
            // Long enough for a launch to be interrupted.
            let faults = #"{"every": {"launchSeconds": 3}}"#
            try LocalFiles().write(faults, to: "\(sandbox.folder)/multipass/faults.json", mode: 0o600)
            let variables = sandbox.environment.merging(["BCMCLUSTER": Product.bcmcluster]) { $1 }
            let result = try await LocalRunner().run(
                Command(
                    "/usr/bin/env",
                    variables.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
                        + ["\(Product.sources)/scripts/test-multipass"],
                    limit: .seconds(1800), effect: .changes))
            #expect(result.succeeded, "\(result.output)\n\(result.errors)")
            for step in ["up", "exec-input", "transfer", "reload", "hung-daemon", "quorum", "interrupted", "strangers"]
            {
                #expect(result.output.split(separator: "\n").contains { $0.hasPrefix("passed   \(step) ") }, "\(step)")
            }
            let left = try await multipass("list", "--format", "csv")
            #expect(left.split(separator: "\n").count == 1 && left.hasPrefix("stranger "), "\(left)")
            #expect(try sandbox.runtimeContents() == [])
        }
    }

    @Test("An unknown step is an error, before anything is made")
    func unknownStep() async throws {
        let result = try await LocalRunner().run(
            Command("\(Product.sources)/scripts/test-multipass", ["no-such-step"], effect: .changes))
        #expect(result.ending == .exited(2) && result.errors.contains("unexpected argument"), "\(result)")
    }
}
