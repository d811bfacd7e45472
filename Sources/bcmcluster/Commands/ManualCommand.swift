import Provisioning

/// Writes the pages of the manual into `docs/`: `bcmcluster __manual docs`, for `make docs`.
struct ManualCommand {
    let invocation: Invocation

    func run() throws -> Int32 {
        let docs = invocation.operands[0]
        let folder = "\(docs)/\(ManualPage.folder)"
        let pages = ManualPage.all
        for name in try LocalFiles().names(in: folder) where name.hasSuffix(".md") && pages[name] == nil {
            let path = "\(folder)/\(name)"
            if try LocalFiles().read(path)?.hasPrefix(ManualPage.origin) == true { try LocalFiles().remove(path) }
        }
        for (name, text) in pages { try LocalFiles().write(text, to: "\(folder)/\(name)", mode: 0o644) }
        let keys = "\(docs)/\(ManualPage.keys)"
        if let text = try LocalFiles().read(keys) {
            try LocalFiles().write(ManualPage.withKeys(text), to: keys, mode: 0o644)
        }
        return 0
    }

    /// Writes the pages of `man` into a folder: `bcmcluster __man FOLDER DATE`, for `make build`.
    func writeManPages() throws -> Int32 {
        for (name, text) in ManPage.all(date: invocation.operands[1]) {
            try LocalFiles().write(text, to: "\(invocation.operands[0])/\(name)", mode: 0o644)
        }
        return 0
    }
}
