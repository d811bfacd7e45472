import Testing

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@testable import Provisioning

/// Remotes, aliases, fingerprints, files and registries, told apart by how they are written and by what files there are.
@Suite struct ImageReferenceTests {
    private func image(_ text: String) throws -> ImageReference? {
        try ImageReference.reading(text, in: "web", InMemoryFiles(UnitFileText.others))
    }

    @Test(arguments: [
        "ubuntu:24.04", "ubuntu:24.04/arm64", "images:alpine/3.19", "local:web", "my-remote:a1b2c3d4", "images:a:b",
        "my.remote:web", "ubuntu-daily:n",
    ])
    func remotes(_ text: String) throws { #expect(try image(text) == .remote(text)) }

    @Test(arguments: [
        "web", "busybox-1.36", "a1b2c3d4e5f6", "1234567890ab", "ubuntu/24.04", "ubuntu-24.04/amd64", "images", "é",
        "v1..2/x", "not-there.tar.gz", "_.x/y",
    ])
    func aliasesAndFingerprints(_ text: String) throws { #expect(try image(text) == .known(text)) }

    @Test(arguments: [
        "docker.io/library/nginx", "docker.io/library/nginx:1.27", "ghcr.io/a/b@sha256:00ff",
        "registry.example.com:5000/x", "10.0.0.5:5000/x", "10.0.0.5/x", "quay.io/x",
    ])
    func registries(_ text: String) throws { #expect(try image(text) == .registry(text)) }

    @Test(arguments: [
        ("/srv/root.img", "/srv/root.img"), ("/not/there", "/not/there"), ("./image.tar.gz", "web/image.tar.gz"),
        ("../elsewhere.img", "web/../elsewhere.img"), ("image.tar.gz", "web/image.tar.gz"),
        ("images/my image.qcow2", "web/images/my image.qcow2"), ("deep.d/root", "web/deep.d/root"),
        ("./-x.img", "web/-x.img"), ("..", "web/.."),
    ])
    func filesByTheirPath(_ text: String, _ path: String) throws { #expect(try image(text) == .file(path)) }

    @Test(arguments: [
        "", " ", "two words", "ubuntu:", ":24.04", ":", "ubuntu:24 04", "-web", "-o:x", "--all", "-x.img", "a\nb",
        "\u{1b}[2J", "a\u{0}", "a\u{85}b", "https://example.com/image", "docker://docker.io/nginx", "images/",
        "docker.io/",
        "images/a:b",
    ])
    func whatMeansNothing(_ text: String) throws { #expect(try image(text) == nil) }

    @Test func aFileCanBeALink() throws {
        let folder = try TemporaryFolder()
        let files = LocalFiles()
        try files.write("image", to: "\(folder.path)/image", mode: 0o600)
        try #require(symlink("\(folder.path)/image", "\(folder.path)/web") == 0)
        #expect(try ImageReference.reading("web", in: folder.path, files) == .file("\(folder.path)/web"))
        #expect(try ImageReference.reading("other", in: folder.path, files) == .known("other"))
    }
}
