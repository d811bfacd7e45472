#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Single keys from the terminal at standard input, without the wait for a line's end and without an echo.
///
/// The terminal gets its settings back from `end`, and where a signal ends or stops the process.
package final class KeyInput: Sendable {
    /// How often keys are looked for.
    private static let interval: Duration = .milliseconds(50)

    /// `nil` where standard input is no terminal, or another process has it.
    package init?() {
        guard Self.isForeground, tcgetattr(STDIN_FILENO, &formerSettings) == 0 else { return nil }
        for number in [SIGTSTP, SIGQUIT, SIGABRT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGUSR1, SIGUSR2, SIGALRM] {
            restoreAtSignal(number)
        }
        Self.takeKeys()
    }

    /// Gives the terminal its settings back.
    package func end() { _ = tcsetattr(STDIN_FILENO, TCSANOW, &formerSettings) }

    /// Waits until one of those keys is pressed, or the terminal is gone; others do nothing.
    package func wait(for keys: [Character], _ time: any TimeSource) async throws {
        let codes = keys.compactMap(\.asciiValue)
        while true {
            try await time.sleep(Self.interval)
            // After it was stopped the process finds the terminal as the shell has left it; in the background it is not ours.
            guard Self.isForeground else { continue }
            Self.takeKeys()
            var code: UInt8 = 0
            while SystemCalls.hasInput(STDIN_FILENO, milliseconds: 0) {
                guard read(STDIN_FILENO, &code, 1) == 1 else { return }
                if codes.contains(code) { return }
            }
        }
    }

    private static var isForeground: Bool { tcgetpgrp(STDIN_FILENO) == getpgrp() }

    private static func takeKeys() {
        var settings = formerSettings
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        _ = tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }
}

/// The settings of the terminal before keys were taken; a signal's handler reads them.
private nonisolated(unsafe) var formerSettings = termios()

/// Lets the signal do what it does by itself, once the terminal has its settings back.
private func restoreAtSignal(_ number: Int32) {
    signal(number) { number in
        _ = tcsetattr(STDIN_FILENO, TCSANOW, &formerSettings)
        // It may be stopped again, and has to put the settings back then too.
        if number == SIGTSTP {
            kill(getpid(), SIGSTOP)
            return
        }
        signal(number, SIG_DFL)
        kill(getpid(), number)
    }
}
