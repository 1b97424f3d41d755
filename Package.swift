// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// A Gurn module: its folder is `Sources/<name>`, its imports are those that the README's module table allows.
func module(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

/// The tests of one module, in `Tests/<name>Tests`.
func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.target(name: name)] + dependencies, swiftSettings: strict)
}

/// A library of the system: a module map in `Sources/<name>`, found by pkg-config, installed by `apt`.
func system(_ name: String, pkgConfig: String, apt: [String]) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt(apt)])
}

let package = Package(
  name: "gurn",
  products: [
    .executable(name: "gurnd", targets: ["gurnd"]),
    .executable(name: "gurn", targets: ["gurn"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    system("CEGL", pkgConfig: "egl", apt: ["libegl-dev"]),
    system("CGLES3", pkgConfig: "glesv2", apt: ["libgles-dev"]),
    system("CV4L2", pkgConfig: "libv4l2", apt: ["libv4l-dev"]),
    system("CLiblo", pkgConfig: "liblo", apt: ["liblo-dev"]),
    system("CAvahi", pkgConfig: "avahi-client", apt: ["libavahi-client-dev"]),
    .systemLibrary(name: "CMalloc"),
    system("CMosquitto", pkgConfig: "libmosquitto", apt: ["libmosquitto-dev"]),
    system(
      "CAvformat", pkgConfig: "libavformat libavcodec libavutil libswscale",
      apt: ["libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswscale-dev"]),
    // Kernels are tested and timed as they ship: optimised in every configuration.
    .target(name: "CSIMDKernels", cSettings: [.unsafeFlags(["-O3"])]),
    .target(name: "CSockets"),

    // Stands before malloc in the programs that link it.
    .target(name: "CAllocationCount"),

    module("FaceCore"),
    module("Capture", ["FaceCore", "CV4L2", "CAvformat"]),
    module("GLES", ["CEGL", "CGLES3"]),
    module("NeuralGraph"),
    module("ShaderInference", ["GLES", "NeuralGraph"], resources: [.embedInCode("Shaders")]),
    module("SIMDInference", ["NeuralGraph", "CSIMDKernels"]),
    module("FaceTracking", ["FaceCore", "GLES", "NeuralGraph", "ShaderInference", "SIMDInference"]),
    module("SignalFilters", ["FaceCore"]),
    module("RigMapping", ["FaceCore"]),
    module("Broadcast", ["FaceCore", "CLiblo", "CSockets"]),
    module(
      "OSCQuery",
      ["FaceCore", "Broadcast", "CAvahi", .product(name: "FlyingFox", package: "FlyingFox")]),
    module("MQTT", ["FaceCore", "CMosquitto"]),
    module("Recording", ["FaceCore", "CAvformat"]),
    module(
      "Settings", ["FaceCore", "SignalFilters", "RigMapping", "Broadcast", .product(name: "Yams", package: "Yams")]),
    module(
      "Pipeline",
      [
        "FaceCore", "Capture", "NeuralGraph", "FaceTracking", "SignalFilters", "RigMapping", "Broadcast", "Recording",
        "Settings",
      ]),
    .target(
      name: "FaceGenerator", dependencies: ["FaceCore", "GLES", "CAvformat"],
      resources: [
        "background.frag", "background.vert", "card.frag", "card.vert", "face.vert", "hair", "inner.frag", "light",
        "prop.frag", "prop.vert", "shadow.frag", "skin.frag", "surface.frag",
      ].map { .embedInCode("Shaders/\($0).glsl") }, swiftSettings: strict),
    module("Accuracy", ["FaceCore", "Capture", "NeuralGraph", "SignalFilters", "Pipeline", "FaceGenerator"]),
    .target(
      name: "ModelImport",
      dependencies: ["NeuralGraph", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["onnx.proto"], swiftSettings: strict),
    module("ONNXConformance", ["GLES", "NeuralGraph", "ShaderInference", "SIMDInference", "ModelImport"]),

    module(
      "EngineBench",
      [
        "CAllocationCount", "GLES", "NeuralGraph", "SIMDInference", "ShaderInference", "FaceTracking", "ModelImport",
      ], resources: [.embedInCode("peer.py")]),

    .executableTarget(
      name: "gurnd",
      dependencies: [
        "CMalloc", "FaceCore", "Capture", "RigMapping", "Pipeline", "Broadcast", "OSCQuery", "MQTT", "Recording",
        "Settings",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ], swiftSettings: strict),
    .executableTarget(
      name: "gurn",
      dependencies: [
        "FaceCore", "Capture", "NeuralGraph", "FaceTracking", "Pipeline", "Broadcast", "Recording", "Settings",
        "FaceGenerator", "ModelImport", "ONNXConformance", "Accuracy", "EngineBench", "SignalFilters", "RigMapping",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),

    tests("FaceCore"),
    tests("NeuralGraph"),
    tests("SignalFilters", ["FaceCore"]),
    tests("RigMapping", ["FaceCore"]),
    tests("FaceTracking", ["FaceCore", "NeuralGraph", "Capture", "GLES", "ShaderInference", "TestSupport"]),
    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
    .testTarget(
      name: "ProgramTests", dependencies: ["Broadcast", "Capture", "FaceCore", "Recording", "TestSupport"],
      exclude: ["Tools"],
      swiftSettings: strict),
    tests("GLES"),
    .target(
      name: "TestSupport", dependencies: ["FaceCore", "Broadcast", "Capture"], path: "Tests/TestSupport",
      swiftSettings: strict),
    tests("Broadcast", ["FaceCore", "TestSupport"]),
    .testTarget(
      name: "OSCQueryTests",
      dependencies: [
        "OSCQuery", "FaceCore", "Broadcast", "TestSupport", .product(name: "FlyingFox", package: "FlyingFox"),
      ],
      swiftSettings: strict),
    tests("MQTT", ["FaceCore", "TestSupport"]),
    tests("Settings", ["FaceCore", "Broadcast", "SignalFilters", "RigMapping", "TestSupport"]),
    tests("FaceGenerator", ["FaceCore"]),
    tests(
      "Accuracy",
      [
        "FaceCore", "NeuralGraph", "SignalFilters", "FaceGenerator", "Capture", "Pipeline", "Recording", "Settings",
        "TestSupport",
      ]),
    tests("Capture", ["FaceCore", "CAvformat"]),
    tests("Recording", ["FaceCore", "Capture", "CAvformat"]),
    tests(
      "Pipeline",
      [
        "CAllocationCount", "FaceCore", "NeuralGraph", "FaceTracking", "SignalFilters", "RigMapping", "Broadcast",
        "Capture", "Recording", "Settings", "TestSupport",
      ]),
    tests("ShaderInference"),
    tests("SIMDInference", ["NeuralGraph"]),
    tests("ONNXConformance", ["GLES", "NeuralGraph", "ShaderInference", "SIMDInference"]),
    tests("EngineBench", ["CAllocationCount", "FaceTracking", "NeuralGraph", "SIMDInference"]),
    tests(
      "ModelImport",
      ["NeuralGraph", "SIMDInference", .product(name: "SwiftProtobuf", package: "swift-protobuf")]),
  ]
)
