import Testing

@testable import Provisioning

/// The words are those of real daemons: LXD 5.0.2, 5.21.7 and 6.9, Incus 6.0.4 and 7.0.2.
@Suite struct ToolErrorTests {
    @Test(
        arguments: [
            (
                #"Error: Get "http://unix.socket/1.0": dial unix /d/unix.socket: connect: no such file or directory"#,
                .noDaemon
            ),
            (#"Error: Get "http://unix.socket/1.0": dial unix /d/unix.socket: connect: connection refused"#, .noDaemon),
            ("Error: The incus daemon doesn't appear to be started (socket path: /d/unix.socket)", .noDaemon),
            ("Error: Error transferring storage volume: websocket: close 1000 (normal)", .transferBroken),
            (#"Error: Failed creating instance delete operation: Instance is busy running a "start" operation"#, .busy),
            (#"Error: Failed deleting instance "uc" in project "default": Instance is running"#, .busy),
            (
                "Error: Failed to create instance delete operation: A matching non-reusable operation has now succeeded",
                .doneByAnother
            ),
            (#"Error: Instance "u1" already exists on migration target storage"#, .busy),
            ("Error: The instance is already running\nTry `lxc info --show-log u1` for more info", .alreadyRunning),
            ("Error: The instance is already stopped", .alreadyStopped),
            (#"Error: Failed instance creation: Instance "u1" already exists"#, .nameTaken),
            (
                #"Error: Failed to create "instances" entry: UNIQUE constraint failed: instances.project_id, instances.name"#,
                .nameTaken
            ),
            (
                "Error: Failed to join cluster: Failed to setup cluster trust: Failed to add server cert to cluster: No",
                .trustRefused
            ),
            (
                "Error: Failed joining cluster: Failed setting up cluster trust: Failed adding server cert to cluster",
                .trustRefused
            ),
            ("Error: Failed joining cluster: This server is already clustered", .alreadyClustered),
            ("Error: The cluster already has a member with name: REC-01", .memberExists),
            (#"Error: Network "lxdbr0" is already defined on member "REC-00""#, .networkPrepared),
            ("Error: Network is not in pending state", .networkPrepared),
            ("Error: Certificate already in trust store", .alreadyTrusted),
            (#"Error: The "database" role cannot be dropped at this time"#, .roleMissing),
            ("Error: Failed beginning transaction: context deadline exceeded", .leaderChanged),
            ("Error: Failed to begin transaction: no available cowsql leader server found", .leaderChanged),
            ("Error: failed to create dqlite connection: no available dqlite leader server found", .noLeader),
            ("Error: peer node 10.171.0.12:8443 is down", .memberAway),
            ("Error: Peer cluster member REC-02 at 10.171.0.12:8443 is down", .memberAway),
            (
                #"Error: Get "https://10.0.0.1:8443": Cannot connect to: 10.0.0.1:8443 (dial tcp: no route to host)"#,
                .memberAway
            ),
            ("Error: Failed executing query: no such table: nodes", .noSuchTable),
            ("Error: Image not found", .notFound), ("Error: Not Found", .notFound),
            (#"Error: Image "abc" not found"#, .notFound), ("Error: Cluster member not found", .notFound),
            ("Error: Invalid value: x", nil),
        ] as [(String, EngineError?)])
    func engines(_ words: String, _ error: EngineError?) {
        #expect(Failure(Command("lxc", []), CommandResult(.exited(1), errors: words)).engineError == error)
    }

    @Test func onlyAFailureOfACommandIsReported() {
        #expect(Failure(.conflict, "x", output: "not found").engineError == nil)
        #expect(!CommandResult(errors: "not found").reports(EngineError.notFound), "a warning of what succeeded")
    }

    @Test func complaintsAreFineWhereEachIsExpected() {
        func result(_ errors: String) -> CommandResult { CommandResult(.exited(1), errors: errors) }
        let gone = "Cannot find device \"v\"\nCommand failed -:1\n"
        #expect(result(gone).succeeded(but: .noSuchDevice, .noSuchFile))
        #expect(!result(gone + "RTNETLINK answers: Operation not permitted\n").succeeded(but: .noSuchDevice))
        #expect(!result("").succeeded(but: .noSuchFile))
    }
}
