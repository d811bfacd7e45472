import Testing

@testable import Provisioning

/// The state's messages, each as the case that it is.
@Suite struct MultipassErrorTests {
    @Test(arguments: [
        (#"launch failed: instance "t0" already exists"#, MultipassError.nameExists),
        (#"launch failed: instance "r2" is being prepared"#, .namePreparing),
        (#"launch failed: Unable to find an image matching "nosuchimage" in remote ""."#, .noImage),
        ("launch failed: Custom image `/no-such-image` does not exist.", .noImageFile),
        (#"launch failed: Remote "" is unknown or unreachable."#, .imagesUnreachable),
        ("Timed out waiting for instance launch.", .clientTimeout),
        ("exec failed: The following errors occurred:\ninstance \"nope\" does not exist", .noInstance),
        ("list failed: cannot connect to the multipass socket", .daemonDown),
        (
            "list failed: The client is not authenticated with the Multipass service.\nPlease use 'multipass authenticate' before proceeding.",
            .notAuthenticated
        ),
        ("exec failed: ssh connection failed: 'Timeout connecting to 10.96.252.144'", .notConnected),
        ("exec failed: ssh connection failed: 'Connection reset by peer'", .notConnected),
        ("exec failed: Connection reset by peer", .connectionLost),
        ("launch failed: Requested disk (1 bytes) below minimum for this image (2 bytes)", .refused), ("", .refused),
    ])
    func aMessageIsRecognised(_ message: String, _ error: MultipassError) {
        #expect(MultipassError(message: message) == error)
        let log = "[2026-11-27T06:00:00.000] [error] [url downloader] Failed to get https://x already exists\n"
        #expect(MultipassError(message: log + log + message) == error, "log lines say nothing about the outcome")
    }
}
