import Testing

@testable import Provisioning

@Suite struct SnapChannelTests {
    @Test(arguments: [
        ("5.21/stable", "5.21.3"), ("5.21/stable", "5.21"), ("5.21", "5.21.3 LTS"), ("5.21/stable/fix", "5.21.1"),
        ("6/edge", "6.9"), ("6/stable", "6"), ("5.0/stable", "5.0.2"), ("latest/stable", "5.0.2"), ("stable", "6.1"),
        ("edge/fix-1", "4.0.9"),
    ])
    func takesVersionsOfItsTrack(_ channel: String, _ version: String) {
        #expect(SnapChannel(channel).accepts(version))
    }

    @Test(arguments: [
        ("5.21/stable", "5.0.2"), ("5.2/stable", "5.21.3"), ("6/stable", "60.1"), ("6/stable", "5.21.3"),
        ("5.21/stable", ""), ("5.0/candidate", "5.21.3"),
    ])
    func refusesOthers(_ channel: String, _ version: String) { #expect(!SnapChannel(channel).accepts(version)) }

    @Test(arguments: [
        ("5.0.2", "5.0/stable"), ("5.21.3", "5.21/stable"), ("6.9", "6/stable"), ("4.0.9", "4.0/stable"),
        ("7", "7/stable"), ("git-1", "latest/stable"),
    ])
    func everyVersionHasAStableChannel(_ version: String, _ channel: String) {
        #expect(SnapChannel.stable(of: version) == SnapChannel(channel))
        #expect(SnapChannel.stable(of: version).accepts(version))
    }
}
