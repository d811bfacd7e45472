import Provisioning

/// The VMs of all hosts, as a table and as data.
struct VMListing: Encodable {
    struct Row: Encodable {
        var host: String
        var name: String
        var state: String
        /// The same in multipass's word.
        fileprivate var label: String
        /// The management address first.
        var ipv4: [String]
        var image: String?
        var cluster: String?

        private enum CodingKeys: CodingKey { case host, name, state, ipv4, image, cluster }
    }

    /// A host that does not answer.
    struct UnreachableHost: Encodable {
        var host: String
        var code: String
        var message: String
    }

    var schemaVersion = JSONForm.version
    var vms: [Row]
    var unreachable: [UnreachableHost]

    init(_ observation: VMStatus) {
        vms = observation.vms.map { vm in
            Row(
                host: vm.host.name.text, name: vm.instance.name, state: StateWord.machine(vm.instance.state),
                label: vm.instance.state, ipv4: vm.instance.ipv4.filter { IPv4($0) != nil }, image: vm.instance.image,
                cluster: vm.cluster?.text)
        }
        unreachable = observation.silent.map {
            UnreachableHost(
                host: $0.host.name.text, code: $0.failure.code.rawValue, message: $0.failure.message)
        }
    }

    /// A table that is no wider than that.
    func text(width: Int) -> String {
        let rows = vms.map { row in
            [row.host, row.name, row.label, row.ipv4.first ?? "-", row.image ?? "-", row.cluster ?? "-"]
        }
        let columns: [TextTable.Column] = [
            "HOST", "NAME", "STATE", .init("IPV4", isWhole: true), .init("IMAGE", 2), .init("CLUSTER", 1),
        ]
        return TextTable.lines(columns, rows, width: width).map { $0 + "\n" }.joined()
    }
}
