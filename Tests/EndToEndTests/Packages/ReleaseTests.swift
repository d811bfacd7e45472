import Foundation
import Provisioning
import Testing

extension Packages {
    /// What a release consists of.
    @Suite struct Release {
        @Test("Two builds of one commit, in two folders, are the same, byte for byte")
        func reproducible() async throws {
            let made = try await Artefacts.made()
            let result = try await Shell.run(
                "\"$1/packaging/test-reproducible\" \"$2\"", [Product.sources, made.folder])
            #expect(result.succeeded, "\(result.output)\n\(result.errors.suffix(4000))")
            for file in [made.archive, made.package, "SHA256SUMS"] {
                #expect(result.output.contains(file.split(separator: "/").last ?? ""), "\(file): \(result.output)")
            }
        }

        @Test(
            "The archive holds the program, its completions, manual pages, licence and docs, and their sums are right")
        func contents() async throws {
            let made = try await Artefacts.made()
            for path in [
                "bin/bcmcluster", "share/man/man1/bcmcluster.1", "share/bash-completion/completions/bcmcluster",
                "share/zsh/site-functions/_bcmcluster", "share/fish/vendor_completions.d/bcmcluster.fish", "install.sh",
                "LICENSE", "README.md", "CHANGELOG.md", "docs/README.md", "SHA256SUMS",
            ] {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(made.tree)/\(path)")
                #expect(attributes[.size] as? Int ?? 0 > 0, "\(path)")
            }
            let pages = try FileManager.default.contentsOfDirectory(atPath: "\(made.tree)/share/man/man1")
            #expect(pages.contains { $0.hasPrefix("bcmcluster-") }, "\(pages)")
            for folder in [made.folder, made.tree] {
                try await Shell.output("cd \"$1\" && sha256sum --check --strict --quiet SHA256SUMS", folder)
            }
            let listing = try await Shell.output("tar --numeric-owner -tvzf \"$1\"", made.archive)
            #expect(listing.split(separator: "\n").allSatisfy { $0.split(separator: " ")[1] == "0/0" })
            #expect(!listing.contains("->"), "no links: every system unpacks it")
        }

        @Test("The program has at most 21 MB, no symbols, no path of the build, and runs with glibc 2.36")
        func program() async throws {
            let program = "\(try await Artefacts.made().tree)/bin/bcmcluster"
            let size = try FileManager.default.attributesOfItem(atPath: program)[.size] as? Int ?? 0
            #expect(size <= 21_000_000 && size > 1_000_000, "\(size)")
            let sections = try await Shell.output("readelf --wide --section-headers \"$1\"", program)
            #expect(!sections.contains(".debug_") && !sections.contains(".symtab"), "\(sections)")
            // A path of another build would not fail here, and would make two builds differ.
            let paths = try await Shell.run("grep -caF \"$1\" \"$2\"", ["\(Product.sources)/", program])
            #expect(paths.output.trimmed == "0", "lines with a path of the source tree: \(paths.output)")
            let symbols = try await Shell.output("objdump -T \"$1\"", program)
            let versions = symbols.matches(of: /GLIBC_2\.(\d+)/).compactMap { Int($0.output.1) }
            #expect(versions.count > 10 && versions.allSatisfy { $0 <= 36 }, "2.\(versions.max() ?? 0)")
            let needed = try await Shell.output("objdump -p \"$1\" | sed -n 's/^ *NEEDED *//p'", program)
            #expect(
                Set(needed.split(separator: "\n").map(String.init)).isSubset(of: [
                    "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libc.so.6", "ld-linux-x86-64.so.2",
                    "ld-linux-aarch64.so.1",
                ]), "\(needed)")
        }

        @Test("The package satisfies lintian without an exception, and names what it depends on")
        func policy() async throws {
            let made = try await Artefacts.made()
            let result = try await Shell.run(
                "lintian --no-cfg --allow-root --fail-on error,warning,override \"$1\"", [made.package])
            #expect(result.succeeded, "\(result.output)\n\(result.errors)")
            let depends = try await Shell.output("dpkg-deb --field \"$1\" Depends", made.package)
            let named = Set(depends.split(separator: ",").compactMap { $0.split(separator: " ").first?.description })
            #expect(named == ["libc6", "libgcc-s1", "libstdc++6"], "\(depends)")
            #expect(depends.contains("libc6 (>= 2.36)"), "\(depends)")
            let recommends = try await Shell.output("dpkg-deb --field \"$1\" Recommends", made.package)
            #expect(recommends.hasPrefix("lxd | incus"), "\(recommends)")
        }

        @Test("What is run by makers and users of releases satisfies shellcheck")
        func scripts() async throws {
            try await Shell.output(
                """
                cd "$1"
                shellcheck $(find packaging -type f ! -name '*.*' -exec grep -lE '^#!/(bin/sh|usr/bin/env bash)' {} +) \\
                    scripts/debian-tree scripts/in-tree scripts/engine-tree scripts/in-engine-tree scripts/source-date
                shellcheck --shell=sh packaging/install.sh
                """, Product.sources)
        }

        @Test("Each thing that is missing for a release is named")
        func check() async throws {
            try await withFolder { folder in
                let clone = "\(folder)/clone"
                try await Shell.output(
                    """
                    # A repository of its own: with what is not committed yet, without tags, and where there was none.
                    mkdir "$2"
                    tar -C "$1" --exclude=./.build --exclude=./.git --exclude='./dist/*' -cf - . | tar -C "$2" -xf -
                    cd "$2" && git init -q
                    version=$(scripts/version)
                    { printf '# Changelog\\n\\n## [%s] - 2026-01-31\\n\\n- A line.\\n' "$version" && sed 1d CHANGELOG.md; } >new
                    awk -v again="## [$version]" 'index($0, again) == 1 && ++seen > 1 { sub(/\\[.*/, "[before]") } 1' new >CHANGELOG.md
                    rm new
                    "$3" __manual docs >/dev/null
                    git add -A
                    git -c user.name=test -c user.email=test@localhost commit -qm ready --allow-empty
                    git tag ready
                    """, Product.sources, clone, Product.bcmcluster)
                func missing(after change: String) async throws -> [String] {
                    let result = try await Shell.run(
                        """
                        cd "$1"
                        \(change)
                        status=0
                        packaging/release-check --without-tests --binary "$2" || status=$?
                        git reset -q --hard ready
                        exit $status
                        """, [clone, Product.bcmcluster])
                    let lines = result.output.split(separator: "\n").filter { $0.hasPrefix("missing") }
                    #expect(result.succeeded == lines.isEmpty, "\(result)")
                    return lines.map { $0.split(separator: " ")[1].description }
                }
                #expect(try await missing(after: "true") == [])
                #expect(try await missing(after: "echo >>README.md") == ["tree:"])
                let commit = "git -c user.name=test -c user.email=test@localhost commit -qam changed"
                #expect(
                    try await missing(after: "sed -i 's/ - 2026-01-31/ - unreleased/' CHANGELOG.md && \(commit)")
                        == ["changelog:"])
                #expect(try await missing(after: "sed -i '/^## /d' CHANGELOG.md && \(commit)") == ["changelog:"])
                #expect(
                    try await missing(after: "echo >>docs/reference/commands/README.md && \(commit)").contains("docs:"))
                #expect(
                    try await missing(after: "git tag v$(scripts/version) && echo >>README.md && \(commit)") == [
                        "version:"
                    ])
            }
        }
    }
}
