import Testing

@testable import Provisioning

/// The script in the shipped user-data, run for real by `sh` on images whose programs are told what to answer.
@Suite(.endsHangs) struct UserDataScriptTests {
    /// What there is on an image, and in its archives.
    struct Image: Sendable {
        /// What `snap list lxd` says after the name; empty where LXD is no snap there, `nil` where there is no snapd.
        var snap: String?
        /// The version of the package that is installed.
        var package: String?
        /// The packages of Incus that are installed.
        var incus: [String] = []
        /// The versions of packages in the archives.
        var archive: [String: String] = [:]
        var hasZFS = false
        var isOnline = true
        /// Commands that fail, by how they begin.
        var failing: [String] = []

        /// Ubuntu's, which calls the snap.
        static let ubuntu = Image(
            snap: "", package: "1:0.10",
            archive: ["lxd": "1:0.10", "zfsutils-linux": "2.2.2", "wait-for-it": "0", "tor": "0.4"])
        /// Debian's, without its section `contrib`.
        static let debian = Image(archive: ["lxd": "5.0.2-5+deb12u6", "wait-for-it": "0", "tor": "0.4"])

        func with(_ change: (inout Image) -> Void) -> Image {
            var image = self
            change(&image)
            return image
        }
    }

    /// How the script ended.
    struct Outcome {
        var succeeded: Bool
        /// What went into its log.
        var log: String
        /// What went into cloud-init's.
        var output: String
        /// The commands that it ran, but for those that only look.
        var calls: [String]
        /// Those of them that need a network.
        var fetches: [String] {
            calls.filter { $0.hasPrefix("apt-get ") || $0.hasPrefix("snap install ") || $0.contains("--channel=") }
        }
    }

