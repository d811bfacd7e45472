import Provisioning
import Testing

@Suite struct EnvironmentFileTests {
    @Test func readsWhatPeopleWrite() throws {
        let file = try EnvironmentFile(
            "# a comment\n\nA=1\n  B=two\nexport C=3\nD=\"with space\"\nE='it is # no comment'\nF=\nG=a=b\nA=9\n",
            path: "f")
        #expect(
            file.values == [
                "A": "9", "B": "two", "C": "3", "D": "with space", "E": "it is # no comment", "F": "", "G": "a=b",
            ])
    }

    @Test func nothingIsExpanded() throws {
        let file = try EnvironmentFile("A='$(touch /tmp/x)'\nB=\"${HOME}\"\nC='`id`'\n", path: "f")
        #expect(file.values == ["A": "$(touch /tmp/x)", "B": "${HOME}", "C": "`id`"])
    }

    @Test func windowsLineEndsAreLineEnds() throws {
        #expect(try EnvironmentFile("A=1\r\nB=2\r\n", path: "f").values == ["A": "1", "B": "2"])
    }

    @Test(
        "An unknown variable is an error with its line, and with the name that was meant",
        arguments: [
            ("BCM_ENDPOINT_MEMORY_SIZE=4G", 0, "did you mean BCM_ENDPOINT_MEM_SIZE?"),
            ("EDITOR=vi", 1, "known variables: BCM_CLUSTER_ENDPOINT_NAME, "),
            ("BCM_LXD_STORAGE=zfs", 1, "remove the line; BCM_LXD_STORAGE is read from the .env of DEV-00"),
        ])
    func unknownVariables(_ line: String, _ index: Int, _ hint: String) throws {
        let files = InMemoryFiles()
        let folder = ClusterFolder(runtime: "/r", cluster: try ClusterName("DEV"))
        let path = folder.environment(try .dev(index))
        files.put("BCM_PROVIDER_NAME=namespace\n\(line)\n", at: path)
        let failure = try #require(throws: Failure.self) { try EnvironmentFile(of: .dev(index), in: folder, files) }
        #expect(failure.exitStatus == 2 && failure.message.hasPrefix("\(path), line 2: "), "\(failure)")
        #expect(failure.hint?.hasPrefix(hint) == true, "\(failure)")
    }

    @Test(arguments: [
        "JUST A WORD", "=x", "A B=1", "1A=1", "A=b c", "A=\"open", "A='a'b'", "A=$(id)", "A=`id`", "A=a\\b", "Ä=1",
        "A=\"",
    ])
    func aMalformedLineIsNamed(_ line: String) throws {
        let failure = try #require(throws: Failure.self) {
            try EnvironmentFile("X=1\n# c\n\(line)\nY=2\n", path: "/p/.env")
        }
        #expect(failure.code == .badInput)
        #expect(failure.message == "/p/.env, line 3, is not NAME=value")
    }
}
