import Provisioning

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
