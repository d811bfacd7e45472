extension Multipass {
    /// The words of a command in a machine, as the machine's own user.
    ///
    /// multipass maps the folder that it is called in: where that is mounted in the machine, it joins the command's words
    /// unquoted and runs them by a shell as another user (state: "`exec` maps the working directory"). No call may leave
    /// that to chance.
    static func exec(_ name: String) -> [String] { ["exec", name, "--no-map-working-directory", "--"] }
}
