import Provisioning
import Testing

/// A folder names types only of folders to its right: the compiler does not hold this inside one module, so this does.
///
/// Every sub-folder is a folder of its own.
@Suite struct ArchitectureTests {
    /// The one line in which all folders stand.
    static let order = [
        "bcmcluster", "bcmcluster/Commands", "bcmcluster/CommandLine", "bcmcluster/Timeline",
        "bcmcluster/Display", "Operations", "Plans", "Status", "Steps", "Plan", "Providers/Registry", "Providers/Fleet",
        "Providers/Baremetal", "Providers/Namespace", "Providers/Multipass", "Providers", "ClusterFile", "Units",
        "Templates", "Tools",
        "Hosts", "Cluster", "Engines", "TOML", "System",
    ]
    /// Folders that do not know each other, whatever their order in the line.
    static let apart: Set = ["Providers/Baremetal", "Providers/Namespace", "Providers/Multipass"]
    /// Arrows that are still wrong.
    ///
    /// Nothing is added here; a line whose arrow is gone has to go, too.
    static let toBeFixed: Set = [
        "Providers/Baremetal → Providers/Namespace"
    ]

    /// Read once for all tests.
    private static let read = Result { Architecture(try SourceTree.sources("\(TestFile.root)/Sources")) }
    private let tree: Architecture

    init() throws { tree = try Self.read.get() }

    @Test func everyFolderHasItsPlaceInTheLine() {
        #expect(tree.folders.subtracting(Self.order) == [], "no place in ArchitectureTests.order")
        #expect(Set(Self.order).subtracting(tree.folders) == [], "no such folder")
        #expect(tree.ambiguous.isEmpty, "\(tree.ambiguous)")
    }

    @Test func everyArrowRunsFromLeftToRight() {
        let wrong = tree.wrongWay(Self.order, apart: Self.apart)
        #expect(wrong.filter { !Self.toBeFixed.contains($0.pair) }.map(\.description) == [])
        #expect(Self.toBeFixed.subtracting(wrong.map(\.pair)) == [], "fixed: remove it from toBeFixed")
    }

    @Test func nothingGoesInACircle() {
        #expect(tree.without(Self.toBeFixed).circle() == [])
    }

    /// Without the scan finding these, the tests above would show nothing.
    @Test(arguments: [
        "bcmcluster → bcmcluster/CommandLine", "bcmcluster/Commands → bcmcluster/Display",
        "bcmcluster/Commands → Operations", "Operations → Plans", "Plans → Status",
        "Status → Steps", "Steps → Plan", "Plan → Providers", "Providers/Fleet → Providers", "Providers → Tools",
        "Templates → Cluster", "Tools → Engines", "Hosts → Cluster", "Cluster → System", "Steps → Units",
        "Units → Tools", "Units → TOML", "Plans → ClusterFile", "ClusterFile → TOML", "TOML → System",
    ])
    func arrowOfTheDesignIsThere(_ pair: String) { #expect(tree.arrows.contains { $0.pair == pair }) }
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

    @Test func subFoldersAreFoldersOfTheirOwn() {
        let tree = Architecture([
            "Provisioning/Providers/One/One.swift": "struct One { let other: Other }",
            "Provisioning/Providers/Two/Other.swift": "struct Other { let base: Base }",
            "Provisioning/Providers/Base.swift": "struct Base {}",
            "bcmcluster/Commands/Up.swift": "struct Up { let world: World }",
            "bcmcluster/World.swift": "struct World { func up() { Up() } }",
        ])
        let order = ["bcmcluster", "bcmcluster/Commands", "Providers/One", "Providers/Two", "Providers"]
        #expect(tree.folders == Set(order))
        #expect(tree.wrongWay(order).map(\.pair) == ["bcmcluster/Commands → bcmcluster"])
        #expect(tree.circle() == ["bcmcluster", "bcmcluster/Commands", "bcmcluster"])
        #expect(tree.without(["bcmcluster/Commands → bcmcluster"]).circle() == [])
        let apart = tree.wrongWay(order, apart: ["Providers/One", "Providers/Two"]).map(\.pair)
        #expect(apart == ["Providers/One → Providers/Two", "bcmcluster/Commands → bcmcluster"])
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
