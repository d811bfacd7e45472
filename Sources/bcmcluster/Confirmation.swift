import Provisioning

/// The one place that decides whether a command may delete what it is about to delete.
///
/// `--yes` allows it, and so does a yes on the terminal. Whatever stands on an input that is no terminal is no consent: the
/// command is refused before it has changed anything.
struct Confirmation {
    /// The command, as the user types it.
    let command: String
    let invocation: Invocation
    let world: World

    private var terminal: Terminal { world.terminal }

    /// Whether the command may begin: false where the user does not want it, and true without a question where there are no
    /// losses; throws `Failure.badInput` off a terminal without `--yes`.
    ///
    /// Each loss and each remark is a line of its own, the losses below the headline.
    func allows(_ losses: [String], headline: String, remarks: [String] = []) throws -> Bool {
        if losses.isEmpty || invocation.values[.yes] != nil { return true }
        guard terminal.canAsk else {
            throw Failure(
                .badInput, "\(command) deletes data: not a terminal", output: losses.joined(separator: "\n"),
                hint: "pass --yes")
        }
        terminal.say(headline)
        for loss in losses { terminal.say("  \(loss)") }
        for remark in remarks { terminal.say(remark) }
        return try asks()
    }

    /// Whether the user wants to continue; without a terminal, and with `--yes`, nobody is asked.
    ///
    /// A signal ends the run while it waits for the answer.
    func asks() throws -> Bool {
        if invocation.values[.yes] != nil || !terminal.canAsk { return true }
        terminal.ask("Continue?")
        while !SystemCalls.hasInput(0, milliseconds: 100) {
            if world.interruption.signal != nil { throw Failure(.interrupted, "interrupted: nothing was changed") }
        }
        return terminal.readsYes()
    }
}
