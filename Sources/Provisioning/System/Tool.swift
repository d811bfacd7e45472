import CBuild

/// This tool itself.
package enum Tool {
    package static let version = "0.1.0"

    /// The commit that it was built from, with `-dirty` where files differed from it; `nil` where the build was not told.
    package static var commit: String? {
        let text = String(cString: bcm_commit())
        return text.isEmpty ? nil : text
    }

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
