/// The proxies by which the daemons reach image servers: those of the environment, where they are on this machine.
///
/// A daemon has no proxy in its own environment, since it would use that to reach other members too.
struct DaemonProxies {
    private let context: PlanContext

    init(_ context: PlanContext) { self.context = context }

    /// The keys of LXD's configuration, each with its value; none where the members are elsewhere.
    var keys: [(String, String)] {
        get async {
            let state = await context.store.state
            guard context.provider.traits.sharesHost, state.spread == nil else { return [] }
            let proxies = [("core.proxy_http", "http_proxy"), ("core.proxy_https", "https_proxy")].compactMap {
                key, name in
                value(name).flatMap { Self.isOnThisMachineAlone($0) ? nil : (key, $0) }
            }
            for (_, proxy) in proxies where proxy.contains("@") { context.redactor.conceal(proxy, as: "<proxy>") }
            let hosts = [value("no_proxy")].compactMap { $0 } + state.members.compactMap { $0.address?.description }
            return proxies.isEmpty ? [] : proxies + [("core.proxy_ignore_hosts", hosts.joined(separator: ","))]
        }
    }

    private func value(_ name: String) -> String? {
        context.sources.environment(name) ?? context.sources.environment(name.uppercased())
    }

    /// A member has a loopback interface of its own.
    private static func isOnThisMachineAlone(_ proxy: String) -> Bool {
        let host = (proxy.split(separator: "@").last ?? "").replacing(/^[a-z0-9]+:\/\//, with: "")
        return ["localhost", "127.", "[::1]"].contains(where: host.hasPrefix)
    }
}
