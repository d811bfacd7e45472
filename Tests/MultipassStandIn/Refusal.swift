/// What the stand-in ends with where it does not do what it was asked for: multipass's own words and exit code.
struct Refusal: Error {
    /// The exit code: 1 usage, 2 failed, 5 the client's time is over.
    let code: Int32
    /// What goes to standard error.
    let message: String

    /// Multipass's usual failure.
    static func failed(_ verb: String, _ message: String) -> Refusal {
        Refusal(code: 2, message: "\(verb) failed: \(message)")
    }

    /// A machine that is not there, in the words that most verbs share.
    static func absent(_ verb: String, _ name: String) -> Refusal {
        failed(verb, "The following errors occurred:\ninstance \"\(name)\" does not exist")
    }

    /// A machine that was deleted and not purged.
    static func deleted(_ verb: String, _ name: String) -> Refusal {
        failed(verb, "The following errors occurred:\ninstance \"\(name)\" is deleted")
    }
}
