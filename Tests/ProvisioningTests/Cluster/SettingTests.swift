import Provisioning
import Testing

@Suite struct SettingTests {
    @Test(arguments: [
        (Setting.provider, "docker"), (.cpus, "0"), (.cpus, "two"), (.cpus, "1.5"), (.cpus, "1025"),
        (.memory, "12 parsecs"), (.disk, "-1G"), (.storage, "ceph"), (.image, ""), (.image, "a b"), (.image, "-x"),
        (.channel, "5.21/stable'"), (.channel, "$(id)"), (.network, "a\nb"),
        (.network, String(repeating: "x", count: 201)),
    ])
    func senselessValuesAreRefused(_ setting: Setting, _ value: String) throws {
        let failure = try #require(throws: Failure.self) { try setting.check(value, from: "the place") }
        #expect(failure.exitStatus == 2)
        #expect(failure.message.hasPrefix("the place: "))
    }

    @Test(arguments: [
        (Setting.provider, "multipass"), (.provider, "namespace"), (.cpus, "1"), (.cpus, "1024"), (.memory, "4G"),
        (.disk, "30GiB"), (.storage, "dir"), (.storage, "zfs"), (.image, "24.04"), (.image, "daily:26.10"),
        (.channel, "5.21/stable"), (.network, "10.77.0.0/22"), (.network, "name=en0,mode=manual"),
    ])
    func sensibleValuesAreTaken(_ setting: Setting, _ value: String) throws { try setting.check(value, from: "x") }

    /// The one order: flag, environment, `.env`, template.
    @Test func theOrderIsFlagEnvironmentFileTemplate() throws {
        let name = Setting.memory.variable
        func value(_ flag: String?, _ file: String?, _ environment: String?, _ template: String?) throws -> String? {
            let sources = SettingSources(
                flags: flag.map { [.memory: $0] } ?? [:], environment: { $0 == name ? environment : nil })
            return try sources.value(
                of: .memory, file: EnvironmentFile(values: file.map { [name: $0] } ?? [:]),
                template: template.map { [name: $0] } ?? [:])
        }
        #expect(try value("1G", "2G", "3G", "4G") == "1G")
        #expect(try value(nil, "2G", "3G", "4G") == "3G")
        #expect(try value(nil, "2G", nil, "4G") == "2G")
        #expect(try value(nil, nil, nil, "4G") == "4G")
        #expect(try value(nil, nil, nil, nil) == nil)
        #expect(try value(nil, "2G", "", "4G") == "2G", "an empty one says nothing")
    }

    @Test func thePlaceOfABadValueIsNamed() throws {
        let name = Setting.memory.variable
        let none = SettingSources(flags: [:], environment: { _ in nil })
        let inFile = try #require(throws: Failure.self) {
            let file = try EnvironmentFile("# c\n\(name)=x\n", path: "/p/.env")
            _ = try none.value(of: .memory, file: file, template: [:])
        }
        #expect(inFile.message.hasPrefix("BCM_ENDPOINT_MEM_SIZE in /p/.env, line 2: x "))
        let inEnvironment = try #require(throws: Failure.self) {
            try SettingSources(flags: [:], environment: { _ in "x" })
                .value(of: .memory, file: EnvironmentFile(), template: [:])
        }
        #expect(inEnvironment.message.hasPrefix("BCM_ENDPOINT_MEM_SIZE in the environment: x "))
        let inFlag = try #require(throws: Failure.self) {
            try SettingSources(flags: [.memory: ""], environment: { _ in nil })
                .value(of: .memory, file: EnvironmentFile(), template: [name: "4G"])
        }
        #expect(inFlag.message.hasPrefix("--memory: "))
    }
}
