/// What is known of a provider before it has made anything; everything outside its folder goes by this, and not by its name.
package struct ProviderTraits: Sendable {
    /// As `--provider` and the state name it.
    package let name: ProviderName
    /// How many machines it makes at a time unless the user says otherwise.
    package var defaultParallel: Int
    /// The pause between two questions to a machine.
    package var pollInterval: Duration
    /// How long a machine usually takes until it is set up.
    package let expectedSetupDuration: Duration
    /// How long a healthy machine may take to answer one question: a process on this machine answers within the default
    /// also when all processors are busy.
    package var answerTimeout: Duration = .milliseconds(1200)
    /// The driver of the storage pool unless the user chooses another.
    package let defaultStorage: StorageDriver
    /// Which of image and channel it goes by.
    package let settings: Set<Setting>
    /// Which of image, channel and network it goes by.
    package var usedSettings: Set<Setting> { settings.union(networkHelp == nil ? [] : [.network]) }
    /// The cluster-wide settings that matter only once a machine is made: until then `up` may change them.
    package var settingsOfMachines: Set<Setting> = []
    /// The sizes that its machines cannot be given, each with the reason.
    var fixedSizes: [Setting: String] = [:]
    /// The least memory with which a machine works, in bytes.
    var leastMemory = 0
    /// Whether machines that run can be given other sizes.
    package var resizes = false
    /// Whether machines that are off can be given other sizes.
    var resizesWhenOff = false
    /// Whether a snapshot outlives the machine that it is of.
    package var snapshotsOutliveMachines = false

    /// Whether the logs of its machines stand on their host, where one program reads those of all.
    var logsAreOnHost = false
    /// Whether this process has to be able to become root.
    package var needsLocalRoot = false
    /// Whether members run on the host itself, and so share its memory and use its proxies.
    package var sharesHost = false
    /// Whether each member is a host that exists already.
    package var membersAreHosts = false
    /// Whether members run the engine that is installed on the host, rather than one of a machine's own.
    package var usesHostEngine: Bool { sharesHost || membersAreHosts }
    /// The engines with which it is to be tried where none was chosen.
    package var candidateEngines: [Engine] { usesHostEngine ? Engine.all : [.current] }
    /// Whether machines are among those that the `vm` commands show.
    package var makesVMs = false
    /// Whether a host keeps something of a cluster's network when its last member there is removed.
    package var hasHostNetwork = false
    /// Whether a cluster over several hosts needs a network that the user names.
    package var needsNamedNetwork = false
    /// Whether members share an Ethernet on which multicast passes, as the engine's own tunnels between members need it.
    package var sharedEthernet: SharedEthernet = .always
    /// The largest packet that members send each other, over one host and over several.
    package var packetSizes: (onOneHost: Int, overHosts: Int) = (1500, 1500)
    /// How many hosts a cluster can be spread over, where that is limited.
    package var maximumHosts: Int?

    /// What has to pass between those hosts, to complete "let … pass", or what else helps members that do not reach
    /// each other.
    package let reachHint: @Sendable (_ hosts: String, _ engine: Engine) -> String
    /// What a user can do about a machine that runs and carries out no command.
    package var hungHint: @Sendable (MemberName) -> String = {
        "bcmcluster stop -c \($0.cluster), then bcmcluster start -c \($0.cluster)"
    }
    /// What a user starts and deletes machines with where this program does not know whose they are, without their names.
    package var ownCommands: (start: String, delete: String)?
    /// What a user can do about a machine that is deleted and still owns its name; `nil` where there are none.
    package var deletedHint: (@Sendable (MemberName) -> String)?
    /// About how much memory a member takes, in words.
    package var memory: String?
    /// What the setting `network` is, in words.
    package var networkHelp: String?
    /// When it is taken where nobody chose; `nil` is never.
    package var automatic: AutomaticChoice?
}

/// Where a cluster's members are on one Ethernet.
package enum SharedEthernet: Sendable, Equatable {
    case always, onOneHost, never

    /// Whether those of that cluster are.
    package func covers(_ state: ClusterState) -> Bool {
        self == .always || self == .onOneHost && state.spread == nil
    }
}

/// When a provider is taken where nobody chose.
package struct AutomaticChoice: Sendable {
    /// Why it is taken on this machine; `nil` where it does not work.
    let reason: @Sendable (Surroundings) -> String?
    /// The condition of the reason, in words of the help; `nil` is none.
    var condition: String?
    /// Why it is not, to stand before another's reason.
    let absence: String
    /// What would make it work; `nil` where nothing does.
    let hint: @Sendable (Surroundings) -> String?
    /// Why it is taken for other hosts, given the network that the user named; `nil` where it does not fit.
    let reasonOverHosts: @Sendable (_ network: String?) -> String?
}

/// What a machine is, as far as the choice of a provider depends on it.
package struct Surroundings: Sendable {
    /// Namespaces and KVM need it.
    package let isLinux: Bool
    /// Whether this process is root.
    package let isRoot: Bool
    /// The path of a program; `nil` where it is not installed.
    package let program: @Sendable (String) -> String?

    /// A machine as a test describes it.
    package init(isLinux: Bool, isRoot: Bool, program: @escaping @Sendable (String) -> String?) {
        self.isLinux = isLinux
        self.isRoot = isRoot
        self.program = program
    }

    package static var current: Surroundings {
        #if os(Linux)
            let isLinux = true
        #else
            let isLinux = false
        #endif
        return Surroundings(
            isLinux: isLinux, isRoot: SystemCalls.effectiveUser == 0, program: SystemCalls.pathOfProgram)
    }
}
