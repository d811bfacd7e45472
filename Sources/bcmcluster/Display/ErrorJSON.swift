import Provisioning

/// What went wrong before there was anything else to print, as data; `version` is raised when the form changes so that a
/// reader would notice.
struct ErrorJSON: Encodable {
    struct Trouble: Encodable {
        var code: String
        var message: String
        var command: String?
        var output: String?
        var hint: String?
    }

    var version = 1
    var exitStatus: Int32
    var error: Trouble

    init(_ failure: Failure, exitStatus: Int32) {
        self.exitStatus = exitStatus
        error = Trouble(
            code: failure.code.rawValue, message: failure.message, command: failure.command, output: failure.output,
            hint: failure.hint)
    }
}
