import Broadcast
import FaceCore
import Foundation
import TestSupport
import Testing

@testable import Settings

@Suite struct TemplateFileTests {
  private func packets(_ yaml: String, _ observation: FaceObservation) throws -> [[UInt8]] {
    var schema = try TemplateSchema(try TemplateFile.parse(yaml: yaml, file: "stage.yaml"))
    schema.encode(BroadcastFrame(observation: observation, ageSeconds: 0.5, seconds: 1))
    return schema.datagrams.packets
  }

  private func messages(_ yaml: String, _ observation: FaceObservation = face()) throws -> [PlainOSC.Message] {
    try packets(yaml, observation).flatMap { try PlainOSC.read($0).messages }
  }

  private func mistakes(_ yaml: String) -> [String] {
    do throws(SettingsError) {
      _ = try TemplateFile.parse(yaml: yaml, file: "stage.yaml")
      return []
    } catch { return error.description.split(separator: "\n").map(String.init) }
  }

  @Test func rigChannelsAndTriggersAreSources() throws {
    var observation = face(.jawOpen, 0.5)
    observation.channels = FaceChannels(
      neutral: ChannelNames(rig: [.init(name: "Joy"), .init(name: "Eye X", limits: -1...1)], triggers: ["angry"]))
    (observation.channels[0], observation.channels[1], observation.channels[2]) = (0.25, -0.5, 1)
    let yaml = """
      messages:
        - {address: /joy, value: rig.Joy, range: [0, 100]}
        - {address: /angry, value: trigger.angry, type: T}
        - {address: /gone, value: trigger.calm}
        - {address: "/rig/{name}", each: rig, arguments: [{static: "{index}"}, {static: "{name}"}, {value: each}]}
        - {address: "/t/{index}", each: triggers, value: each, type: i, range: [0, 7]}
      """
    let expected: [PlainOSC.Message] = [
      .init(address: "/joy", arguments: [.float(25)]), .init(address: "/angry", arguments: [.bool(true)]),
      .init(address: "/gone", arguments: [.float(0)]),
      .init(address: "/rig/Joy", arguments: [.int32(0), .string("Joy"), .float(0.25)]),
      .init(address: "/rig/Eye_X", arguments: [.int32(1), .string("Eye X"), .float(-0.5)]),
      .init(address: "/t/0", arguments: [.int32(7)]),
    ]
    #expect(try messages(yaml, observation) == expected)
    // Without a profile only the addresses that are always there.
    #expect(try messages(yaml).map(\.address) == ["/joy", "/angry", "/gone"])
  }

