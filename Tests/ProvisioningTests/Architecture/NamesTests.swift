import Provisioning
import Testing

/// Providers and engines are described by values; their names stand in their own folders and nowhere else.
@Suite struct NamesTests {
    private static func complaints(_ path: String, _ source: String) -> [String] {
        let code = CodeOnly(source)
        var found: [String] = []
        if !path.hasPrefix("Provisioning/Providers/") || path.split(separator: "/").count < 4 {
            found += code.text.matches(of: /\.(multipass|namespace|baremetal)\b/).map { String($0.0) }
            // The program has that name too.
            let isProgram = path.hasPrefix("Provisioning/Tools/Multipass")
            found += code.literals.filter {
                $0.contains(/\b(namespace|baremetal)\b/) || (!isProgram && $0.contains(/\bmultipass\b/))
            }
        }
        if !path.hasPrefix("Provisioning/Engines/") {
            found += code.text.matches(of: /\.(lxd|incus)\b/).map { String($0.0) }
            found += code.literals.filter {
                // The variables of `.env` bear LXD's name since BCM, both engines use liblxc and its keys, and a file of
                // the user's takes the place of a template by its name.
                $0.replacing(/BCM_LXD_[A-Z_]+|raw\.lxc|lxc\.[a-z]+|"driver":"lxc"|user-data-[a-z]+\.yml/, with: "")
                    .contains(
                        /(?i)lxd|incus|\blxc\b|8443/)
            }
        }
        return found.map { "\(path): \($0)" }
    }

    @Test func noNameIsOutsideItsPlace() throws {
        let sources = try SourceTree.sources("\(TestFile.root)/Sources")
        #expect(sources.count > 100)
        #expect(sources.sorted { $0.key < $1.key }.flatMap { Self.complaints($0.key, $0.value) } == [])
    }

    @Test(arguments: [
        "let a = x == .multipass", "let a = \"the namespace provider\"", "let a = Engine.lxd",
        "let a = \"/var/lib/lxd\"",
        "let a = \"\\(x):8443\"", "let a = #\"lxc list\"#", "let a = \"Incus answers\"",
    ])
    func aNameOutsideItsPlaceIsFound(_ code: String) {
        #expect(Self.complaints("Provisioning/Steps/Bad.swift", code).count == 1)
    }

    @Test(arguments: [
        "// multipass and LXD\nlet a = 1", "let a = LXD(runner)", "let a = \"BCM_LXD_SECRET=\"", "let a = \"raw.lxc\"",
        "let a = \"lxc.init.cmd = /x\"",
    ])
    func whatIsNoNameIsNone(_ code: String) { #expect(Self.complaints("Provisioning/Steps/Fine.swift", code) == []) }
}
