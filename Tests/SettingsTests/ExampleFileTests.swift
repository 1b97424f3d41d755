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
        source: {camera: Logitech, file: clips/a.mkv, loop: yes, width: 1280, height: 720, fps: 60, rotate: 90, mirror: true,
          fourcc: MJPG, exposure: 12.5, gain: auto, power_line: 60, controls: {brightness: -3, backlight: true}}
        tracking: {executor: simd, networks: lite, detect_hz: 5.5, idle_after_seconds: 20, idle_detect_hz: 1, idle_fps: 3,
          sleep_unheard: no, max_faces: 3, presence_on: 0.7, presence_off: 0.2}
        filters:
          lids:
            {filter: one_euro, min_cutoff_hz: 11, beta: 12, derivative_cutoff_hz: 13, confidence_gate: 1.1, deadband: 0.11,
            hysteresis: 0.12, rest_cutoff_hz: 14, predict_seconds: 0.065, predict_hz: 1.5, predict_speed: 16}
          gaze:
            {filter: gated_one_euro, min_cutoff_hz: 21, beta: 22, derivative_cutoff_hz: 23, confidence_gate: 2.1, deadband: 0.21,
            hysteresis: 0.22, rest_cutoff_hz: 24, predict_seconds: 0.115, predict_hz: 2.5, predict_speed: 26}
          brows:
            {filter: one_euro, min_cutoff_hz: 31, beta: 32, derivative_cutoff_hz: 33, confidence_gate: 3.1, deadband: 0.31,
            hysteresis: 0.32, rest_cutoff_hz: 34, predict_seconds: 0.165, predict_hz: 3.5, predict_speed: 36}
          mouth:
            {filter: one_euro, min_cutoff_hz: 41, beta: 42, derivative_cutoff_hz: 43, confidence_gate: 4.1, deadband: 0.41,
            hysteresis: 0.42, rest_cutoff_hz: 44, predict_seconds: 0.215, predict_hz: 4.5, predict_speed: 46}
          head:
            {filter: gated_one_euro, min_cutoff_hz: 51, beta: 52, derivative_cutoff_hz: 53, confidence_gate: 5.1, deadband: 0.51,
            hysteresis: 0.52, rest_cutoff_hz: 54, predict_seconds: 0.265, predict_hz: 5.5, predict_speed: 56}
          fade_seconds: 2
          return_seconds: 3
          output_hz: 72.5
          latency_seconds: 0.01
        targets:
          - {host: avatar.local, port: 39542, schema: vmc, bundle: false, names: both, head: tracker, neck_share: 0.5, eye_bones: on,
            face: 2}
          - {schema: native, bundle: false, channels: rig, ttl: 3, interface: eth0}
          - {schema: vmc, role: assistant}
          - {schema: vrchat, bundle: no, parameters: both, prefix: FT, bits: 3, eyes: no, keep_alive_seconds: 2}
          - {schema: babble, prefix: /mouth/}
          - {schema: facecap, bundle: no}
          - {schema: livelinkface, subject: Ada}
          - {schema: etvr}
        control: {port: 4000, networks: [192.168.1.0/24, "fd00::/8"], max_subscribers: 3}
        mqtt: {host: broker.local, port: 8883, prefix: studio/faces, actor: anna, username: u, password_file: secret, \
          ca_file: /etc/ca.pem}
        oscquery: {enabled: no, address: "::", port: 0, announce: no}
        calibration: {use: faces/mia.json, user: mia, auto_range: true, yaw_compensation: 0.5, fade_seconds: 1}
        rig: {profile: vrm, mirror: true}
        gaze: {max_vergence: 20, freeze_on_blink: false}
        recording: {at_start: true, directory: takes, video: false, raw: true, filtered: false, mapped: true, part_minutes: 1.5, \
          part_megabytes: 7, keep_parts: 8}
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
    expected.source.fourcc = "MJPG"
    expected.source.exposure = .value(12.5)
    expected.source.gain = .auto
    expected.source.powerLine = .hz60
    expected.source.controls = ["brightness": -3, "backlight": 1]
    expected.source.mirror = true
    expected.tracking.executor = .simd
    expected.tracking.networks = .lite
    expected.tracking.detectHz = 5.5
    expected.tracking.idleAfterSeconds = 20
    expected.tracking.idleDetectHz = 1
    expected.tracking.idleFPS = 3
    expected.tracking.sleepsUnheard = false
    expected.tracking.maxFaces = 3
    expected.tracking.presenceOn = 0.7
    expected.tracking.presenceOff = 0.2
    expected.filters.lids = group(.oneEuro, 1)
    expected.filters.gaze = group(.gatedOneEuro, 2)
    expected.filters.brows = group(.oneEuro, 3)
    expected.filters.mouth = group(.oneEuro, 4)
    expected.filters.head = group(.gatedOneEuro, 5)
    expected.filters.fadeSeconds = 2
    expected.filters.returnSeconds = 3
    expected.filters.outputHz = 72.5
    expected.filters.latencySeconds = 0.01
    var vmc = VMCSchema.Configuration()
    vmc.bundle = false
    vmc.names = .both
    vmc.head = .tracker
    vmc.neckShare = 0.5
    vmc.eyeBones = true
    var native = NativeSchema.Configuration()
    native.bundle = false
    native.channels = .rig
    expected.targets = [
      Target(host: "avatar.local", port: 39542, schema: .vmc(vmc)),
      Target(host: "127.0.0.1", port: 9000, schema: .native(native)),
    ]
    expected.targets[0].face = 2
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
    expected.mqtt.host = "broker.local"
    expected.mqtt.port = 8883
    expected.mqtt.prefix = "studio/faces"
    expected.mqtt.actor = "anna"
    expected.mqtt.username = "u"
    expected.mqtt.passwordFile = "/etc/xdg/gurn/secret"
    expected.mqtt.certificateFile = "/etc/ca.pem"
    expected.oscQuery.isEnabled = false
    expected.oscQuery.address = "::"
    expected.oscQuery.port = 0
    expected.oscQuery.isAnnounced = false
    expected.personal.calibration = .file("/etc/xdg/gurn/faces/mia.json")
    expected.personal.user = "mia"
    expected.personal.rig = .shipped("vrm")
    expected.personal.stage.autoRange = true
    expected.personal.stage.yawCompensation = 0.5
    expected.personal.stage.fadeSeconds = 1
    expected.personal.stage.mirror = true
    expected.personal.stage.vergenceDegrees = 20
    expected.personal.stage.blinkFreezesGaze = false
    expected.recording.atStart = true
    expected.recording.directory = "/etc/xdg/gurn/takes"
    expected.recording.video = false
    expected.recording.raw = true
    expected.recording.filtered = false
    expected.recording.mapped = true
    expected.recording.partMinutes = 1.5
    expected.recording.partMegabytes = 7
    expected.recording.keepParts = 8
    expected.modelsDirectory = "/opt/models"
    expected.logLevel = .debug
    #expect(configuration == expected)
  }

  /// The settings that the file above gives a group, told apart by their first digit.
  private func group(_ filter: FilterSettings.Filter, _ digit: Double) -> FilterSettings {
    let tens = digit * 10
    var settings = FilterSettings(minCutoffHz: tens + 1, beta: tens + 2, derivativeCutoffHz: tens + 3)
    settings.filter = filter
    (settings.confidenceGate, settings.deadband, settings.hysteresis) = (
      digit + 0.1, (tens + 1) / 100, (tens + 2) / 100
    )
    (settings.restCutoffHz, settings.predictSeconds, settings.predictHz) = (tens + 4, (tens + 3) / 200, digit + 0.5)
    settings.predictSpeed = tens + 6
    return settings
  }

  @Test(arguments: [("camera", nil), ("null", nil), ("60", 60.0 as Double?)])
  func theOutputRateIsTheCamerasOrANumber(text: String, rate: Double?) throws {
    #expect(try Configuration.parse(yaml: "filters: {output_hz: \(text)}", file: "a.yaml").filters.outputHz == rate)
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
