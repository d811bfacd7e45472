/// The processes of a Linux machine, as /proc shows them.
enum ProcessTable {
    /// Whether a process of that group has not ended; true if unknown.
    static func hasRunningProcess(inGroup group: Int32) -> Bool {
        let files = LocalFiles()
        guard let names = try? files.names(in: "/proc") else { return true }
        return names.contains { name in
            guard name.utf8.allSatisfy({ 48...57 ~= $0 }), let text = try? files.read("/proc/\(name)/stat") else {
                return false
            }
            // The program's name stands in brackets and may hold anything: state, parent and group come behind it.
            let rest = text[(text.lastIndex(of: ")") ?? text.startIndex)...].dropFirst().split(separator: " ")
            return rest.count > 2 && Int32(rest[2]) == group && !["Z", "X"].contains(rest[0])
        }
    }
}
