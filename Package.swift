// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
// `make build` says which commit it builds; a plain `swift build` does not know. One small file depends on it.
let commit = (Context.environment["BCM_COMMIT"] ?? "").filter {
    $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-")
}

let package = Package(
    name: "bcmcluster",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "bcmcluster", targets: ["bcmcluster"]),
        .library(name: "Provisioning", targets: ["Provisioning"]),
    ],
    targets: [
        // The path is the package's root, so that Templates/ and cloud-init/ stay where a person looks for them
        // and are compiled into the binary all the same.
        .target(
            name: "Provisioning",
            path: ".",
            exclude: [
                "Sources/bcmcluster", "Sources/CBuild", "Tests", "Benchmarks", "scripts", "packaging", "dist",
                "LICENSE", "Makefile",
                "README.md",
                "CONTRIBUTING.md", "CHANGELOG.md", "docs",
            ],
            sources: ["Sources/Provisioning"],
            resources: [.embedInCode("Templates"), .embedInCode("cloud-init")],
            swiftSettings: strict
        ),
        .target(name: "CBuild", cSettings: [.define("BCM_COMMIT", to: "\"\(commit)\"")]),
        .executableTarget(name: "bcmcluster", dependencies: ["Provisioning", "CBuild"], swiftSettings: strict),
        .executableTarget(
            name: "Benchmarks", dependencies: ["Provisioning"], path: "Benchmarks",
            exclude: ["by-hand.sh", "launch-by-hand.sh", "iperf-image.sh"],
            swiftSettings: strict),
        // What holds JSON to the schemas in docs/reference/schema, and the form in which tests note what they ran on.
        .target(name: "Schemas", path: "Tests/Schemas", swiftSettings: strict),
        // The pages of the documentation, as the tests read them.
        .target(name: "Documentation", path: "Tests/Documentation", swiftSettings: strict),
        .testTarget(
            name: "ProvisioningTests", dependencies: ["Provisioning", "Schemas"], exclude: ["Fixtures", "Golden"],
            swiftSettings: strict),
        .testTarget(
            name: "bcmclusterTests", dependencies: ["bcmcluster", "Schemas", "Documentation"], exclude: ["Golden"],
            swiftSettings: strict),
        .testTarget(
            name: "BadInputTests", dependencies: ["Provisioning", "bcmcluster"], swiftSettings: strict),
        .testTarget(name: "SimulationTests", dependencies: ["Provisioning", "Schemas"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

#if os(Linux)
    // A multipass for tests, whose machines are LXD daemons in namespaces; the tests hold it to recordings of a real one.
    package.targets += [
        .executableTarget(
            name: "MultipassStandIn", dependencies: ["Provisioning"], path: "Tests/MultipassStandIn",
            swiftSettings: strict),
        // A slow way to a host, as a ProxyCommand.
        .executableTarget(name: "SlowLink", path: "Tests/SlowLink", swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["Provisioning", "MultipassStandIn", "SlowLink", "bcmcluster", "Schemas", "Documentation"],
            swiftSettings: strict),
        .testTarget(
            name: "ContractTests", dependencies: ["Provisioning", "MultipassStandIn", "bcmcluster"],
            exclude: ["Recorded"],
            swiftSettings: strict),
    ]
#endif
