import Provisioning

/// Writes the pages of the manual into a folder: `bcmcluster __manual FOLDER`, for `make docs`.
struct ManualCommand {
    let invocation: Invocation

    func run() throws -> Int32 {
        let folder = invocation.operands[0]
        let pages = ManualPage.all
        for name in try LocalFiles().names(in: folder) where name.hasSuffix(".md") && pages[name] == nil {
            let path = "\(folder)/\(name)"
            if try LocalFiles().read(path)?.hasPrefix(ManualPage.origin) == true { try LocalFiles().remove(path) }
        }
        for (name, text) in pages { try LocalFiles().write(text, to: "\(folder)/\(name)", mode: 0o644) }
        let guide = "\(folder)/\(ManualPage.guide)"
        if let text = try LocalFiles().read(guide) {
            try LocalFiles().write(ManualPage.withKeys(text), to: guide, mode: 0o644)
        }
        return 0
    }
}
