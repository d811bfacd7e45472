import Testing

@testable import Provisioning

/// A unit's file, in a folder with others.
struct UnitFileText {
    static let path = "web/unit.toml"
    /// A file that is as short as can be: what stands behind it begins on line 5, and in `[hardware]`.
    static let shortest = "[spacecore]\nname = \"web\"\n[hardware]\nref = \"ubuntu:24.04\"\n"
    static let others = [
        "web/cloud-init.yml": "#cloud-config\n", "web/empty.yml": "", "web/root.img": "root",
        "web/image.tar.gz": "image",
        "web/images/my image.qcow2": "image", "web/nul.yml": "a\u{0}", "web/id_rsa": "-----BEGIN",
        "web/-x.img": "image", "elsewhere.img": "root",
        "/srv/root.img": "root", "web/deep.d/root": "image",
    ]

    let text: String

    /// That text, whole.
    init(_ text: String) { self.text = text }

    /// The shortest file, and more behind it.
    init(more text: String) { self.text = Self.shortest + text }

    func unit() throws -> Unit {
        try UnitFile.read(Self.path, InMemoryFiles(Self.others.merging([Self.path: text]) { $1 }))
    }

    /// Why it is refused, with the hint behind the sentence.
    func refusal() -> String {
        do {
            return "nothing: \(try unit())"
        } catch let failure as Failure where failure.code == .badInput {
            return failure.message + (failure.hint.map { "; \($0)" } ?? "")
        } catch {
            return "another error: \(error)"
        }
    }
}

/// What the file becomes, with some of it under a header.
func unit(_ header: String, _ line: String) throws -> Unit { try UnitFileText(more: "\(header)\n\(line)\n").unit() }
