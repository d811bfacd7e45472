import Provisioning

/// The file that a timeline goes to; its ending says in which form.
struct TimelineFile: Sendable, Equatable {
    /// A form of the timeline.
    enum Form: String, CaseIterable, Sendable {
        case svg, html, json
    }

    let path: String
    let form: Form

    /// Throws `Failure.badInput` where the ending names no form.
    init(_ path: String) throws {
        let ending = path.split(separator: ".", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        guard let form = Form(rawValue: ending), path.utf8.count > ending.utf8.count + 1 else {
            throw Failure(
                .badInput, "--timeline: \(Shell.quoted(path.clipped)) has an unknown file type",
                hint: "use a file that ends in .svg, .html or .json")
        }
        self.path = path
        self.form = form
    }

    /// Throws `Failure.badInput` where no file can be made there: before anything else is.
    func check(_ files: any Files) throws {
        let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
        let isFolder = try files.kind(of: folder.isEmpty ? "/" : folder) == .folder
        let isTaken = try files.kind(of: path).map { $0 != .file } ?? false
        if !isFolder || isTaken {
            throw Failure(.badInput, "--timeline: cannot write \(Shell.quoted(path.clipped))")
        }
    }

    /// The file's text.
    func text(_ timeline: Timeline) throws -> String {
        switch form {
        case .svg: TimelinePicture(timeline).svg + "\n"
        case .html:
            """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>\(XML.escaped(TimelinePicture(timeline).headline))</title></head>
            <body style="margin: 0">
            \(TimelinePicture(timeline).svg)
            </body>
            </html>

            """
        case .json: try JSONText.text(timeline)
        }
    }
}

/// Text for places in XML and HTML.
enum XML {
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