    private func script(_ channel: String?, _ storage: String) throws -> String {
        let engine = channel == nil ? Engine.incus : .lxd
        let text = try TemplateLibrary(runtime: "/r", files: InMemoryFiles()).template(engine.userData).rendered([
            "BCM_LXD_CHANNEL": .text(channel ?? ""), "BCM_LXD_STORAGE": .text(storage),
            "BCM_CLUSTER_NAME": .text("DEV"), "BCM_CLUSTER_IDENTIFIER": .text("0123abcd"),
        ])
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.hasSuffix("content: |") })
        let block = lines[(start + 1)...].prefix { $0.isEmpty || $0.hasPrefix("      ") }
        return block.map { $0.dropFirst(6) + "\n" }.joined()
    }

    /// Without a channel the engine is the one that is no snap.
    private func run(_ image: Image, _ channel: String?, storage: String = "dir") async throws -> Outcome {
        let home = try TemporaryFolder()
        let folder = home.path
        let script = try script(channel, storage)
            .replacing("/var/log/bcmcluster-install.log", with: "\(folder)/install.log")
            .replacing("PATH=$PATH:/snap/bin", with: ":")
        try LocalFiles().write(script, to: "\(folder)/install-lxd", mode: 0o600)
        let result = try await LocalRunner().run(
            Command(
                "/bin/sh", ["-es"], input: Self.setUp(image, in: folder), limit: .untilItHangs, effect: .changes))
        let calls = try LocalFiles().read("\(folder)/calls") ?? ""
        return Outcome(
            succeeded: result.succeeded, log: try LocalFiles().read("\(folder)/install.log") ?? "",
            output: result.output, calls: calls.split(separator: "\n").map(String.init))
    }

    /// Makes the image's programs, and becomes the script with no others in its PATH.
    private static func setUp(_ image: Image, in folder: String) -> String {
        let failing = image.failing.map { "\"\($0)\"*) echo 'this fails' >&2; exit 3 ;;\n" }.joined()
        let offline = image.isOnline ? "" : "echo 'there is no network' >&2; exit 100\n"
        let archive = image.archive.sorted { $0.key < $1.key }.map { name, version in
            "\"apt-cache policy \(name)\") printf '\(name):\\n  Installed: (none)\\n  Candidate: \(version)\\n' ;;\n"
        }.joined()
        let noting = "echo \"$call\" >>\(folder)/calls\n"
        let snap = """
            "snap list lxd") \(image.snap.map { $0.isEmpty ? "exit 1" : "printf 'Name  Version\\nlxd  \($0)\\n'" } ?? "") ;;
            "snap install"* | "snap refresh lxd"*) \(noting)\(offline) ;;
            *) \(noting) ;;
            """
        let installed = image.incus.map { name in
            "\"dpkg -s \(name)\") printf 'Package: \(name)\\nStatus: install ok installed\\nVersion: 6.0.4\\n' ;;\n"
        }.joined()
        let package = """
            \(installed)"dpkg -s incus"*) exit 1 ;;
            *) \(image.package.map { "printf 'Package: lxd\\nStatus: install ok installed\\nVersion: \($0)\\n'" } ?? "exit 1") ;;
            """
        var programs = [
            ("sleep", "*) ;;"), ("lxd", "*) \(noting) ;;"), ("dpkg", package),
            ("incus", "*) \(noting) ;;"),
            ("apt-cache", archive + "*) printf '' ;;"), ("apt-get", "*) \(noting)\(offline) ;;"),
        ]
        if image.snap != nil { programs.append(("snap", snap)) }
        if image.hasZFS { programs.append(("zpool", "*) ;;")) }
        let shims = programs.map { name, cases in
            """
            cat >\(folder)/bin/\(name) <<'END'
            #!/bin/sh
            call="\(name) $*"
            case $call in
            \(failing)esac
            case $call in
            \(cases)
            esac
            END
            chmod 0700 \(folder)/bin/\(name)

            """
        }.joined()
        return """
            mkdir \(folder)/bin
            for program in sh cat cut sed; do ln -s "$(command -v $program)" \(folder)/bin/; done
            \(shims)
            PATH=\(folder)/bin
            exec sh \(folder)/install-lxd

            """
    }

    private static let update = "apt-get -q -o APT::Update::Error-Mode=any update"
    private static func apt(_ words: String) -> String {
        "apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold \(words)"
    }
    private static let seeded = "snap wait system seed.loaded"
    private static let held = ["snap refresh --hold lxd", "lxd waitready --timeout=300"]

    // MARK: Images with snapd

    @Test("An image with snapd is upgraded and gets the snap of the channel, which is held")
    func snapIsInstalled() async throws {
        let outcome = try await run(.ubuntu, "5.21/stable", storage: "zfs")
        #expect(outcome.succeeded, "\(outcome.log)")
        #expect(
            outcome.calls == [
                Self.seeded, Self.update, Self.apt("dist-upgrade"), Self.apt("install zfsutils-linux wait-for-it tor"),
                "snap install lxd --channel=5.21/stable --cohort=+",
            ] + Self.held)
        #expect(outcome.log == outcome.output && outcome.log.hasSuffix("bcmcluster: LXD is ready\n"))
    }

    @Test("A snap of another channel is refreshed", arguments: ["5.0.3-ffb17cf 27948 5.0/stable/… canonical** -"])
    func snapIsRefreshed(_ snap: String) async throws {
        let outcome = try await run(Image.ubuntu.with { $0.snap = snap }, "5.21/stable")
        #expect(outcome.succeeded, "\(outcome.log)")
        #expect(outcome.calls.contains("snap refresh lxd --channel=5.21/stable --cohort=+"))
        #expect(!outcome.calls.contains { $0.hasPrefix("snap install") })
        #expect(try await !run(Image.ubuntu.with { ($0.snap, $0.isOnline) = (snap, false) }, "latest/stable").succeeded)
    }

    @Test(
        "An image that brings the snap of the channel is taken as it is, without a network",
        arguments: [
            ("5.21.3-75def3c 32662 5.21/stable canonical** in-cohort", "5.21/stable"),
            ("5.0.3-ffb17cf 27948 5.0/stable/… canonical** -", "5.0/stable"),
            ("6.5-1234567 33000 latest/edge canonical** -", "edge"), ("5.21.3-75def3c x1 - - -", "5.21/stable"),
        ])
    func snapIsThere(_ snap: String, _ channel: String) async throws {
        let image = Image.ubuntu.with { ($0.snap, $0.isOnline) = (snap, false) }
        let outcome = try await run(image, channel, storage: "zfs")
        #expect(outcome.succeeded, "\(outcome.log)")
        #expect(outcome.calls == [Self.seeded] + Self.held)
    }

    @Test(
        "The first error ends it: nothing after it runs, and both logs tell",
        arguments: [
            "snap wait", "apt-get -q -o APT::Update", apt("dist-upgrade"), apt("install"), "snap install",
            "snap refresh --hold", "lxd waitready",
        ])
    func firstErrorEndsIt(_ failing: String) async throws {
        let whole = try await run(.ubuntu, "5.21/stable").calls
        let outcome = try await run(Image.ubuntu.with { $0.failing = [failing] }, "5.21/stable")
        #expect(!outcome.succeeded)
        #expect(outcome.log.contains("this fails\n") && outcome.log.contains("bcmcluster: error: "))
        #expect(outcome.output == outcome.log)
        let place = try #require(whole.firstIndex { $0.hasPrefix(failing) })
        #expect(outcome.calls == Array(whole[..<place]), "and what failed says so, and is not noted")
    }

    // MARK: Images without snapd

    @Test("Debian's package is installed where it is of the channel's track")
    func packageIsInstalled() async throws {
        let outcome = try await run(.debian, "5.0/stable")
        #expect(outcome.succeeded, "\(outcome.log)")
        #expect(
            outcome.calls == [
                Self.update, Self.apt("dist-upgrade"), Self.apt("install wait-for-it tor"),
                Self.apt("install lxd lxd-client"), Self.held[1],
            ])
        #expect(outcome.log.contains("the image's archives have no package zfsutils-linux: left out"))
    }

    @Test("Where Debian's package is of another version, a sentence says what to do")
    func packageOfAnotherVersion() async throws {
        let outcome = try await run(.debian, "5.21/stable")
        #expect(!outcome.succeeded && outcome.calls == [Self.update])
        #expect(
            outcome.output.contains(
                "error: LXD of the channel 5.21/stable is a snap, and the image has no snapd; its archives have LXD 5.0.2-5+deb12u6: run up with --channel 5.0/stable, or choose an image with snapd\n"
            ), "\(outcome.output)")
    }

    @Test(
        "Without snapd and without a package nothing is ready", arguments: [[:], ["lxd": "1:0.10"], ["lxd": "(none)"]])
    func neither(_ archive: [String: String]) async throws {
        let outcome = try await run(Image(archive: archive), "5.21/stable")
        #expect(!outcome.succeeded && outcome.calls == [Self.update])
        #expect(
            outcome.log.contains(
                "error: the image has no snapd, and brings no LXD, and its archives have none: choose an image with snapd"
            ), "\(outcome.log)")
    }

    @Test("An image that brings the package of the track is taken as it is, without a network")
    func packageIsThere() async throws {
        let image = Image(package: "5.0.2-5+deb12u6", isOnline: false)
        let outcome = try await run(image, "5.0/stable")
        #expect(outcome.succeeded && outcome.calls == [Self.held[1]], "\(outcome.log)")
        #expect(try await run(image, "latest/stable").succeeded)
        let another = try await run(image, "5.21/stable")
        #expect(!another.succeeded)
        #expect(
            another.log.contains(
                "error: the image brings LXD 5.0.2-5+deb12u6 as a package, which is not of the channel 5.21/stable, and the lists of packages could not be fetched: run up with --channel 5.0/stable, or choose another image\n"
            ), "\(another.log)")
        let withSnapd = try await run(image.with { $0.snap = "" }, "5.0/stable")
        #expect(withSnapd.succeeded && withSnapd.fetches.isEmpty && !withSnapd.calls.contains(Self.held[0]))
    }

    @Test("A pool of zfs needs its tools where LXD is a package: they are fetched, or a sentence says so")
    func zfsForThePackage() async throws {
        let image = Image(package: "5.0.2-5", archive: ["zfsutils-linux": "2.1.11"])
        let fetched = try await run(image, "5.0/stable", storage: "zfs")
        #expect(fetched.succeeded && fetched.fetches == [Self.update, Self.apt("install zfsutils-linux")])
        let offline = try await run(image.with { $0.isOnline = false }, "5.0/stable", storage: "zfs")
        #expect(!offline.succeeded && offline.log.contains("run up with --storage dir"), "\(offline.log)")
        let there = image.with { ($0.isOnline, $0.hasZFS) = (false, true) }
        let taken = try await run(there, "5.0/stable", storage: "zfs")
        #expect(taken.succeeded && taken.fetches.isEmpty)
    }

    // MARK: Incus

    private static let ready = "incus admin waitready --timeout=300"

    @Test(
        "Incus is the package of the image's archives",
        arguments: [
            (["incus-base": "6.0.0", "incus": "6.0.0"], "incus-base incus-client"), (["incus": "6.20"], "incus"),
        ])
    func incusIsInstalled(_ archive: [String: String], _ packages: String) async throws {
        let image = Image.debian.with { $0.archive.merge(archive) { $1 } }
        let outcome = try await run(image, nil)
        #expect(outcome.succeeded, "\(outcome.log)")
        #expect(
            outcome.calls == [
                Self.update, Self.apt("dist-upgrade"), Self.apt("install wait-for-it tor"),
                Self.apt("install \(packages)"), Self.ready,
            ])
        #expect(outcome.log == outcome.output && outcome.log.hasSuffix("bcmcluster: Incus is ready\n"))
        // A snap is nothing to it.
        let withSnapd = try await run(Image.ubuntu.with { $0.archive.merge(archive) { $1 } }, nil, storage: "zfs")
        #expect(withSnapd.succeeded && !withSnapd.calls.contains { $0.hasPrefix("snap ") }, "\(withSnapd.calls)")
        #expect(withSnapd.calls.contains(Self.apt("install zfsutils-linux wait-for-it tor")))
    }

    @Test("Without Incus in the image's archives nothing is ready, and one sentence says so")
    func noIncus() async throws {
        for image in [Image.debian, .ubuntu] {
            let outcome = try await run(image, nil)
            #expect(!outcome.succeeded && outcome.calls == [Self.update])
            #expect(
                outcome.output.contains(
                    "error: the image brings no Incus, and its archives have none: choose an image whose archives have incus-base, such as that of Ubuntu 24.04 or Debian 13\n"
                ), "\(outcome.output)")
        }
        let offline = try await run(Image.debian.with { $0.isOnline = false }, nil)
        #expect(
            !offline.succeeded && offline.log.contains("the lists of packages could not be fetched: choose an image"))
    }

    @Test("An image that brings Incus is taken as it is, without a network", arguments: ["incus-base", "incus"])
    func incusIsThere(_ package: String) async throws {
        let image = Image(incus: [package], hasZFS: true, isOnline: false)
        let outcome = try await run(image, nil, storage: "zfs")
        #expect(outcome.succeeded && outcome.calls == [Self.ready], "\(outcome.log)")
        let withoutZFS = try await run(image.with { $0.hasZFS = false }, nil, storage: "zfs")
        #expect(!withoutZFS.succeeded && withoutZFS.log.contains("run up with --storage dir"), "\(withoutZFS.log)")
    }

    @Test(
        "The first error ends it", arguments: [apt("dist-upgrade"), apt("install incus-base"), "incus admin waitready"])
    func firstErrorEndsIncus(_ failing: String) async throws {
        let image = Image.debian.with { ($0.archive["incus-base"], $0.failing) = ("6.0.0", [failing]) }
        let outcome = try await run(image, nil)
        #expect(!outcome.succeeded && outcome.output == outcome.log)
        #expect(outcome.log.contains("this fails\n") && outcome.log.contains("bcmcluster: error: "))
    }

    // MARK: The way through multipass

    /// Comments and quotes are gone when cloud-init gets it.
    @Test(arguments: [Engine.lxd, .incus]) func nothingDependsOnBeingQuoted(_ engine: Engine) throws {
        let text = try TemplateLibrary(runtime: "/r", files: InMemoryFiles()).template(engine.userData).text
        let outside = text.split(separator: "\n").filter { !$0.hasPrefix("      ") && !$0.trimmed.hasPrefix("#") }
        #expect(outside.allSatisfy { !$0.contains("\"") && !$0.contains("'") })
        #expect(!outside.contains { $0.contains("permissions") || $0.contains("package_u") })
        #expect(text.allSatisfy(\.isASCII) && !text.contains("\t"))
        #expect(outside.last == "  - [sh, /usr/local/lib/bcmcluster/install-\(engine.name)]")
    }
}
