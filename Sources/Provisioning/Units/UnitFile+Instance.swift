/// What `[instance]` says of cloud-init, the environment, and the engine's own ways.
extension UnitFile {
    /// The environment: what files give, and `[instance.env]`, which wins.
    func environment(_ instance: TOMLTable) throws -> [String: String] {
        var all: [String: String] = [:]
        for place in try instance.oneOrMore("env-file") {
            let path = try otherFile(place)
            all.merge(try place.reading { try variables(try text(of: path), path) }) { $1 }
        }
        return all.merging(try ownEnvironment(instance)) { $1 }
    }

    /// The variables of a file: `KEY=VALUE` on each line; blank lines and `#` comments are passed over, quotes around a value are
    /// taken off, and nothing is expanded.
    private func variables(_ text: String, _ path: String) throws -> [String: String] {
        var variables: [String: String] = [:]
        for (number, line) in zip(1..., text.split(omittingEmptySubsequences: false) { $0.isNewline }) {
            var line = line.trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("export ") { line = line.dropFirst(7).trimmed }
            let place = "\(Self.shown(path)), line \(number),"
            guard let equals = line.firstIndex(of: "="), case let key = line[..<equals].trimmed, key.isVariable else {
                throw Failure(.badInput, "\(place) is not KEY=VALUE", hint: "fix that line, or remove it")
            }
            var value = line[line.index(after: equals)...].trimmed
            if let quote = value.first, "\"'".contains(quote), value.count > 1, value.last == quote {
                value = String(value.dropFirst().dropLast())
            }
            if value.isEmpty {
                throw Failure(
                    .badInput, "\(place) has no value, and \(Engine.current.title) keeps no variable that is empty",
                    hint: "remove the line")
            }
            guard !value.unicodeScalars.contains("\0") else { throw Failure(.badInput, "\(place) has a NUL in it") }
            variables[key] = value
        }
        return variables
    }

    /// The vendor-data, which cloud-init takes below the user-data.
    func vendorData(_ instance: TOMLTable) throws -> String? { try cloudInitFile(instance, "vendor-data") }

    /// The public keys, each written out or in a file of them.
    ///
    /// They go into a cloud-config of their own, in the vendor-data or, where the user has written that, the user-data.
    func sshKeys(_ instance: TOMLTable, beside userData: String?, _ vendorData: String?) throws -> [String] {
        var keys: [String] = []
        for place in try instance.oneOrMore("ssh-keys") {
            if place.text.contains("PRIVATE KEY-----") {
                throw place.refusal("is a private key", hint: "write the public one")
            }
            if let key = PublicKey(place.text) {
                keys.append(key.line)
                continue
            }
            if place.text.contains(" "), PublicKey.kinds.contains(where: place.text.hasPrefix) {
                throw place.refusal("is not a whole public key", hint: PublicKey.hint)
            }
            let path = try otherFile(place, hint: PublicKey.hint)
            keys += try place.reading { try PublicKey.lines(in: try text(of: path), of: Self.shown(path)) }
        }
        guard !keys.isEmpty, let value = instance["ssh-keys"] else { return [] }
        let (key, data) = vendorData == nil ? ("user-data", userData) : ("vendor-data", vendorData)
        if let data, CloudInit.authorizesKeys(data) {
            throw TOMLError(
                value.position,
                "\(instance.path(of: "ssh-keys")) would be overruled: the \(key) has ssh_authorized_keys of its own",
                hint: "write all keys in one of the two")
        }
        if userData != nil, vendorData != nil {
            throw TOMLError(
                value.position,
                "\(instance.path(of: "ssh-keys")) needs one of user-data and vendor-data, and both are given",
                hint: "write the keys as ssh_authorized_keys into a cloud-config of yours")
        }
        return keys.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

/// A public key of SSH, as `authorized_keys` has it.
struct PublicKey {
    /// What the types of keys begin with.
    static let kinds = ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"]
    static let hint = "write one such as \"ssh-ed25519 AAAA… me\", or the path of a file such as \"keys.pub\""

    /// The whole line.
    let line: String

    /// `nil` where it is none: options, if any, then the type, the key itself, and a comment.
    init?(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard !text.hasControls,
            let place = words.firstIndex(where: { word in Self.kinds.contains { word.hasPrefix($0) } }),
            case let rest = words[(place + 1)...], let key = rest.first, key.hasPrefix("AAAA"), key.utf8.count >= 40,
            key.isName(in: 40...20_000, besides: "+/=")
        else { return nil }
        line = text.trimmed
    }

    /// The keys of a file; blank lines and comments are passed over.
    static func lines(in text: String, of place: String) throws -> [String] {
        if text.contains("PRIVATE KEY-----") {
            throw Failure(.badInput, "\(place) is a private key", hint: "name the public one, whose name ends in .pub")
        }
        var keys: [String] = []
        for (number, line) in zip(1..., text.split(omittingEmptySubsequences: false) { $0.isNewline }) {
            let line = line.trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let key = PublicKey(line) else {
                throw Failure(.badInput, "\(place), line \(number), is not a public key", hint: hint)
            }
            keys.append(key.line)
        }
        guard !keys.isEmpty else { throw Failure(.badInput, "\(place) has no public key in it", hint: hint) }
        return keys
    }
}
