/// The file that a unit's image is in, of which each question is answered once: it may be large.
actor ImageFile {
    private let runner: any CommandRunner
    private var sum: String?
    private var drive: Drive?

    init(_ runner: any CommandRunner) { self.runner = runner }

    /// The sum of its bytes.
    func sum(of path: String, _ images: LXCImages) async throws -> String {
        if let sum { return sum }
        let found = try await images.fingerprint(of: .file(path))
        sum = found
        return found
    }

    /// What it is as a drive.
    func drive(_ path: String) async throws -> Drive {
        if let drive { return drive }
        let found = try await Drives(runner).drive(path)
        drive = found
        return found
    }
}
