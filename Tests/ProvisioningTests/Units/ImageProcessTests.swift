import Testing

@testable import Provisioning

/// What an image without an init system runs, from what umoci says to what LXC reads.
@Suite struct ImageProcessTests {
    private func process(
        _ args: String, env: String = "[]", cwd: String = "/", user: String = "{}", signal: String = ""
    ) throws -> ImageProcess {
        try ImageProcess(
            configuration: """
                {"ociVersion":"1.0.0","process":{"args":\(args),"env":\(env),"cwd":"\(cwd)","user":\(user)},
                 "annotations":{"org.opencontainers.image.stopSignal":"\(signal)"}}
                """, of: "docker.io/x")
    }

    @Test func rootsIsTwoLines() throws {
        let plain = try process(#"["nginx","-g","a=b;c"]"#)
        #expect(plain.lxc == "lxc.init.cmd = nginx -g a=b;c\nlxc.signal.halt = SIGTERM\n")
        #expect(plain.script == nil && plain.variables == [:])
    }

    @Test func folderUserAndSignalAreKept() throws {
        let process = try process(
            #"["x"]"#, env: #"["PATH=/bin","A=b = c","EMPTY=","NONE","A=last"]"#, cwd: "/my dir",
            user: #"{"uid":1000,"gid":7}"#, signal: "SIGRTMIN+3")
        #expect(
            process.lxc == """
                lxc.init.cmd = x
                lxc.signal.halt = SIGRTMIN+3
                lxc.init.cwd = "/my dir"
                lxc.init.uid = 1000
                lxc.init.gid = 7
                lxc.sysctl.net.ipv4.ip_unprivileged_port_start = 0

                """)
        #expect(process.variables == ["environment.PATH": "/bin", "environment.A": "last"])
        #expect(try self.process(#"["x"]"#, signal: "SIG TERM").stopSignal == "SIGTERM")
    }

    /// LXC 5.0.2 ends a word at every blank, whatever quotes stand around it.
    @Test(arguments: [#"a b"#, "it's", #"say \"x\""#, "", #"line\nline"#, #"tab\t"#])
    func whatLXCWouldTakeApartIsRunByAScript(_ word: String) throws {
        let process = try process(#"["nginx","\#(word)"]"#)
        let script = try #require(process.script)
        #expect(script == "#!/bin/sh\nexec nginx \(Shell.quoted(process.arguments[1]))\n")
        #expect(process.byScript.lxc.hasPrefix("lxc.init.cmd = /.bcm-run\n"))
        #expect(process.byScript.script == nil)
    }

    @Test func whatNoInstanceCanRunIsRefused() {
        for (args, env, cwd, message) in [
            ("[]", "[]", "/", "has no command"), (#"[""]"#, "[]", "/", "has no command"),
            (#"["x"]"#, #"["KEY=a\nb"]"#, "/", "sets KEY to text with a line break"),
            (#"["x"]"#, "[]", #"/a\nlxc.hook.pre-start = /bin/evil"#, "has a line break in the name of a folder"),
            (#"["x"]"#, #"["A\nB=c"]"#, "/", "has a line break in the name"), ("7", "[]", "/", "cannot read"),
        ] {
            let failure = #expect(throws: Failure.self) { try process(args, env: env, cwd: cwd) }
            #expect(failure?.message.contains(message) == true, "\(String(describing: failure))")
        }
    }

    @Test func theMarkIsReadBack() throws {
        let process = try process(#"["x","y"]"#, env: #"["A=b"]"#, user: #"{"uid":1}"#)
        #expect(try ImageProcess(mark: process.mark()) == process)
        #expect(ImageProcess(mark: nil) == nil && ImageProcess(mark: "{") == nil)
    }

    /// Anybody can give an image properties: none of them brings another key into `raw.lxc`.
    @Test func aMarkOfSomebodyElsesAddsNoKeys() throws {
        let process = try process(#"["x"]"#)
        var bad = [process, process, process, process]
        bad[0].arguments = ["x\nlxc.hook.pre-start=/bin/evil"]
        bad[1].folder = "/\nlxc.hook.pre-start = /bin/evil"
        bad[2].stopSignal = "SIGTERM\nlxc.hook.pre-start = /bin/evil"
        bad[3].environment = ["A": "\n"]
        for process in bad { #expect(try ImageProcess(mark: process.mark()) == nil) }
    }

    @Test func theUnitsVariablesTakeThePlaceOfTheImages() throws {
        let process = try process(#"["x"]"#, env: #"["A=image","B=image"]"#)
        var unit = try InstanceForm.bare()
        unit.config["environment.A"] = "unit"
        let form = unit.running(process)
        #expect(form.config["environment.A"] == "unit" && form.config["environment.B"] == "image")
        #expect(form.config["raw.lxc"] == process.lxc)

        // LXD notes the image's properties in the instance; neither they nor raw.lxc are differences later.
        var properties = InstanceProperties(config: form.config, devices: [:])
        properties.config["image.bcm.process"] = try process.mark()
        func differences() -> [String] {
            unit.differences(
                from: ClusterInstance(
                    name: "x-1", location: "DEV-00", status: "Running", config: properties.config, devices: [:]))
        }
        #expect(differences() == [])
        unit.config["environment.A"] = nil
        #expect(differences() == ["env A changes, at its next start"])
        unit.apply(to: &properties)
        #expect(properties.config["environment.A"] == "image" && properties.config["raw.lxc"] == process.lxc)
        #expect(differences() == [])
    }
}

extension InstanceForm {
    /// The form of a container of which nothing is said.
    static func bare() throws -> InstanceForm {
        let unit = Unit(
            name: try UnitName("x"), cores: 1, memory: 1 << 20, image: .known("tiny"), count: 1, spread: .none,
            environment: [:], volumes: [], networks: [], ports: [])
        let nothing = Workloads(members: [], instances: [], volumes: [], networks: [], pool: "default")
        return InstanceForm(unit, 1, image: "tiny", fixed: nil, isVM: false, in: nothing)
    }
}
