// swift-tools-version: 6.1
// The house of Jieli: every module stands in one layer and imports lower layers only. `.ci/check-architecture` holds
// this table against the folders and the rules; Sources/README.md explains it.
import PackageDescription

enum Layer: String {
    case foreign = "Foreign"
    case vocabulary = "Vocabulary"
    case toolkit = "Toolkit"
    case domain = "Domain"
    case flow = "Flow"
    case endpoints = "Endpoints"
    case daemon = "Daemon"
}

struct Module {
    var name: String
    var layer: Layer
    var uses: [String] = []
    var products: [Target.Dependency] = []
    var resources: [Resource] = []
    var testUses: [String] = []
    var testProducts: [Target.Dependency] = []
    var testResources: [Resource] = []
    var hasTests = true
}

// MARK: Libraries

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

// MARK: The layers, lowest first

let modules: [Module] = [
    // Vocabulary
    Module(name: "Vocabulary", layer: .vocabulary, products: [crypto]),
    Module(name: "Observability", layer: .vocabulary, uses: ["Vocabulary"], products: [logging, crypto]),

    // Toolkit
    Module(
        name: "DICOM", layer: .toolkit, uses: ["CDCMTK", "CLinux", "CConfinement", "Vocabulary", "Observability"],
        products: [logging, crypto],
        testUses: ["TestSupport", "TestImageGenerator", "FuzzTargets"]),
    Module(
        name: "Database", layer: .toolkit, uses: ["Vocabulary", "Observability"], products: [grdb],
        testUses: ["TestSupport"]),
    Module(
        name: "Typesetting", layer: .toolkit, uses: ["CPango", "Vocabulary", "Observability"],
        testUses: ["TestSupport"], testResources: [.copy("Resources")]),
    Module(
        name: "Deflate", layer: .toolkit, uses: ["CZlib", "Observability"], testUses: ["CZlib"]),
    Module(
        name: "Unpacking", layer: .toolkit, uses: ["CArchive", "Observability"], testUses: ["TestSupport"]),
    Module(
        name: "WrittenRules", layer: .toolkit, uses: ["Vocabulary", "Observability"], products: [yams]),

    // Domain
    Module(
        name: "Archive", layer: .domain, uses: ["CLinux", "Vocabulary", "Observability", "DICOM", "Database"],
        products: [crypto], testUses: ["TestSupport", "TestImageGenerator"]),
    Module(
        name: "Relay", layer: .domain, uses: ["Vocabulary", "Observability", "Database"],
        products: [logging, lifecycle, crypto, x509, asn1], testUses: ["TestSupport"]),
    Module(
        name: "Routing", layer: .domain, uses: ["Vocabulary", "Observability"], products: [yams],
        testUses: ["TestSupport"]),
    Module(
        name: "Reading", layer: .domain, uses: ["Vocabulary", "Observability", "Database"],
        testUses: ["TestSupport"]),
    Module(
        name: "PeerReview", layer: .domain, uses: ["Vocabulary", "Observability", "Database", "WrittenRules"],
        testUses: ["TestSupport"]),
    Module(
        name: "Templates", layer: .domain, uses: ["Vocabulary", "Observability", "Database"], products: [yams],
        testUses: ["TestSupport"]),
    Module(
        name: "CriticalResults", layer: .domain, uses: ["Vocabulary", "Observability", "Database", "WrittenRules"],
        testUses: ["TestSupport"]),
    Module(
        name: "ImageQuality", layer: .domain, uses: ["Vocabulary", "Observability", "Database"],
        testUses: ["TestSupport"]),
    Module(
        name: "Supervision", layer: .domain, uses: ["Vocabulary", "Database", "WrittenRules"],
        testUses: ["TestSupport"]),
    Module(
        name: "Roster", layer: .domain, uses: ["Vocabulary", "Observability", "Database", "WrittenRules"],
        testUses: ["TestSupport"]),
    Module(
        name: "Workload", layer: .domain, uses: ["Vocabulary", "Observability", "Database", "WrittenRules"],
        testUses: ["TestSupport"]),
    Module(
        name: "Retention", layer: .domain, uses: ["Vocabulary", "Observability", "WrittenRules"],
        testUses: ["TestSupport"]),
    Module(
        name: "Priors", layer: .domain, uses: ["Vocabulary", "Observability", "Database", "WrittenRules"],
        testUses: ["TestSupport"]),
    Module(
        name: "Outbox", layer: .domain, uses: ["Vocabulary", "Observability", "Database"],
        testUses: ["TestSupport"]),
    Module(
        name: "Identity", layer: .domain, uses: ["Vocabulary", "Observability", "Database"],
        products: [crypto, cryptoExtras, x509, asn1, yams], testUses: ["TestSupport"]),
    Module(
        name: "Audit", layer: .domain, uses: ["Vocabulary", "Database"], testUses: ["TestSupport"]),

    // Flow
    Module(
        name: "StudyFlow", layer: .flow,
        uses: [
            "Vocabulary", "Observability", "DICOM", "Database", "Typesetting", "Archive", "Relay", "Routing", "Roster",
            "Workload", "Reading", "Retention", "CriticalResults", "ImageQuality", "Supervision", "Outbox", "Audit",
            "Templates", "PeerReview", "Priors",
        ],
        products: [logging, lifecycle, crypto], testUses: ["TestSupport", "Identity", "TestImageGenerator"]),

    // Endpoints
    Module(
        name: "HTTPService", layer: .endpoints,
        uses: ["Vocabulary", "Observability", "Deflate", "Database", "Identity", "Audit"],
        products: [
            logging, hummingbird, hummingbirdCore, hummingbirdTLS, httpTypes, nioHTTP1, nioHTTPTypes, nioSSL, nioCore,
            lifecycle,
        ],
        testUses: ["TestSupport"],
        testProducts: [hummingbirdTesting, asyncHTTPClient, nioEmbedded]),
    Module(
        name: "DIMSEServices", layer: .endpoints,
        uses: [
            "Vocabulary", "Observability", "DICOM", "Database", "Archive", "Relay", "Identity", "Audit", "StudyFlow",
        ],
        products: [logging, lifecycle, crypto], testUses: ["TestSupport", "Routing", "Reading"]),
    Module(
        name: "DICOMweb", layer: .endpoints,
        uses: [
            "Vocabulary", "Observability", "DICOM", "Deflate", "Database", "Archive", "Audit", "StudyFlow",
            "HTTPService",
        ],
        products: [logging, hummingbird, httpTypes, nioCore, nioPosix],
        testUses: ["Reading", "PeerReview", "TestSupport", "TestImageGenerator", "Identity"],
        testProducts: [hummingbirdTesting, lifecycle],
        testResources: [.copy("Resources")]),
    Module(
        name: "NodeLink", layer: .endpoints,
        uses: [
            "Vocabulary", "Observability", "DICOM", "Database", "Archive", "Relay", "Outbox", "Identity", "StudyFlow",
            "HTTPService",
        ],
        products: [
            logging, crypto, hummingbird, httpTypes, asyncHTTPClient, nioSSL, nioCore, nioPosix, nioHTTP1, lifecycle,
        ],
        testUses: ["TestSupport", "TestImageGenerator", "Routing"]),
    Module(
        name: "MediaIntake", layer: .endpoints,
        uses: [
            "Vocabulary", "Observability", "DICOM", "Unpacking", "Database", "Archive", "Audit", "Identity",
            "StudyFlow", "HTTPService",
        ],
        products: [logging, lifecycle, hummingbird, httpTypes, nioCore, nioPosix, systemPackage],
        testUses: ["TestSupport", "TestImageGenerator", "Routing"], testProducts: [hummingbirdTesting]),
    Module(
        name: "WebUI", layer: .endpoints,
        uses: [
            "Vocabulary", "Observability", "DICOM", "Deflate", "Typesetting", "Archive", "Relay", "Routing", "Roster",
            "Workload", "Reading", "Retention", "CriticalResults", "ImageQuality", "Supervision", "Templates",
            "PeerReview", "Priors", "Outbox", "Identity", "Audit", "StudyFlow", "HTTPService",
        ],
        products: [hummingbird, httpTypes, nioCore, mustache, lifecycle], resources: [.copy("Resources")],
        testUses: ["TestSupport", "TestImageGenerator", "Database", "MediaIntake"],
        testProducts: [hummingbirdTesting, logging]),

    // Daemon
    Module(
        name: "Node", layer: .daemon,
        uses: [
            "Vocabulary", "Observability", "DICOM", "Database", "Archive", "Relay", "Routing", "Roster", "Workload",
            "Reading", "Retention", "CriticalResults", "Supervision", "Templates", "PeerReview", "Priors",
            "Identity", "StudyFlow",
            "HTTPService", "DIMSEServices", "DICOMweb", "NodeLink", "MediaIntake", "WebUI",
        ],
        products: [logging, lifecycle, configuration, yams, systemPackage, hummingbird], testUses: ["TestSupport"]),
    Module(
        name: "Simulation", layer: .daemon,
        uses: ["Vocabulary", "Observability", "Roster", "Routing", "Workload", "WrittenRules"],
        testUses: ["TestSupport"]),
    Module(
        name: "Demo", layer: .daemon,
        uses: [
            "Vocabulary", "Observability", "DICOM", "Database", "Identity", "DIMSEServices", "Node",
        ],
        products: [logging, asyncHTTPClient, nioSSL, nioCore, unixSignals], testUses: ["TestSupport"],
        testProducts: [yams]),
]