  @Test func oneMessageIsTheseBytes() throws {
    let yaml = """
      bundle: false
      messages:
        - address: /jaw
          arguments: [{static: a}, {value: jawOpen}, {value: jawOpen, type: i, range: [0, 127]}, {value: present, type: T}]
      """
    // "/jaw" ,sfiT "a" 0.5 64
    #expect(
      try packets(yaml, face(.jawOpen, 0.5)) == [
        hex("2f6a6177 00000000 2c736669 54000000 61000000 3f000000 00000040")
      ])
  }

  @Test func orderSignAndUnitAreTheUsers() throws {
    let yaml = """
      messages:
        - {address: /q, values: [qw, qx, qy, qz]}
        - {address: /r, values: [roll, yaw, pitch], unit: radians}
        - {address: /t, values: [yaw], unit: turns, sign: -1}
        - {address: /x, values: [z, x], unit: centimetres, type: d}
      """
    let rotation = Quaternion(yaw: .pi / 2, pitch: 0, roll: 0)
    let messages = try messages(yaml, face(rotation: rotation, position: [0.25, 0, -0.5]))
    #expect(zip(messages[0].numbers, [0.70710678, 0, 0.70710678, 0]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(zip(messages[1].numbers, [0, 1.5707963, 0]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(abs(messages[2].numbers[0] + 0.25) < 1e-6)
    #expect(messages[3].arguments == [.double(-50), .double(25)])
  }

  @Test func rangesMapAndLimitAndMayFall() throws {
    let yaml = """
      messages:
        - {address: /pan, value: yaw, from: [-45, 45], range: [0, 1]}
        - {address: /fall, value: yaw, from: [-45, 45], range: [1, 0]}
        - {address: /level, value: jawOpen, range: [-60, 0]}
      """
    func numbers(_ degrees: Float) throws -> [Double] {
      let rotation = Quaternion(yaw: degrees * .pi / 180, pitch: 0, roll: 0)
      return try messages(yaml, face(.jawOpen, 0.5, rotation: rotation)).flatMap(\.numbers)
    }
    #expect(zip(try numbers(0), [0.5, 0.5, -30]).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(zip(try numbers(90), [1, 0, -30]).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func eachFillsNamesAndIndices() throws {
    let yaml = """
      messages:
        - {address: "/f/{name}", each: [jawOpen, mouthSmileLeft], names: snake, value: each}
        - address: /w
          each: blendshapes
          arguments: [{static: "{index}"}, {static: "{name}"}, {value: each}]
      """
    let messages = try messages(yaml, face(.mouthSmileLeft, 0.5))
    #expect(messages[0] == .init(address: "/f/jaw_open", arguments: [.float(0)]))
    #expect(messages[1] == .init(address: "/f/mouth_smile_left", arguments: [.float(0.5)]))
    #expect(messages.count == 2 + 52)
    #expect(messages[2].arguments == [.int32(0), .string("browDownLeft"), .float(0)])
  }

  @Test func whatDoesNotChangeIsSentAgainAfterTheKeepAlive() throws {
    let yaml =
      "send: changes\nkeep_alive_seconds: 3\nmessages: [{address: /a, value: jawOpen}, {address: /b, value: yaw}]"
    var schema = try TemplateSchema(try TemplateFile.parse(yaml: yaml, file: "s.yaml"))
    var sent: [[String]] = []
    for (seconds, weight) in [(0.0, Float(0)), (1, 0), (2, 1), (3.5, 1), (5, 1)] {
      schema.encode(BroadcastFrame(observation: face(.jawOpen, weight), ageSeconds: 0, seconds: seconds))
      sent.append(try schema.datagrams.messages().map(\.address))
    }
    #expect(sent == [["/a", "/b"], [], ["/a"], ["/b"], ["/a"]])
  }

  @Test(arguments: [
    (
      "messages: []\n",
      "stage.yaml:1:1: a schema needs 'messages:', a list with at least one, such as '- {address: /jaw, value: jawOpen}'"
    ),
    (
      "messages:\n  - {address: jaw, value: jawOpen}\n",
      """
      stage.yaml:2:15: messages[0].address is jaw, but has to begin with '/' and to hold no spaces and none of #*,?[]; \
      {name} and {index} go with 'each'
      """
    ),
    (
      "messages:\n  - {address: /jaw, value: jawOpn}\n",
      "stage.yaml:2:28: there is no value 'jawOpn'; did you mean 'jawOpen'?"
    ),
    (
      "messages:\n  - {address: /jaw, value: jawOpen, unit: radians}\n",
      """
      stage.yaml:2:43: messages[0].unit is radians, but is no unit of these values; angles have degrees, radians or turns, \
      positions metres
      """
    ),
    (
      "messages:\n  - {address: /jaw, value: jawOpen, range: [1, 1]}\n",
      "stage.yaml:2:44: messages[0].range is a list, but has to be two different numbers, such as [0, 1]"
    ),
    (
      "messages:\n  - {address: /jaw, valu: jawOpen}\n",
      "stage.yaml:2:21: unknown key 'valu' in messages[0]; did you mean 'value'?"
    ),
    (
      "messages:\n  - {address: /jaw, value: jawOpen, type: s}\n",
      "stage.yaml:2:43: messages[0].type is s, but s is for 'static' texts only; numbers are f, i, d or T"
    ),
  ])
  func mistakesAreNamedWithTheirPlace(_ yaml: String, _ message: String) {
    #expect(mistakes(yaml) == [message])
  }

  @Test func aTargetsMistakesAreThoseOfItsTemplate() throws {
    let folder = NSTemporaryDirectory() + "gurn-template-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data("messages: [{address: /a, value: nose}]".utf8).write(to: URL(fileURLWithPath: folder + "/bad.yaml"))
    func reason(_ name: String) -> String {
      do throws(SettingsError) {
        _ = try Configuration.parse(
          yaml: "targets: [{schema: template, template: \(name)}]", file: folder + "/gurn.yaml")
        return ""
      } catch { return error.description }
    }
    #expect(reason("bad.yaml") == "\(folder)/bad.yaml:1:33: there is no value 'nose'")
    #expect(reason("none.yaml").contains("none.yaml: the schema's file cannot be read"))
  }

  /// The examples parse, fit, and say something in every frame of a session.
  @Test(arguments: ["touchdesigner", "max", "ableton", "resolume", "qlab"])
  func theExamplesHold(_ name: String) throws {
    let path = ShippedSession.root.appending(path: "contrib/schemas/\(name).yaml").path()
    let template = try TemplateFile.load(path: path)
    #expect(template.name == name)
    var schema = try TemplateSchema(template)
    var addresses: Set<String> = []
    for (index, observation) in try ShippedSession.observations().enumerated() {
      schema.encode(BroadcastFrame(observation: observation, ageSeconds: 0, seconds: Double(index) / 30))
      for packet in schema.datagrams.packets {
        #expect(packet.count <= 1400)
        let read = try PlainOSC.read(packet)
        #expect((read.timeTag == 1) == template.bundle)
        addresses.formUnion(read.messages.map(\.address))
      }
    }
    #expect(addresses == Set(template.messages.map(\.address)))
  }
}
