import Provisioning

extension Doctor {
    /// Whether multipass is there, is new enough, and answers.
    func multipass(hasVirtualisation: Bool) async -> Checkup {
        let topic = "provider multipass"
        guard program("multipass") != nil else {
            return Checkup(
                topic, .warning, "multipass is not installed",
                isLinux ? "snap install multipass" : "brew install --cask multipass")
        }
        do {
            let version = try await Multipass(runner).version().multipass
            guard Self.version(version, isAtLeast: 1, 13) else {
                return Checkup(
                    topic, .warning, "multipass \(version) is too old: 1.13 or later is required",
                    "snap refresh multipass")
            }
            try await provider(.multipass).check()
            guard hasVirtualisation else {
                return Checkup(topic, .warning, "multipass \(version) works, but KVM is not available", "see kvm")
            }
            return Checkup(topic, .ok, "multipass \(version) answers")
        } catch {
            return finding(topic, error, "see multipass version")
        }
    }

    /// Whether members of the namespace provider can be made.
    func namespace(mayBeRoot: Bool) async -> Checkup {
        let topic = "provider namespace"
        guard isLinux else {
            return Checkup(topic, .warning, "the namespace provider needs Linux", "use --provider multipass")
        }
        guard mayBeRoot else { return Checkup(topic, .warning, "it needs root", "see rights") }
        do {
            try await provider(.namespace).check()
        } catch {
            return finding(topic, error, "see bcmcluster up -c TRY --provider namespace --dry-run")
        }
        if program(Engine.lxd.daemon)?.hasPrefix("/snap/") == true {
            return Checkup(
                topic, .warning, "lxd is a snap here, which cannot be started more than once", "apt-get install lxd")
        }
        let version = await Versions(runner).line(Engine.lxd.daemon) ?? "of no version"
        guard Self.version(version, isAtLeast: 5, 0) else {
            return Checkup(
                topic, .warning, "lxd \(version) is too old: 5.0 or later is required", "apt-get install lxd")
        }
        return Checkup(topic, .ok, "lxd \(version) and all requirements are installed")
    }

    /// Which provider is taken by default, and whether that is one that works.
    func choice(_ multipass: Checkup, _ namespace: Checkup) -> Checkup {
        let topic = "provider"
        let hasMultipass = program("multipass") != nil
        guard multipass.level == .ok || namespace.level == .ok else {
            return Checkup(
                topic, .problem, "no provider works here: clusters cannot be created",
                (hasMultipass || !isLinux ? multipass : namespace).hint ?? "see above")
        }
        let taken = try? ProviderChoice.automatic(
            hasMultipass: hasMultipass, isLinux: isLinux, isRoot: isRoot, hasSudo: program("sudo") != nil)
        if let wanted = environment("BCM_PROVIDER_NAME") {
            let works = [("multipass", multipass), ("namespace", namespace)].contains {
                $0.0 == wanted && $0.1.level == .ok
            }
            if wanted == ProviderName.baremetal.rawValue {
                return Checkup(topic, .ok, "up uses baremetal from BCM_PROVIDER_NAME, on the hosts given with --hosts")
            }
            let source = "\(Shell.quoted(wanted.clipped)) from BCM_PROVIDER_NAME"
            return works
                ? Checkup(topic, .ok, "up uses \(source)")
                : Checkup(topic, .problem, "up uses \(source), which does not work here", "unset BCM_PROVIDER_NAME")
        }
        guard let taken, (taken.name == .multipass ? multipass : namespace).level == .ok else {
            let other = multipass.level == .ok ? "multipass" : "namespace"
            return Checkup(
                topic, .warning, "the default provider does not work here, but \(other) does",
                "bcmcluster up -c NAME --provider \(other)")
        }
        return Checkup(topic, .ok, "up uses \(taken.name.rawValue): \(taken.reason)")
    }

    private func finding(_ topic: String, _ error: any Error, _ way: String) -> Checkup {
        let failure = Failure(error)
        return Checkup(topic, .warning, failure.message, failure.hint ?? way)
    }

    /// Whether a version such as `1.16.3` or `5.0.2 LTS` is that one or a later one.
    static func version(_ text: String, isAtLeast major: Int, _ minor: Int) -> Bool {
        let numbers = text.split { !($0.isASCII && $0.isNumber) }.prefix(2).compactMap { Int($0) }
        guard let first = numbers.first else { return false }
        return (first, numbers.dropFirst().first ?? 0) >= (major, minor)
    }
}