let foreign: [Target] = [
    .target(
        name: "CDCMTK", path: "Sources/Foreign/CDCMTK",
        linkerSettings: [
            "dcmdsig", "dcmtls", "dcmnet", "dcmjpeg", "ijg8", "ijg12", "ijg16", "dcmjpls", "dcmimage", "dcmimgle",
            "dcmdata",
            "oflog", "ofstd", "openjp2", "openjph", "png", "jpeg", "ssl", "crypto", "z",
        ].map { .linkedLibrary($0) }),
    .systemLibrary(
        name: "CPango", path: "Sources/Foreign/CPango", pkgConfig: "pangocairo",
        providers: [.apt(["libpango1.0-dev", "libcairo2-dev"])]),
    .target(name: "CConfinement", path: "Sources/Foreign/CConfinement"),
    .systemLibrary(name: "CLinux", path: "Sources/Foreign/CLinux"),
    .systemLibrary(name: "CZlib", path: "Sources/Foreign/CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
        name: "CArchive", path: "Sources/Foreign/CArchive", pkgConfig: "libarchive",
        providers: [.apt(["libarchive-dev"])]),
]

let settings: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

@MainActor func target(_ module: Module) -> Target {
    .target(
        name: module.name,
        dependencies: module.uses.map { .byName(name: $0) } + module.products,
        path: "Sources/\(module.layer.rawValue)/\(module.name)",
        resources: module.resources,
        swiftSettings: settings)
}

