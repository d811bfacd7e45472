/// What steps on hosts and on VMs outside clusters may use.
package struct HostContext: StepContext {
    package let time: any TimeSource
    package let redactor: Redactor
    package var engine: Engine { .current }
    /// This machine's files.
    package let files: any Files
    package let hosts: HostStore
    /// Sentences for the user once the plan has ended.
    package let remarks = Remarks()

    package init(time: any TimeSource, redactor: Redactor, files: any Files, hosts: HostStore) {
        self.time = time
        self.redactor = redactor
        self.files = files
        self.hosts = hosts
    }
}
