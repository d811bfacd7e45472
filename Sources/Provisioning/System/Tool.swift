/// This tool itself.
package enum Tool {
    package static let version = "0.2.0"

    /// How it was compiled: `debug` or `release`.
    package static var configuration: String {
        #if DEBUG
            "debug"
        #else
            "release"
        #endif
    }

    /// The version of Swift that it was built with, such as `6.3`.
    package static var swiftVersion: String {
        "\(_SwiftStdlibVersion.current)".split(separator: ".").prefix(2).joined(separator: ".")
    }
}
