import Foundation
import Provisioning
import Testing

extension EndToEnd {
    /// Files of other users in the runtime directory.
    @Suite struct RuntimeFolders {
        @Test("Every command refuses a runtime directory that others own or can write to, before it reads it")
        func refused() async throws {
            try await Sandbox.use("RF") { sandbox in
                let templates = "\(sandbox.runtime)/templates"
                try await sandbox.must("install", ["-d", "-m", "0700", sandbox.runtime, templates])
                _ = try sandbox.write("#!/bin/sh\n", to: "bcm/templates/entrypoint.sh")
                try await expect(true, sandbox)
                for (place, changes) in [
                    ("\(templates)/entrypoint.sh", [["chown", "65534"], ["chmod", "0666"]]),
                    (templates, [["chown", "65534"], ["chmod", "0770"]]),
                    (sandbox.runtime, [["chown", "65534"], ["chmod", "1777"]]),
                ] {
                    for change in changes {
                        try await sandbox.must(change[0], [change[1], place])
                        try await expect(false, sandbox)
                        try await sandbox.must("chown", ["0", place])
                        try await sandbox.must("chmod", ["0700", place])
                        try await expect(true, sandbox)
                    }
                }
            }
        }

        private func expect(_ isTrusted: Bool, _ sandbox: Sandbox) async throws {
            for words in [
                ["list"], ["host", "list"], ["up", "-c", sandbox.cluster, "--provider", "namespace", "--dry-run"],
            ] {
                let result = try await sandbox.run(Product.bcmcluster, words)
                #expect(result.ending == .exited(isTrusted ? 0 : 1), "\(words): \(result)")
                #expect(result.errors.contains("cannot trust \(sandbox.runtime)") != isTrusted, "\(words): \(result)")
            }
        }
    }
}
