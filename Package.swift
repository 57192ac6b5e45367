// swift-tools-version: 6.2
import PackageDescription

// The map. Arrows point down: a module depends only on those listed after its name, all of lower layers.
// Tests/Architecture compares every `import` with this table, and each C module with its one owner.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// A module of loops over numbers: optimised in debug builds too, where its tests would take minutes otherwise.
/// Checks of bounds and overflow stay.
func numericModule(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: dependencies,
        swiftSettings: settings + [
            .unsafeFlags(
                ["-O", "-whole-module-optimization", "-num-threads", "2"], .when(configuration: .debug))
        ])
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.init(stringLiteral: name), "TestSupport"] + dependencies,
        exclude: exclude, swiftSettings: settings)
}

func library(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/CLibraries/" + name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let package = Package(
    name: "bellwether",
    products: [.executable(name: "bellwether", targets: ["CLI"])],
    targets: [
        // C libraries of Debian; each is imported by one module alone.
        library("COpenBLAS", pkgConfig: "openblas", apt: "libopenblas-dev"),
        library("CLAPACKE", pkgConfig: "lapacke", apt: "liblapacke-dev"),
        library("CMicrohttpd", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev"),
        library("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
        library("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
        library("CSnappy", pkgConfig: "snappy", apt: "libsnappy-dev"),
        library("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
        library("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        library("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
        library("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
        .target(
            name: "CSimdjson", path: "Sources/CLibraries/CSimdjson",
            linkerSettings: [.linkedLibrary("simdjson")]),
        // The files of the dashboard, compiled in.
        .target(
            name: "CDashboard", path: "Sources/CLibraries/CDashboard", sources: ["assets.c"]),
        // The learned numbers of Models/, compiled in.
        .target(name: "CModels", path: "Sources/CLibraries/CModels"),
        .target(name: "CDetectionModels", path: "Sources/CLibraries/CDetectionModels"),
        .target(name: "CRE2", path: "Sources/CLibraries/CRE2", linkerSettings: [.linkedLibrary("re2")]),

        // Layer 0
        module("TimeSeries"),
        numericModule("Numerics", ["COpenBLAS", "CLAPACKE"]),
        module("Networking", ["CMicrohttpd", "CSimdjson", "CZlib", "CSnappy", "CZstd", "CCurl", "CCrypto"]),
        // Layer 1
        module("Ingest", ["TimeSeries", "Networking"]),
        module("Storage", ["TimeSeries", "CSQLite"]),
        numericModule("Forecasting", ["TimeSeries", "Numerics", "CModels"]),
        // Layer 2
        numericModule("Detection", ["TimeSeries", "Numerics", "Forecasting", "CDetectionModels"]),
        module("Query", ["TimeSeries", "CRE2"]),
        // Layer 3
        module("Alerting", ["TimeSeries", "Networking", "Storage", "Query"]),
        module("Evaluation", ["TimeSeries", "Numerics", "Ingest", "Forecasting", "Detection"]),
        module("Analysis", ["Numerics", "Forecasting"]),
        // Layer 4
        module(
            "Pipeline",
            [
                "TimeSeries", "Numerics", "Ingest", "Storage", "Forecasting", "Detection", "Query",
                "Analysis", "Alerting",
            ]),
        // Layer 5
        module(
            "Service",
            [
                "TimeSeries", "Networking", "Ingest", "Storage", "Forecasting", "Detection", "Query",
                "Analysis", "Alerting", "Pipeline", "CYAML", "CDashboard",
            ]),
        module("Workload", ["TimeSeries", "Networking", "Ingest"]),

        // Layer 6
        .executableTarget(
            name: "CLI",
            dependencies: [
                "TimeSeries", "Numerics", "Networking", "Ingest", "Storage", "Forecasting", "Detection",
                "Query", "Evaluation", "Analysis", "Alerting", "Pipeline", "Service", "Workload",
            ],
            swiftSettings: settings),

        // Tests
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "TimeSeries", "Numerics", "Networking", "Ingest", "Storage", "Forecasting", "Detection",
                "Query", "Pipeline", "Service", "Workload",
            ],
            path: "Tests/Benchmarks", exclude: ["peer"], swiftSettings: settings),
        tests(of: "Numerics"),
        tests(of: "TimeSeries"),
        tests(of: "Ingest", ["TimeSeries", "Networking"], exclude: ["Golden"]),
        tests(of: "Storage", ["TimeSeries"]),
        tests(of: "Query", ["TimeSeries"]),
        tests(
            of: "Evaluation", ["TimeSeries", "Numerics", "Ingest", "Forecasting", "Detection"],
            exclude: ["Golden"]),
        .target(
            name: "TestSupport", dependencies: ["Networking", "Storage"], path: "Tests/Support",
            exclude: ["Golden"],
            swiftSettings: settings),
        // Kills and damage without end, `make faults`; its short form is in the tests of the program.
        .executableTarget(
            name: "Faults", dependencies: ["TestSupport"], path: "Tests/Faults", swiftSettings: settings),
        // The decoders as `make fuzz` feeds them; its tests are the short form.
        .target(
            name: "Fuzz", dependencies: ["TimeSeries", "Networking", "Ingest", "Storage", "Query"],
            path: "Tests/Fuzz", swiftSettings: settings),
        tests(of: "Fuzz"),
        tests(of: "Networking"),
        tests(of: "Service"),
        tests(of: "CLI", ["Networking"]),
        tests(of: "Forecasting", ["TimeSeries", "Numerics"], exclude: ["Golden"]),
        tests(of: "Detection", ["TimeSeries", "Numerics", "Forecasting"], exclude: ["Golden", "Prototype"]),
        tests(of: "Alerting", ["TimeSeries", "Networking", "Storage", "Query"], exclude: ["Golden"]),
        tests(of: "Analysis", ["TimeSeries", "Forecasting"]),
        tests(
            of: "Pipeline",
            [
                "TimeSeries", "Numerics", "Storage", "Ingest", "Query", "Forecasting", "Detection",
                "Analysis",
                "Alerting", "Evaluation",
            ]),
        .testTarget(
            name: "RealPeerTests", dependencies: ["Networking", "Service", "TestSupport"],
            swiftSettings: settings),
        .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
