import Broadcast
import Foundation
import SignalFilters
import Testing

@testable import Settings

@Suite struct ExampleFileTests {
  private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  private func text(_ path: String) throws -> String {
    try String(contentsOf: URL(fileURLWithPath: root).appendingPathComponent(path), encoding: .utf8)
  }

  private var example: String { get throws { try text("Config/gurn.yaml") } }

  @Test func theExampleFileHoldsTheDefaults() throws {
    #expect(try Configuration.parse(yaml: example, file: "gurn.yaml") == .default)
  }

  @Test func theExampleFileHoldsEveryKey() throws {
    let log = MistakeLog(file: "gurn.yaml")
    _ = Configuration.read(yaml: try example, log: log)
    #expect(log.mistakes == [])
    #expect(log.knownKeys.subtracting(log.presentKeys) == [])
    #expect(log.knownKeys.isSuperset(of: ["source.fps", "filters.lids.beta", "targets[].neck_share"]))
  }

  @Test func theManualPageHoldsEveryKeyAndNoOther() throws {
    let log = MistakeLog(file: "gurn.yaml")
    _ = Configuration.read(yaml: try example, log: log)
    let page = try text("contrib/man/gurn.yaml.5")
    let described = Set(page.matches(of: /(?m)^\.BR? (?<key>[a-z_]+)/).map { String($0.output.key) })
    let known = Set(log.knownKeys.map { String($0.split(separator: ".").last!) })
    #expect(known.subtracting(described) == [])
    // What stands there with a default in brackets claims to be a key.
    let claimed = Set(page.matches(of: /(?m)^\.BR (?<key>[a-z_]+) " \[/).map { String($0.output.key) })
    #expect(claimed.count > 5 && claimed.subtracting(known) == [])
  }

  @Test func everyKeyOfTheExampleFileHasAComment() throws {
    let lines = try example.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where line.hasPrefix("  ") && !line.contains("#") {
      let isCommented = lines[..<index].reversed().prefix(12).contains { $0.contains("#") }
      #expect(isCommented, "line \(index + 1): \(line)")
    }
  }

  /// Every key at another value than its default: none may be read from the wrong place.
  @Test func everyKeyIsRead() throws {
    let configuration = try Configuration.parse(
      yaml: """
        source: {camera: Logitech, file: clips/a.mkv, loop: yes, width: 1280, height: 720, fps: 60, rotate: 90, mirror: true}
        tracking: {executor: simd, networks: lite, detect_hz: 5.5, presence_on: 0.7, presence_off: 0.2}
        filters:
          lids: {min_cutoff_hz: 11, beta: 12, derivative_cutoff_hz: 13}
          gaze: {min_cutoff_hz: 21, beta: 22, derivative_cutoff_hz: 23}
          brows: {min_cutoff_hz: 31, beta: 32, derivative_cutoff_hz: 33}
          mouth: {min_cutoff_hz: 41, beta: 42, derivative_cutoff_hz: 43}
          head: {min_cutoff_hz: 51, beta: 52, derivative_cutoff_hz: 53}
          fade_seconds: 2
          return_seconds: 3
        targets:
          - {host: avatar.local, port: 39542, schema: vmc, bundle: false, names: both, head: tracker, neck_share: 0.5, eye_bones: on}
          - {schema: native, bundle: false, ttl: 3, interface: eth0}
          - {schema: vmc, role: assistant}
          - {schema: vrchat, bundle: no, parameters: both, prefix: FT, bits: 3, eyes: no, keep_alive_seconds: 2}
          - {schema: babble, prefix: /mouth/}
          - {schema: facecap, bundle: no}
          - {schema: livelinkface, subject: Ada}
          - {schema: etvr}
        control: {port: 4000, networks: [192.168.1.0/24, "fd00::/8"], max_subscribers: 3}
        models: {directory: /opt/models}
        log: {level: debug}
        """, file: "/etc/xdg/gurn/gurn.yaml")
    var expected = Configuration()
    expected.source.camera = .name("Logitech")
    expected.source.file = "/etc/xdg/gurn/clips/a.mkv"
    expected.source.loop = true
    expected.source.width = 1280
    expected.source.height = 720
    expected.source.fps = 60
    expected.source.rotateDegrees = 90
    expected.source.mirror = true
    expected.tracking.executor = .simd
    expected.tracking.networks = .lite
    expected.tracking.detectHz = 5.5
    expected.tracking.presenceOn = 0.7
    expected.tracking.presenceOff = 0.2
    expected.filters.lids = .init(minCutoffHz: 11, beta: 12, derivativeCutoffHz: 13)
    expected.filters.gaze = .init(minCutoffHz: 21, beta: 22, derivativeCutoffHz: 23)
    expected.filters.brows = .init(minCutoffHz: 31, beta: 32, derivativeCutoffHz: 33)
    expected.filters.mouth = .init(minCutoffHz: 41, beta: 42, derivativeCutoffHz: 43)
    expected.filters.head = .init(minCutoffHz: 51, beta: 52, derivativeCutoffHz: 53)
    expected.filters.fadeSeconds = 2
    expected.filters.returnSeconds = 3
    var vmc = VMCSchema.Configuration()
    vmc.bundle = false
    vmc.names = .both
    vmc.head = .tracker
    vmc.neckShare = 0.5
    vmc.eyeBones = true
    var native = NativeSchema.Configuration()
    native.bundle = false
    expected.targets = [
      Target(host: "avatar.local", port: 39542, schema: .vmc(vmc)),
      Target(host: "127.0.0.1", port: 9000, schema: .native(native)),
    ]
    expected.targets[1].multicastTTL = 3
    expected.targets[1].interface = "eth0"
    var assistant = VMCSchema.Configuration()
    assistant.role = .assistant
    assistant.head = .tracker
    var vrchat = VRChatSchema.Configuration()
    (vrchat.bundle, vrchat.parameters, vrchat.prefix) = (false, .both, "FT/")
    (vrchat.bits, vrchat.eyes, vrchat.keepAliveSeconds) = (3, false, 2)
    var babble = BabbleSchema.Configuration()
    babble.prefix = "/mouth"
    var faceCap = FaceCapSchema.Configuration()
    faceCap.bundle = false
    var liveLink = LiveLinkFaceSchema.Configuration()
    liveLink.subject = "Ada"
    expected.targets += [
      Target(port: 39540, schema: .vmc(assistant)), Target(port: 9000, schema: .vrchat(vrchat)),
      Target(port: 8888, schema: .babble(babble)), Target(port: 9001, schema: .facecap(faceCap)),
      Target(port: 11111, schema: .livelinkface(liveLink)), Target(port: 8889, schema: .etvr),
    ]
    expected.control.port = 4000
    expected.control.networks = [NetworkPrefix("192.168.1.0/24")!, NetworkPrefix("fd00::/8")!]
    expected.control.maxSubscribers = 3
    expected.modelsDirectory = "/opt/models"
    expected.logLevel = .debug
    #expect(configuration == expected)
  }

  /// The commented examples of other schemas are what they claim: each parses, and all together show every option.
  @Test func theExamplesOfOtherSchemasHold() throws {
    let lines = try example.split(separator: "\n").filter { $0.hasPrefix("  # - {") }.map {
      $0.replacing("# - {", with: "- {")
    }
    let configuration = try Configuration.parse(
      yaml: "targets:\n" + lines.joined(separator: "\n"), file: root + "/x.yaml")
    let shown = Set(configuration.targets.map(\.schema.kind))
    #expect(shown == Set(SchemaKind.allCases))
    for key in Configuration.targetOptions.keys { #expect(try example.contains(key + ":"), "\(key)") }
    for target in configuration.targets { #expect(target.port == target.schema.kind.defaultPort) }
  }

  @Test func theDefaultsPassTheStagesOwnChecks() throws {
    try Configuration.default.filters.validate()
    _ = try OSCSender(targets: Configuration.default.targets)
    #expect(Configuration.default.targets == [Target(host: "127.0.0.1", port: 39539, schema: .vmc(.init()))])
  }
}
