import Testing

@testable import Provisioning

@Suite struct TemplateLibraryTests {
    private func library(_ files: InMemoryFiles = InMemoryFiles()) -> TemplateLibrary {
        TemplateLibrary(runtime: "/r", files: files)
    }

    /// `Templates/` and `cloud-init/` at the root are the one source.
    @Test(arguments: TemplateFile.allCases)
    func theEmbeddedOneIsTheFileAtTheRoot(_ file: TemplateFile) throws {
        let folder = [.userData, .userDataIncus].contains(file) ? "cloud-init" : "Templates"
        let source = try #require(try LocalFiles().read("\(TestFile.root)/\(folder)/\(file.rawValue)"))
        #expect(try library().template(file).text == source)
        #expect(!source.isEmpty)
    }

    @Test func aPersonsOwnTakesItsPlace() throws {
        let files = InMemoryFiles(["/r/templates/master.env": "A=${NOPE}\n"])
        let template = try library(files).template(.masterEnvironment)
        #expect(template.text == "A=${NOPE}\n")
        let failure = try #require(throws: Failure.self) { try library(files).check() }
        #expect(failure.message.hasPrefix("/r/templates/master.env, line 1: "))
        #expect(failure.exitStatus == 2)
    }

    @Test func oneThatCannotBeReadIsNotPassedOver() throws {
        let home = try TemporaryFolder()
        try LocalFiles().makeFolder("\(home.path)/templates/bridge.conf", mode: 0o700)
        let failure = try #require(throws: Failure.self) {
            try TemplateLibrary(runtime: home.path, files: LocalFiles()).template(.bridge)
        }
        #expect(failure.exitStatus == 3)
        #expect(failure.message.contains("\(home.path)/templates/bridge.conf"))
    }

    @Test func theEmbeddedOnesAreSound() throws { try library().check() }

    @Test func whatIsNotRenderedIsNotChecked() throws {
        try library(InMemoryFiles(["/r/templates/entrypoint.sh": "#!/bin/sh\necho ${0##*/} ${\n"])).check()
    }

    /// The user-data must begin with this line, or cloud-init does not take it for what it is.
    @Test func theUserDataSaysWhatItIs() throws {
        #expect(try library().template(.userData).text.hasPrefix("#cloud-config\n"))
    }

    @Test func theBridgeNamesItsAddress() throws {
        #expect(meaning(of: try library().template(.bridge).rendered([:])) == (try TestFile.golden("bridge.conf")))
    }
}
