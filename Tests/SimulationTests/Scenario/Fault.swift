/// One thing that goes wrong in one run of the tool.
struct Fault: Sendable, Hashable, CustomStringConvertible {
    /// Where it strikes: at the n-th command or the n-th change to a file, counted from 1.
    enum Place: Sendable, Hashable {
        case command(Int)
        case write(Int)
    }

    /// What goes wrong.
    enum Kind: String, Sendable, CaseIterable {
        /// The command fails, and nothing has happened.
        case failBefore
        /// The command does its work, and fails all the same.
        case failAfter
        /// The daemon gives up half-way.
        case breakDown
        /// Nothing happens, for longer than any limit.
        case hang
        /// The work is done, and the answer never comes.
        case hangAfter
        /// It takes thirty times as long.
        case slow
        /// The answer is none.
        case garbage
        /// The answer is cut off in the middle.
        case half
        /// Nothing is answered.
        case silence
        /// A busy daemon drops the connection.
        case reset
        /// The tool is killed before the command begins, while it runs, when it has ended.
        case killBefore, killDuring, killAfter
        /// A user presses ^C.
        case interrupt
    }

    var place: Place
    var kind: Kind

    var description: String {
        switch place {
        case .command(let number): "\(kind.rawValue) at command \(number)"
        case .write(let number): "\(kind.rawValue) at file change \(number)"
        }
    }
}
