import Provisioning

/// The one place that decides whether a command may delete what it is about to delete.
///
/// `--yes` allows it, and so does a yes on the terminal. Whatever stands on an input that is no terminal is no consent: the
/// command is refused before it has changed anything.
struct TerminalConfirmation {
    /// Whether `--yes` was given.
    let isGiven: Bool
    let terminal: Terminal
    let time: any TimeSource

    /// Whether the command may begin: false where the user does not want it; throws `Failure.badInput` off a terminal where
    /// data would be lost, and where the task is cancelled while it waits for the answer.
    func allows(_ confirmation: Confirmation) async throws -> Bool {
        if isGiven { return true }
        guard terminal.canAsk else { return try AppContext.confirmUnasked(confirmation) }
        if !confirmation.losses.isEmpty { terminal.say(confirmation.headline) }
        for loss in confirmation.losses { terminal.say("  \(loss)") }
        for remark in confirmation.remarks { terminal.say(remark) }
        terminal.ask("Continue?")
        while !SystemCalls.hasInput(0, milliseconds: 0) { try await time.sleep(.milliseconds(50)) }
        return terminal.readsYes()
    }
}
