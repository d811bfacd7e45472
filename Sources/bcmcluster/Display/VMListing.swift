import Provisioning

/// The VMs of all hosts, as a table and as data; `version` is raised when the form changes so that a reader would
/// notice.
struct VMListing: Encodable {
    struct Row: Encodable {
        var host: String
        var name: String
        var state: String
        /// The management address first.
        var ipv4: [String]
        var image: String?
        var cluster: String?
    }

    /// A host that does not answer.
    struct UnreachableHost: Encodable {
        var host: String
        var trouble: String
    }

    var version = 1
    var vms: [Row]
    var silent: [UnreachableHost]

    init(_ observation: VMStatus) {
        vms = observation.vms.map { vm in
            Row(
                host: vm.host.name.text, name: vm.instance.name, state: vm.instance.state,
                ipv4: vm.instance.ipv4.filter { IPv4($0) != nil }, image: vm.instance.image,
                cluster: vm.cluster?.text)
        }
        silent = observation.silent.map { UnreachableHost(host: $0.host.name.text, trouble: $0.failure.message) }
    }

    /// A table that is no wider than that.
    func text(width: Int) -> String {
        let rows = vms.map { row in
            [row.host, row.name, row.state, row.ipv4.first ?? "-", row.image ?? "-", row.cluster ?? "-"]
        }
        let columns: [TextTable.Column] = [
            "HOST", "NAME", "STATE", .init("IPV4", isWhole: true), .init("IMAGE", 2), .init("CLUSTER", 1),
        ]
        return TextTable.lines(columns, rows, width: width).map { $0 + "\n" }.joined()
    }
}
