import Foundation
import Provisioning
import Testing

extension Packages {
    /// How what was built is installed and removed.
    @Suite struct Installation {
        @Test(
            "Package and archive run in a clean tree without Swift; up, status, destroy; nothing is left after purge",
            arguments: [("bookworm", "lxd"), ("trixie", "incus")])
        func package(suite: String, engine: String) async throws {
            let made = try await Artefacts.made()
            let cluster = Sandbox.name("RL")
            let result = try await Shell.run(
                "\"$1/packaging/test-package\" --cluster \"$2\" \"$3\" \"$4\" \"$5\"",
                [Product.sources, cluster, suite, engine, made.folder])
            #expect(result.succeeded, "\(result.output)\n\(result.errors)")
            #expect(result.output.hasSuffix("passed   package: nothing is left\n"), "\(result.output)")
        }

        /// Every file and folder below that one.
        private func contents(_ folder: String) throws -> Set<String> {
            Set(try FileManager.default.subpathsOfDirectory(atPath: folder))
        }

        @Test("make install needs no toolchain and builds nothing; make uninstall removes exactly what it installed")
        func makeInstall() async throws {
            _ = try await Artefacts.made()
            try await withFolder { folder in
                // Folders that were there, and a file of somebody else's, stay.
                try await Shell.output(
                    "mkdir -p \"$1/usr/bin\" \"$1/usr/share/man/man1\" && touch \"$1/usr/bin/other\"", folder)
                let before = try contents(folder)
                func make(_ goal: String) async throws -> CommandResult {
                    try await Shell.run(
                        "cd / && make -C \"$1\" \(goal) DESTDIR=\"$2\" PREFIX=/usr", [Product.sources, folder],
                        adding: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SWIFT": "no-swift-here"])
                }
                for _ in 0..<2 {
                    let result = try await make("install")
                    #expect(result.succeeded, "\(result)")
                }
                let installed = try contents(folder)
                for path in [
                    "bin/bcmcluster", "share/man/man1/bcmcluster.1", "share/bash-completion/completions/bcmcluster",
                    "share/zsh/site-functions/_bcmcluster", "share/fish/vendor_completions.d/bcmcluster.fish",
                ] {
                    #expect(installed.contains("usr/\(path)"), "\(path)")
                }
                try await Shell.output("\"$1/usr/bin/bcmcluster\" --version", folder)
                let result = try await make("uninstall")
                #expect(result.succeeded, "\(result)")
                #expect(try contents(folder) == before)
                let again = try await make("uninstall")
                #expect(!again.succeeded && again.errors.contains("is not installed"), "\(again)")
            }
        }

        @Test("Where nothing is built, make install says what to run; without Swift, make up says where to get it")
        func oneSentence() async throws {
            for (goal, adding, expected) in [
                ("install STAGE=/nowhere", "", "nothing is built: run `make build`"),
                (
                    "up", "SWIFT=no-swift-here",
                    "https://swift.org/install; the packages and archives of a release need none"
                ),
                ("build", "SWIFT=no-swift-here", "building needs Swift"),
            ] {
                let result = try await Shell.run(
                    "make -C \"$1\" --no-print-directory \(goal) \(adding)", [Product.sources])
                #expect(!result.succeeded, "\(goal)")
                #expect(result.output == "", "\(goal): \(result.output)")
                let lines = result.errors.split(separator: "\n")
                #expect(lines.count == 1 && lines[0].contains(expected), "\(goal): \(result.errors)")
            }
        }

        @Test("install.sh installs from beside the archive and from within it, and removes exactly that")
        func folders() async throws {
            let made = try await Artefacts.made()
            try await withFolder { folder in
                for script in ["\(made.folder)/install.sh", "\(made.tree)/install.sh"] {
                    try await Shell.output("sh \"$1\" --prefix \"$2/local\"", script, folder)
                    let installed = try contents("\(folder)/local")
                    #expect(installed.contains("bin/bcmcluster"))
                    let text = try await Shell.output("\"$1/local/bin/bcmcluster\" --version", folder)
                    #expect(text.contains(made.version))
                    // A second time it replaces, and what another version had is removed.
                    try await Shell.output(
                        "echo share/man/man1/bcmcluster-old.1 >>\"$1/share/doc/bcmcluster/installed\" && touch \"$1/share/man/man1/bcmcluster-old.1\"",
                        "\(folder)/local")
                    try await Shell.output(
                        "sh \"$1\" --prefix=\"$2/local\" --version \"$3\"", script, folder, made.version)
                    #expect(try contents("\(folder)/local") == installed)
                    try await Shell.output("sh \"$1\" --uninstall --prefix \"$2/local\"", script, folder)
                    #expect(try contents("\(folder)/local") == [])
                }
            }
        }

        /// How `install.sh` ends with these words, as a shell would run it in a folder of its own.
        private func install(_ folder: String, _ words: [String], adding: [String: String] = [:]) async throws
            -> CommandResult
        {
            try await Shell.run(
                "sh \"$@\"", ["\(Product.sources)/packaging/install.sh", "--prefix", "\(folder)/local"] + words,
                adding: adding.merging(["no_proxy": "127.0.0.1"]) { $1 })
        }

        @Test("install.sh fetches a release from a server, with curl and with wget, and refuses one that was changed")
        func server() async throws {
            let made = try await Artefacts.made()
            try await withFolder { folder in
                try await Shell.output(
                    "cp -R \"$1\" \"$2/good\" && cp -R \"$1\" \"$2/bad\" && printf x >>\"$2/bad/$3.tar.gz\"",
                    made.folder,
                    folder, made.name)
                try await withServer(folder) { address in
                    let good = try await install(folder, ["--from", "\(address)/good"])
                    #expect(good.succeeded && good.output.contains("installed"), "\(good)")
                    try FileManager.default.removeItem(atPath: "\(folder)/local")

                    // Without curl: what is left of the programs is linked into a folder.
                    try await Shell.output(
                        """
                        mkdir "$1/programs"
                        for program in sh sed grep cut head tail sort tr cat cp mv rm rmdir mkdir mktemp chmod uname getconf tar gzip \\
                            sha256sum wget env bash dirname; do ln -s "$(command -v $program)" "$1/programs/$program"; done
                        """, folder)
                    let wget = try await install(
                        folder, ["--from", "\(address)/good/"], adding: ["PATH": "\(folder)/programs"])
                    #expect(wget.succeeded, "\(wget)")
                    try FileManager.default.removeItem(atPath: "\(folder)/local")

                    for (words, expected) in [
                        (["--from", "\(address)/bad"], "is not what SHA256SUMS says"),
                        (["--from", "\(address)/missing"], "SHA256SUMS"),
                        (["--from", "\(address)/good", "--version", "99.0.0"], "has no version 99.0.0"),
                    ] {
                        let result = try await install(folder, words)
                        #expect(result.ending == .exited(1) && result.errors.contains(expected), "\(words): \(result)")
                        #expect(!FileManager.default.fileExists(atPath: "\(folder)/local"), "\(words)")
                    }
                }
            }
        }

        @Test(
            "install.sh installs nothing on another system, architecture, or an older C library, and none of a changed tree"
        )
        func refuses() async throws {
            let made = try await Artefacts.made()
            try await withFolder { folder in
                func programs(_ name: String, _ script: String) async throws -> [String: String] {
                    let path = "\(folder)/\(name)"
                    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
                    for program in ["uname", "getconf"] {
                        try await Executable.write(
                            "#!/bin/sh\n\(script)\nexec /usr/bin/\(program) \"$@\"\n", to: "\(path)/\(program)")
                    }
                    return ["PATH": "\(path):\(Product.path)"]
                }
                for (name, script, expected) in [
                    ("mac", "[ \"$1\" != -s ] || { echo Darwin; exit; }", "this is Darwin"),
                    ("machine", "[ \"$1\" != -m ] || { echo riscv64; exit; }", "has no archive for riscv64"),
                    ("old", "[ \"$1\" != GNU_LIBC_VERSION ] || { echo glibc 2.31; exit; }", "this system has 2.31"),
                    ("musl", "[ \"$1\" != GNU_LIBC_VERSION ] || exit 1", "another C library"),
                ] {
                    let result = try await install(
                        folder, ["--from", made.folder], adding: try await programs(name, script))
                    #expect(result.ending == .exited(1) && result.errors.contains(expected), "\(name): \(result)")
                }
                try await Shell.output(
                    "cp -R \"$1\" \"$2/tree\" && printf x >>\"$2/tree/share/man/man1/bcmcluster.1\"", made.tree, folder)
                let changed = try await install(folder, ["--from", "\(folder)/tree"])
                #expect(changed.errors.contains("bcmcluster.1 is not what SHA256SUMS says"), "\(changed)")
                let unknown = try await install(folder, ["--prefx", "x"])
                #expect(unknown.ending == .exited(2), "\(unknown)")
                #expect(!FileManager.default.fileExists(atPath: "\(folder)/local"))

                // A program that does not run here, with its right sum; and what another way of installing has put there.
                try await Shell.output(
                    """
                    cp -R "$1" "$2/broken" && cd "$2/broken"
                    printf '#!/bin/sh\nexit 126\n' >bin/bcmcluster
                    sum=$(sha256sum bin/bcmcluster | cut -d ' ' -f 1)
                    sed -i "s|^[0-9a-f]*\\(  *bin/bcmcluster\\)$|$sum\\1|" SHA256SUMS
                    """, made.tree, folder)
                let broken = try await install(folder, ["--from", "\(folder)/broken"])
                #expect(broken.errors.contains("does not run on this system"), "\(broken)")
                #expect(!FileManager.default.fileExists(atPath: "\(folder)/local"))
                try await Shell.output("mkdir -p \"$1/local/bin\" && echo mine >\"$1/local/bin/bcmcluster\"", folder)
                let foreign = try await install(folder, ["--from", made.tree])
                #expect(foreign.ending == .exited(1) && foreign.errors.contains("is not of this script"), "\(foreign)")
                #expect(try contents("\(folder)/local") == ["bin", "bin/bcmcluster"])
            }
        }

        /// Serves the folder by HTTP at the address that the work is given.
        private func withServer(_ folder: String, _ work: (String) async throws -> Void) async throws {
            let log = "\(folder)/server.log"
            let server = Task {
                try await Shell.run(
                    "exec python3 -u -m http.server --bind 127.0.0.1 --directory \"$1\" 0 >\"$2\" 2>&1", [folder, log])
            }
            defer { server.cancel() }
            let port = try await SystemTime().wait(for: "the server", limit: .seconds(600), every: .milliseconds(50)) {
                (try? String(contentsOfFile: log, encoding: .utf8))?.firstMatch(of: /port (\d+)/).map {
                    String($0.output.1)
                }
            }
            try await work("http://127.0.0.1:\(port)")
        }
    }
}
