/// What steps on hosts and on VMs outside clusters may use.
public struct HostContext: StepContext {
    public let time: any TimeSource
    public let redactor: Redactor
    public var engine: Engine { .current }
    /// This machine's files.
    public let files: any Files
    /// The registered hosts.
    public let hosts: HostStore
    /// Sentences for the user once the plan has ended.
    public let remarks = Remarks()

    public init(time: any TimeSource, redactor: Redactor, files: any Files, hosts: HostStore) {
        self.time = time
        self.redactor = redactor
        self.files = files
        self.hosts = hosts
    }
}
