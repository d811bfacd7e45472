import Provisioning
import Testing

/// A folder may look only to the right along the line: the compiler does not hold this inside one module, so this does.
@Suite struct ArchitectureTests {
    static let order = [
        "bcmcluster", "Plans", "Status", "Steps", "Plan", "Providers", "Units", "Templates", "Tools", "Hosts",
        "Cluster", "Engines", "TOML", "System",
    ]

    private let tree: Architecture

    init() throws { tree = Architecture(try SourceTree.sources("\(TestFile.root)/Sources")) }

    @Test func everyFolderHasItsPlaceInTheLine() {
        #expect(tree.folders == Set(Self.order))
        #expect(tree.ambiguous.isEmpty, "\(tree.ambiguous)")
    }

    @Test func everyArrowRunsFromLeftToRight() {
        #expect(tree.wrongWay(Self.order).map(\.description) == [])
    }

    @Test func nothingGoesInACircle() { #expect(tree.circle() == []) }

    /// The line is the true one: without the scan finding these, the tests above would show nothing.
    @Test func theArrowsOfTheDesignAreThere() {
        let found = Set(tree.arrows.map { "\($0.from) → \($0.to)" })
        let line = Self.order.filter { !["Hosts", "Units", "Engines", "TOML"].contains($0) }
        for (from, to) in zip(line, line.dropFirst()) where from != "Templates" {
            #expect(found.contains("\(from) → \(to)"))
        }
        for arrow in [
            "Templates → Cluster", "Hosts → Cluster", "Steps → Units", "Units → Tools", "Units → TOML",
            "Tools → Engines",
        ] {
            #expect(found.contains(arrow))
        }
        #expect(found.contains("TOML → System"))
    }
}

/// The sources by path.
enum SourceTree {
    static func sources(_ folder: String, _ prefix: String = "") throws -> [String: String] {
        var found: [String: String] = [:]
        for name in try LocalFiles().names(in: folder) {
            let path = "\(folder)/\(name)"
            if try LocalFiles().kind(of: path) == .folder {
                found.merge(try sources(path, "\(prefix)\(name)/")) { first, _ in first }
            } else if name.hasSuffix(".swift") {
                found["\(prefix)\(name)"] = try LocalFiles().read(path)
            }
        }
        return found
    }
}

/// The scan on sources made up for it, so that it is known to be able to fail.
@Suite struct ArchitectureScanTests {
    private let right = [
        "Provisioning/Plan/Plan.swift":
            "public struct Plan { let step: any Step }\nprotocol Step {}\nprivate struct Ending {}",
        "Provisioning/Steps/Join.swift": "struct Join: Step {}",
        "Provisioning/System/Files.swift": """
        // Join is only spoken of here, /* as is Plan */
        /* Plan /* Join */ Plan */
        struct Files {
            let text = "a Join and a \\"Plan\\""
            let raw = #"Join \\(Plan) "Step" "#
            let long = \"""
                Plan "Join"
                \"""
            enum Ending { case done(Ending?) }
            let member = other.Plan
        }
        """,
        "bcmcluster/main.swift": "let plan = Plan(step: Join())",
    ]
    private let order = ["bcmcluster", "Steps", "Plan", "System"]

    @Test func commentsStringsMembersAndPrivateTypesDoNotCount() {
        let tree = Architecture(right)
        #expect(
            Set(tree.arrows.map { "\($0.from) → \($0.to): \($0.name)" }) == [
                "Steps → Plan: Step", "bcmcluster → Plan: Plan", "bcmcluster → Steps: Join",
            ])
        #expect(tree.wrongWay(order).isEmpty && tree.circle().isEmpty && tree.ambiguous.isEmpty)
    }

    @Test(arguments: [
        "struct Bad { let join: Join? }", "func bad() -> Join { Join() }", "extension Join {}",
        "let text = \"\\(Join())\"",
        "let text = #\"\\#(Join())\"#", "typealias Bad = Provisioning.Join",
    ])
    func anArrowThatRunsTheWrongWayIsFound(_ bad: String) {
        let tree = Architecture(right.merging(["Provisioning/System/Bad.swift": bad]) { $1 })
        #expect(tree.wrongWay(order).map(\.description) == ["System → Steps: Provisioning/System/Bad.swift names Join"])
    }

    @Test func aCircleIsFound() {
        let tree = Architecture(right.merging(["Provisioning/Plan/Bad.swift": "struct Bad { let join: Join }"]) { $1 })
        #expect(tree.circle() == ["Plan", "Steps", "Plan"])
        #expect(!tree.wrongWay(order).isEmpty)
    }

    @Test func aFolderThatHasNoPlaceIsFound() {
        let tree = Architecture(right.merging(["Provisioning/New/New.swift": "struct New { let join: Join }"]) { $1 })
        #expect(tree.folders.contains("New") && tree.wrongWay(order).map(\.from) == ["New"])
    }

    @Test func aNameThatTwoFoldersDeclareIsFound() {
        let tree = Architecture(right.merging(["Provisioning/System/Bad.swift": "struct Join {}"]) { $1 })
        #expect(tree.ambiguous == ["Join": ["Steps", "System"]])
    }
}