@MainActor func testTarget(_ module: Module) -> Target {
    .testTarget(
        name: "\(module.name)Tests",
        dependencies: ([module.name] + module.uses.filter { used in !foreign.contains { $0.name == used } }
            + module.testUses)
            .map { .byName(name: $0) } + module.products + module.testProducts,
        resources: module.testResources,
        swiftSettings: settings)
}

let targets: [Target] =
    foreign + modules.map(target) + modules.filter(\.hasTests).map(testTarget) + [
        .executableTarget(
            name: "jieli",
            dependencies: [
                "Vocabulary", "Observability", "DICOM", "Database", "Archive", "Relay", "Identity", "Audit",
                "Workload", "Reading", "Retention", "Routing", "Simulation", "StudyFlow", "Unpacking",
                "DIMSEServices", "HTTPService", "Node", "Demo", argumentParser, logging,
            ],
            path: "Sources/Daemon/jieli",
            swiftSettings: settings),
        // What several test targets share; no module of the product may import it.
        .target(
            name: "TestSupport", dependencies: ["Vocabulary", "Observability", "Database"], path: "Tests/TestSupport",
            swiftSettings: settings),
        .target(
            name: "TestImageGenerator", dependencies: ["Vocabulary", "DICOM"], path: "Tests/TestImageGenerator",
            swiftSettings: settings),
        .executableTarget(
            name: "generate-test-images", dependencies: ["TestImageGenerator"], path: "Tests/generate-test-images",
            swiftSettings: settings),
        .executableTarget(
            name: "measure-decoding", dependencies: ["Vocabulary", "DICOM", "TestImageGenerator"],
            path: "Tests/measure-decoding", swiftSettings: settings),
        .executableTarget(
            name: "measure-simulation", dependencies: ["Simulation"], path: "Tests/measure-simulation",
            swiftSettings: settings),
        // What is fuzzed, and the program that does it: a fuzzer as Tests/fuzzing/run builds it, else it replays files.
        .target(
            name: "FuzzTargets", dependencies: ["Vocabulary", "DICOM", logging], path: "Tests/fuzzing/Targets",
            swiftSettings: settings),
        .executableTarget(
            name: "fuzz", dependencies: ["FuzzTargets"], path: "Tests/fuzzing/Program", swiftSettings: settings),
        .testTarget(
            name: "InteropTests",
            dependencies: [
                "TestSupport", "TestImageGenerator", "Vocabulary", "Observability", "DICOM", "Database", "Identity",
                "Demo", "Node", asyncHTTPClient,
            ], swiftSettings: settings),
        .testTarget(
            name: "FlowTests",
            dependencies: [
                "TestSupport", "TestImageGenerator", "Vocabulary", "Observability", "DICOM", "Database", "Archive",
                "Relay", "DIMSEServices", "Demo", "Node", logging,
                asyncHTTPClient, nioCore,
            ], swiftSettings: settings),
    ]

/// `JIELI_ONLY=DICOM,Archive` keeps these modules, what they use and their tests: a module then builds and tests
/// without the web stack, in seconds. Give such a build a scratch path of its own.
@MainActor func closure(of names: [String]) -> [Target] {
    var kept = Set<String>()
    func keep(_ name: String) {
        guard let found = targets.first(where: { $0.name == name }), kept.insert(name).inserted else { return }
        for dependency in found.dependencies {
            switch dependency {
            case .byNameItem(let name, _), .targetItem(let name, _): keep(name)
            default: break
            }
        }
    }
    for name in names {
        keep(name)
        keep("\(name)Tests")
    }
    return targets.filter { kept.contains($0.name) }
}

let only = Context.environment["JIELI_ONLY"]?.split(separator: ",").map(String.init)

let package = Package(
    name: "jieli",
    products: only == nil ? [.executable(name: "jieli", targets: ["jieli"])] : [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: only.map { closure(of: $0) } ?? targets,
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
