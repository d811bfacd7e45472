import Foundation
import Provisioning
import Testing

extension Packages {
    /// The workflow of docs/guides/ci.md.
    @Suite struct ContinuousIntegration {
        /// What the steps run, in their order.
        ///
        /// Of YAML this reads what the file has: `run: TEXT`, and `run: |` with lines that are indented further.
        private func steps(_ workflow: String) -> [String] {
            var steps: [String] = []
            var block: (indent: Int, lines: [String])?
            for line in workflow.components(separatedBy: "\n") + ["end:"] {
                let indent = line.prefix { $0 == " " }.count
                if let open = block {
                    if line.trimmed.isEmpty || indent > open.indent {
                        block?.lines.append(String(line.dropFirst(open.indent + 2)))
                        continue
                    }
                    steps.append(open.lines.joined(separator: "\n"))
                    block = nil
                }
                guard let match = line.wholeMatch(of: #/ +(?:- )?run: (.+)/#) else { continue }
                if match.output.1 == "|" { block = (indent, []) } else { steps.append(String(match.output.1)) }
            }
            return steps
        }

        @Test(
            "The steps of the workflow file, one after the other in a clean Debian 13: the cluster is made, used, packed, deleted"
        )
        func workflow() async throws {
            let made = try await Artefacts.made()
            let path = "\(Product.sources)/docs/guides/ci-github-actions.yml"
            let steps = steps(try String(contentsOfFile: path, encoding: .utf8))
            try #require(steps.count == 5, "\(steps)")
            let cluster = Sandbox.name("PG")
            try await withFolder { folder in
                for (number, step) in steps.enumerated() {
                    let own = step.replacing(/\bDEV\b/) { _ in cluster }
                    try Data(own.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(number).sh"))
                }
                // Each in a shell of its own, as on GitHub, and in the folder of the checkout.
                let job = """
                    mkdir /srv/checkout && cd /srv/checkout
                    if command -v bcmcluster incusd lxd; then exit 1; fi
                    export PACKAGE=file:///mnt/bcmcluster.deb
                    for step in /srv/?.sh; do
                        echo "--- $step"
                        sh -e "$step"
                    done
                    tar -tzf cluster.tar.gz >/dev/null
                    [ -z "$(bcmcluster list --quiet)" ]
                    """
                let result = try await Shell.run(
                    "\"$1/packaging/in-clean-tree\" --bare --package \"$2\" --work \"$3\" trixie bash -ec \"$4\"",
                    [Product.sources, made.package, folder, job])
                #expect(result.succeeded, "\(result.output)\n\(result.errors)")
                #expect(result.output.contains("\(cluster) is healthy: 3 members online."), "\(result.output)")
                #expect(result.errors.contains("cluster \(cluster) deleted"), "\(result.errors)")
            }
        }
    }
}
