/// Lines as cloud-init 24 writes them.
enum CloudInitLog {
    static let banner =
        "Cloud-init v. 24.1.3-0ubuntu3 running 'modules:final' at Thu, 01 Jan 2026 00:00:41 +0000. Up 20.6 seconds."
    static let installed = [
        "Setting up tor (0.4.8.10-1build2) ...", "lxd (5.21/stable) 5.21.3-75def3c from Canonical✓ refreshed",
    ]
    static let failure =
        "2026-01-01 00:02:12,400 - cc_scripts_user.py[WARNING]: Failed to run module scripts_user "
        + "(scripts in /var/lib/cloud/instance/scripts)"
    static let end = "Cloud-init v. 24.1.3-0ubuntu3 finished at Thu, 01 Jan 2026 00:02:12 +0000. Up 111 seconds"
    static let finish =
        "2026-01-01 00:02:12,500 - handlers.py[DEBUG]: finish: modules-final: SUCCESS: running modules for final"

    /// What the log says of each module when it begins.
    static func starts(_ modules: [String]) -> [String] {
        modules.map { module in
            "2026-01-01 00:00:41,200 - handlers.py[DEBUG]: start: modules-final/config-\(module): "
                + "running config-\(module) with frequency once-per-instance"
        }
    }
}
