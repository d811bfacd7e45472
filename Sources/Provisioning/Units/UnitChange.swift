/// What a run does to one object of a unit or of a cluster file.
package struct UnitChange: Sendable, Equatable {
    /// What becomes of it, in Terraform's signs.
    package enum Sign: String, Sendable, Codable {
        case add = "+"
        /// It is as it should be, or nothing can be done about it.
        case keep = "="
        /// It is changed in place.
        case change = "~"
        case remove = "-"
    }

    package enum Object: String, Sendable, Codable {
        /// An image of the cluster.
        case image
        case network
        case volume
        case instance
        case member
        /// A storage pool.
        case pool
        /// A whole unit, of which nothing is changed, or is not known yet what.
        case unit
    }

    /// What is done, as far as anything is.
    package enum Work: Sendable, Equatable {
        case nothing
        /// The image is brought to the cluster.
        case bring
        /// The network is made on all members.
        case makeNetwork(UnitNetwork)
        /// Keys of the network are changed; one that is lively changes names alone, which follow the instances.
        case setNetwork(UnitNetwork, isLively: Bool)
        case removeNetwork
        /// The volume is made on that member.
        case makeVolume(member: String, keys: [String])
        /// Keys of the volume are changed, on the member on which it lives.
        case setVolume(member: String?, keys: [String])
        /// The volume is removed from the member on which it lives.
        case removeVolume(member: String?)
        /// The instance is made and started on that member.
        case make(member: String, form: InstanceForm)
        /// The instance is given that form, if any, and started where it is off.
        case edit(member: String, form: InstanceForm?, starts: Bool)
        /// The instance stays as it is on that member.
        case stay(member: String)
        /// The instance is removed.
        case remove(member: String)
    }

    package var sign: Sign
    package var object: Object
    /// Its name on the cluster.
    package var name: String
    /// Where, and why so; empty where there is nothing to say.
    package var details: String
    package var work: Work
    /// Whether data is deleted that a user may have put there.
    package var losesData: Bool

    /// Whether nothing is done.
    package var isIdle: Bool {
        if case .stay = work { return true }
        return work == .nothing
    }

    /// The form that an instance gets.
    var form: InstanceForm? {
        switch work {
        case .make(_, let form): form
        case .edit(_, let form, _): form
        default: nil
        }
    }

    /// The address that its instance gets on that member, where it is fixed.
    fileprivate func address(on member: String) -> String? {
        switch work {
        case .make(member, let form): form.devices["eth0"]?["ipv4.address"]
        case .edit(member, let form, _): form?.devices["eth0"]?["ipv4.address"]
        default: nil
        }
    }

    init(
        _ sign: Sign, _ object: Object, _ name: String, _ details: String = "", _ work: Work = .nothing,
        losesData: Bool = false
    ) {
        self.sign = sign
        self.object = object
        self.name = name
        self.details = details
        self.work = work
        self.losesData = losesData
    }
}

extension [UnitChange] {
    /// The addresses that instances get on that member.
    func addresses(on member: String) -> [String] { compactMap { $0.address(on: member) } }
}
