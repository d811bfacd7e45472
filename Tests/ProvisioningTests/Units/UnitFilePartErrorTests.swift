import Testing

@testable import Provisioning

/// Each error of the parts that there can be several of, with its place and its sentence.
@Suite struct UnitFilePartErrorTests {
    private func check(_ text: String, _ line: Int, _ column: Int, _ sentence: String) {
        let refusal = UnitFileText(more: text).refusal()
        #expect(
            refusal.hasPrefix("web/unit.toml, line \(line), column \(column): \(sentence)"), "\(refusal)\n of \(text)")
    }

    @Test(arguments: UnitFileMistakes.volume)
    func volumes(_ text: String, _ line: Int, _ column: Int, _ sentence: String) {
        check(text, line, column, sentence)
    }

    @Test(arguments: UnitFileMistakes.network)
    func networks(_ text: String, _ line: Int, _ column: Int, _ sentence: String) {
        check(text, line, column, sentence)
    }

    @Test(arguments: [
        "", "10.77.0.1", "10.77.0.0/24", "10.77.0.255/24", "10.77.0.1/31", "10.77.0.1/7", "10.77.0.1/+24",
        "10.77.0.1/024", "10.77.0.1/", "10.77.0.256/24", "10.77.0/24", "127.0.0.1/8", "0.1.2.3/16", "224.0.0.1/24",
        "fd00::1/64", "10.77.0.1/24/24", " 10.77.0.1/24", "10.77.0.1/99999999999999999999",
    ])
    func addresses(_ address: String) {
        check(
            "[[network]]\naddress = '\(address)'\nname = 'ab'", 6, 11,
            "network[0].address is not an IPv4 address with a prefix of 8 to 30; write that of the members on")
    }

    @Test(arguments: UnitFileMistakes.port)
    func ports(_ text: String, _ line: Int, _ column: Int, _ sentence: String) {
        check(text, line, column, sentence)
    }

    @Test func whatIsInAnArrayThatIsWrittenOut() {
        let text = "port = [{listen = 1},\n  8080]\n" + UnitFileText.shortest
        #expect(
            UnitFileText(text).refusal()
                == "web/unit.toml, line 2, column 3: port[1] is an integer, but must be a table; write [[port]]")
        let volume = "volume = [{name = 'a', path = '/a'},\n {path = '/a'}]\n" + UnitFileText.shortest
        #expect(UnitFileText(volume).refusal().hasPrefix("web/unit.toml, line 2, column 2: volume[1].name is missing"))
    }

    /// Many parts take no more than their share of time each.
    @Test(.timeLimit(.minutes(5))) func manyParts() throws {
        let volumes = (0..<2_000).map { "[[volume]]\nname = \"v\($0)\"\npath = \"/v\($0)\"\n" }.joined()
        #expect(try UnitFileText(more: volumes).unit().volumes.count == 2_000)
    }
}
