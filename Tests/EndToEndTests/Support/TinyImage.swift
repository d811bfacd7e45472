import Provisioning
import Testing

/// A container image of one static program, made here: nothing is downloaded.
enum TinyImage {
    /// Makes the image in the folder and returns its path.
    static func make(in folder: String) async throws -> String {
        let image = "\(folder)/tiny.tar.gz"
        try await LocalRunner().output(
            of: Command("\(Product.sources)/scripts/tiny-image", [image], effect: .changes))
        return image
    }
}

extension Sandbox {
    /// Makes a cluster with the image `tiny`.
    func upWithImage(members: Int) async throws {
        try await mustRun("up", "-c", cluster, "-m", "\(members - 1)")
        try await importImage()
    }

    /// Gives the cluster the image `tiny`.
    func importImage() async throws {
        try await client("image", "import", TinyImage.make(in: folder), "--alias", "tiny")
    }
}
