/// One thing that goes wrong: what, and at which call of a program.
struct Fault: CustomStringConvertible, Sendable {
    /// What goes wrong.
    enum Kind: String, CaseIterable, Sendable {
        /// The program fails without having done anything.
        case fails
        /// It does its work, and then fails.
        case failsAfter
        /// It hangs past its limit without having done anything.
        case hangs
        /// It does its work, and hangs then.
        case hangsAfter
        /// It does its work, and prints something else.
        case printsGarbage
        /// It does its work, and prints half of its output.
        case printsHalf
        /// The tool is killed when the call begins, which does nothing any more.
        case killsBefore
        /// The tool is killed when the call begins, which continues all the same.
        case killsDuring
        /// The tool is killed when the call has ended.
        case killsAfter

        var hangs: Bool { self == .hangs || self == .hangsAfter }
    }

    /// The run in which it happens.
    enum Run: String, Sendable {
        case up, destroy
    }

    var kind: Kind
    var run: Run
    /// Which of the run's calls, from 1.
    var call: Int

    var description: String { "\(run) call \(call) \(kind)" }

    /// Every kind at every call.
    static func all(_ run: Run, calls: Int) -> [Fault] {
        (0..<calls).flatMap { call in Kind.allCases.map { Fault(kind: $0, run: run, call: call + 1) } }
    }

    /// A few calls spread over the run, the kinds in turns.
    static func sample(_ run: Run, calls: Int, count: Int, firstKind: Int) -> [Fault] {
        (0..<count).map { number in
            Fault(
                kind: Kind.allCases[(firstKind + number * 2) % Kind.allCases.count], run: run,
                call: 1 + (number * 2 + 1) * calls / (count * 2))
        }
    }
}
