import Testing

@testable import Provisioning

@Suite struct CloudInitTests {
    @Test(arguments: [
        ("status: done\n", CloudInit.Status.done), ("status: running\n", .running), ("", .running),
        ("status: disabled", .done),
        ("status: not run\n", .running), ("\nstatus: error\nx\n", .failed("status: error\nx")),
        ("status: degraded done\n", .done),
    ])
    func words(_ output: String, _ status: CloudInit.Status) { #expect(CloudInit.Status(output) == status) }

    @Test(arguments: [
        ("start: init-local/check-cache: attempting to read from cache [check]", "booting"),
        ("finish: init-network: SUCCESS: searching for network datasources", "booting"),
        ("start: modules-config/config-locale: running config-locale", "setting up the system"),
        ("start: modules-final/config-package_update_upgrade_install: running", "installing packages"),
        ("start: modules-final/config-package-update-upgrade-install: running", "installing packages"),
        ("start: modules-config/config-package-update-upgrade-install: running", "installing packages"),
        ("finish: modules-final/config-package_update_upgrade_install: SUCCESS: ran", "finishing"),
        ("start: modules-final/config-scripts-user: running config-scripts-user", "installing LXD"),
        ("start: modules-final/config-scripts_user: running config-scripts_user", "installing LXD"),
        ("start: modules-final/config-ssh_authkey_fingerprints: running", "finishing"),
        ("start: modules-elsewhere/config-x: running", nil), ("nonsense", nil), ("", nil),
    ])
    func whatItsLogSays(_ line: String, _ words: String?) {
        let prefix = "2026-01-01 00:00:40,100 - handlers.py[DEBUG]: "
        let other = "2026-01-01 00:00:41,100 - subp.py[DEBUG]: Running command ['apt-get', 'update']\n"
        #expect(CloudInit.activity(prefix + line + "\n" + other) == words)
    }

    @Test func theLastLineCounts() {
        let log = """
            start: modules-config/config-locale: running
            start: modules-final/config-package_update_upgrade_install: running
            start: modules-final/config-scripts_user: running
            """
        #expect(CloudInit.activity(log) == "installing LXD")
    }

    @Test(
        "User-data is told by how it begins",
        arguments: [
            "#cloud-config\n{}\n", "#!/bin/sh\n", "#include\nhttps://x\n", "#include-once\n", "#cloud-boothook\n",
            "#part-handler\n", "## template: jinja\n#cloud-config\n", "Content-Type: multipart/mixed\n",
            "MIME-Version: 1.0\n",
        ])
    func userData(_ text: String) throws { try CloudInit.check(userData: text, from: "x") }

    @Test(
        "Other files are not given to instances",
        arguments: [
            "", "-----BEGIN OPENSSH PRIVATE KEY-----\n", "root:*:1:0:::::\n", " #cloud-config\n", "# a comment\n",
        ])
    func notUserData(_ text: String) {
        let failure = #expect(throws: Failure.self) { try CloudInit.check(userData: text, from: "/etc/shadow") }
        #expect(failure?.code == .badInput && failure?.message == "/etc/shadow is not cloud-init user-data")
    }
}
