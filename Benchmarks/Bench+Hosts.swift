import Provisioning

extension Bench {
    /// The VMs of 20 hosts, against the slowest of these alone, and against a loop of plain `ssh`.
    ///
    /// In the place of OpenSSH stands a program that takes as long: seven ways there and back until a connection stands,
    /// two for a command. The hosts are 5 to 50 ms away. So it is this tool that is measured, and not how fast twenty
    /// servers are on one machine.
    func hosts() async throws {
        let sandbox = try Sandbox()
        defer { try? LocalFiles().remove(sandbox.folder) }
        let programs = "\(sandbox.folder)/bin"
        try LocalFiles().makeFolder(programs, mode: 0o755)
        try LocalFiles().write(Self.ssh, to: "\(programs)/ssh", mode: 0o755)
        let store = HostStore(runtime: "\(sandbox.folder)/runtime", files: LocalFiles(), time: SystemTime())
        for number in Self.numbers {
            try await store.add(Host(name: HostName("h\(number)"), destination: "at-\(number)"))
        }
        let variables = ["PATH": "\(programs):\(SystemCalls.environment("PATH") ?? "/usr/bin:/bin")"]
        func median(_ program: String, _ arguments: [String]) async throws -> Double {
            try await repeated(5) { try await sandbox.seconds(program, arguments, adding: variables) }.median
        }
        let ours = try await median(tool, ["vm", "list"])
        let slowest = try await median("\(programs)/ssh", ["at-\(Self.numbers.upperBound)"] + Self.question)
        let each = "for number in $(seq 0 \(Self.numbers.upperBound)); do ssh at-$number \"$@\"; done"
        let loop = try await median("sh", ["-c", each, "sh"] + Self.question)
        add("vm list of 20 hosts, against the slowest alone", ours, slowest, wanted: 1.3)
        add("  against a loop of plain ssh", ours, loop, wanted: 0.3)
    }

    private static let numbers = 0...19
    private static let question = ["multipass", "list", "--format", "json"]

    /// Answers as OpenSSH does, and takes as long.
    private static var ssh: String {
        let places = numbers.map { number in
            let away = 0.005 + 0.045 * Double(number) / Double(numbers.upperBound)
            return "*' at-\(number) '*) open=\((7 * away).written(3)) run=\((2 * away).written(3)) ;;"
        }
        let vms = #"{"list":[{"ipv4":["192.0.2.1"],"name":"box","release":"Ubuntu 24.04 LTS","state":"Running"}]}"#
        return """
            #!/bin/sh
            case " $* " in *' -O '*) exit 0 ;; esac
            case " $* " in
            \(places.joined(separator: "\n"))
            esac
            case " $* " in
            *' -N '*) exec sleep $open ;;
            *' ControlPath='*) sleep $run ;;
            *) sleep $open; sleep $run ;;
            esac
            echo '\(vms)'

            """
    }

    private func add(_ what: String, _ ours: Double, _ theirs: Double, wanted: Double) {
        Table.add(
            Row(
                what: what,
                measured: "\(ours.written(2)) s / \(theirs.written(2)) s = \((ours / theirs).written(2))",
                wanted: "≤ \(wanted.written(1))", isMet: ours / theirs <= wanted))
    }
}
