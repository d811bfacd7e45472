import Provisioning
import Testing

@testable import bcmcluster

/// What `env show` prints for other programs.
@Suite struct ReachFormatTests {
    @Test("A value of a .env file is quoted only where it has to be, and then so that nothing in it counts")
    func dotenv() {
        for (value, text) in [
            ("/root/.config/lxc/client.key", "/root/.config/lxc/client.key"), ("", "''"),
            ("https://a:8443 https://b:8443", "'https://a:8443 https://b:8443'"), ("a$b#c\"d", "'a$b#c\"d'"),
            ("it's $1", #""it's \$1""#), (#"it's "\"#, #""it's \"\\""#),
        ] { #expect(ClusterReach.dotenv(value) == text) }
    }

    @Test("A string of HCL's: escaped, and no template")
    func hcl() {
        #expect(HCL.text(#"C:\x "${y}" %{z}"#) == #""C:\\x \"$${y}\" %%{z}""#)
        #expect(HCL.text("a\n\t\u{1}") == #""a\n\t\u0001""#)
    }

    @Test("Groups are called as Ansible allows") func groups() {
        #expect(AnsibleInventory.group("DEV-1") == "DEV_1" && AnsibleInventory.group("9.x") == "_9_x")
    }

    @Test("The form is one of those that there are, and --json is one of them")
    func forms() throws {
        func form(_ words: String...) throws -> ReachFormat {
            try Invocation(["env", "show", "-c", "DEV"] + words).format()
        }
        #expect(try form() == .shell && form("--json") == .json && form("--format", "json", "--json") == .json)
        #expect(try form("--format", "ansible") == .ansible)
        #expect(throws: Failure.self) { try form("--format", "yaml") }
        #expect(throws: Failure.self) { try form("--format", "shell", "--json") }
    }

    @Test func since() throws {
        func moment(_ text: String) throws -> Int? {
            try Invocation(["logs", "-c", "DEV", "--since", text]).since(1_000_000)
        }
        #expect(try moment("90s") == 999_910 && moment("10m") == 999_400 && moment("2h") == 992_800)
        #expect(try moment("3d") == 740_800)
        #expect(throws: Failure.self) { try moment("yesterday") }
    }
}
