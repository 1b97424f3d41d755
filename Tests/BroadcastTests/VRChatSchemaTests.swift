import FaceCore
import TestSupport
import Testing

@testable import Broadcast

@Suite struct VRChatSchemaTests {
  private func schema(_ change: (inout VRChatSchema.Configuration) -> Void = { _ in }) throws -> VRChatSchema {
    var configuration = VRChatSchema.Configuration()
    change(&configuration)
    return try VRChatSchema(configuration)
  }

  private func frame(_ observation: FaceObservation, at seconds: Double = 0) -> BroadcastFrame {
    BroadcastFrame(observation: observation, ageSeconds: 0, seconds: seconds)
  }

  /// VRChat's own example of signs: looking up is a negative pitch, looking right a positive yaw.
  @Test func eyeTrackingIsTheseBytes() throws {
    var schema = try schema {
      $0.parameters = .none
      $0.bundle = false
    }
    let gaze = Gaze(leftYaw: -.pi / 8, leftPitch: .pi / 12, rightYaw: -.pi / 8, rightPitch: .pi / 12)
    schema.encode(frame(face(.eyeBlinkLeft, 0.5, gaze: gaze)))
    let packets = schema.datagrams.packets
    // "/tracking/eye/LeftRightPitchYaw" ,ffff -15 22.5 -15 22.5
    #expect(
      packets[0]
        == hex(
          """
          2f747261 636b696e 672f6579 652f4c65 66745269 67687450 69746368 59617700 2c666666 66000000
          c1700000 41b40000 c1700000 41b40000
          """))
    // "/tracking/eye/EyesClosedAmount" ,f 0.25: the mean of both lids
    #expect(
      packets[1]
        == hex("2f747261 636b696e 672f6579 652f4579 6573436c 6f736564 416d6f75 6e740000 2c660000 3e800000"))
    #expect(packets.count == 2)
  }

  @Test func thePrefixStandsBeforeV2() throws {
    var schema = try schema {
      $0.eyes = false
      $0.bundle = false
      $0.prefix = "FT/"
    }
    schema.encode(frame(face(.jawOpen, 0.5)))
    // "/avatar/parameters/FT/v2/JawOpen" ,f 0.5
    #expect(
      schema.datagrams.packets.contains(
        hex(
          """
          2f617661 7461722f 70617261 6d657465 72732f46 542f7632 2f4a6177 4f70656e 00000000 2c660000 3f000000
          """)))
    let addresses = try schema.datagrams.messages().map(\.address)
    #expect(Set(addresses).count == addresses.count)
    #expect(addresses.contains("/avatar/parameters/FT/EyeTrackingActive"))
  }

  @Test func onlyWhatChangedIsSentAndAllAgainAfterTheKeepAlive() throws {
    var schema = try schema { $0.keepAliveSeconds = 2 }
    schema.encode(frame(face(.jawOpen, 0.5), at: 0))
    let all = try schema.datagrams.messages().count
    #expect(all > 100)
    schema.encode(frame(face(.jawOpen, 0.5), at: 0.5))
    #expect(schema.datagrams.count == 0)
    schema.encode(frame(face(.jawOpen, 0.75), at: 1))
    #expect(
      try schema.datagrams.messages() == [
        .init(address: "/avatar/parameters/v2/JawOpen", arguments: [.float(0.75)])
      ])
    // Less than half a step of 1/512.
    schema.encode(frame(face(.jawOpen, 0.7505), at: 1.1))
    #expect(schema.datagrams.count == 0)
    schema.encode(frame(face(.jawOpen, 0.75), at: 2))
    #expect(try schema.datagrams.messages().count == all - 1)
    schema.encode(frame(face(.jawOpen, 0.75), at: 3))
    #expect(try schema.datagrams.messages().map(\.address) == ["/avatar/parameters/v2/JawOpen"])
  }

  @Test func bundlesStayBelow1400BytesWithTheTimeTagAtOnce() throws {
    var schema = try schema { $0.parameters = .both }
    schema.encode(frame(face(.jawOpen, 0.5)))
    for packet in schema.datagrams.packets {
      #expect(packet.count <= 1400)
      #expect(try PlainOSC.read(packet).timeTag == 1)
    }
  }

  /// With four bits 0.7 is ⌊0.7 · 16⌋ = 11 = 1 + 2 + 8; 1 is all of them; −0.5 is 8 with the sign.
  @Test func binaryParametersAreBitsAndASign() throws {
    #expect(VRChatSchema.code(0.7, bits: 4, isSigned: false) == 11)
    #expect(VRChatSchema.code(1, bits: 4, isSigned: false) == 15)
    #expect(VRChatSchema.code(0.9999, bits: 3, isSigned: false) == 7)
    #expect(VRChatSchema.code(-0.5, bits: 4, isSigned: true) == 8)
    #expect(VRChatSchema.code(-0.5, bits: 4, isSigned: false) == 0)
    var schema = try schema {
      $0.parameters = .binary
      $0.bundle = false
    }
    var observation = face(.jawOpen, 0.7)
    observation.weights[.jawLeft] = 0.5
    schema.encode(frame(observation))
    let messages = try schema.datagrams.messages()
    let jaw = Dictionary(
      uniqueKeysWithValues: messages.filter { $0.address.contains("/JawOpen") || $0.address.contains("/JawX") }.map {
        (String($0.address.dropFirst("/avatar/parameters/v2/".count)), $0.arguments)
      })
    #expect(
      jaw == [
        "JawOpen1": [.bool(true)], "JawOpen2": [.bool(true)], "JawOpen4": [.bool(false)], "JawOpen8": [.bool(true)],
        "JawX1": [.bool(false)], "JawX2": [.bool(false)], "JawX4": [.bool(false)], "JawX8": [.bool(true)],
        "JawXNegative": [.bool(true)],
      ])
    // "/avatar/parameters/v2/JawOpen1" ,T
    #expect(
      schema.datagrams.packets.contains(
        hex("2f617661 7461722f 70617261 6d657465 72732f76 322f4a61 774f7065 6e310000 2c540000")))
  }

  @Test func unifiedExpressionsFollowTheirChannels() throws {
    func value(_ name: String, _ channels: [Blendshape: Float], gaze: Gaze = .ahead) -> Float? {
      var observation = face(gaze: gaze)
      for (channel, weight) in channels { observation.weights[channel] = weight }
      return UnifiedParameter.all.first { $0.name == name }?.value(UnifiedFace(observation))
    }
    #expect(value("EyeLidLeft", [:]) == 0.75)
    #expect(value("EyeLidLeft", [.eyeBlinkLeft: 1]) == 0)
    #expect(value("EyeLidLeft", [.eyeWideLeft: 1]) == 1)
    #expect(value("EyeLeftX", [:], gaze: Gaze(leftYaw: -.pi / 4, leftPitch: 0, rightYaw: 0, rightPitch: 0)) == 1)
    #expect(value("JawX", [.jawLeft: 0.5]) == -0.5)
    #expect(value("BrowExpressionLeft", [.browDownLeft: 1]) == -1)
    #expect(value("BrowExpressionLeft", [.browInnerUp: 1, .browOuterUpLeft: 1]) == 1)
    #expect(value("MouthCornerPullLeft", [.mouthSmileLeft: 0.5]) == 0.5)
    #expect(value("SmileSadRight", [.mouthSmileRight: 0.25, .mouthStretchRight: 0.75]) == -0.5)
    #expect(value("LipFunnelLowerLeft", [.mouthFunnel: 0.5]) == 0.5)
    let names = UnifiedParameter.all.map(\.name)
    #expect(Set(names).count == names.count)
    var full = face()
    for index in 0..<52 { full.weights[index] = 1 }
    for parameter in UnifiedParameter.all {
      for observation in [face(), full] {
        let value = parameter.value(UnifiedFace(observation))
        #expect((parameter.isSigned ? -1...1 : 0...1).contains(value), "\(parameter.name): \(value)")
      }
    }
  }
}
