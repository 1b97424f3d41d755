import FaceCore
import Foundation
import TestSupport
import Testing

@testable import Broadcast

@Suite struct VMCSchemaTests {
  private func schema(_ change: (inout VMCSchema.Configuration) -> Void = { _ in }) throws -> VMCSchema {
    var configuration = VMCSchema.Configuration()
    change(&configuration)
    return try VMCSchema(configuration)
  }

  private func messages(_ schema: VMCSchema, _ observation: FaceObservation, at seconds: Double = 1) throws
    -> [PlainOSC.Message]
  {
    var schema = schema
    schema.encode(BroadcastFrame(observation: observation, ageSeconds: 0, seconds: seconds))
    return try schema.datagrams.messages()
  }

  private static let everyConfiguration: [VMCSchema.Configuration] =
    VMCSchema.Configuration.Names.allCases.flatMap { names in
      VMCSchema.Configuration.Head.allCases.flatMap { head in
        [true, false].flatMap { bundle in
          [true, false].map { eyes in
            var configuration = VMCSchema.Configuration()
            (configuration.names, configuration.head) = (names, head)
            (configuration.bundle, configuration.eyeBones) = (bundle, eyes)
            return configuration
          }
        }
      }
    }

  @Test func unbundledMessagesAreTheseBytes() throws {
    var schema = try schema {
      $0.bundle = false
      $0.neckShare = 0
    }
    // A third of a turn about (1, 1, 1) is (½, ½, ½, ½); in Unity's mirror image (½, −½, −½, ½).
    let rotation = Quaternion(x: 0.5, y: 0.5, z: 0.5, w: 0.5)
    schema.encode(BroadcastFrame(observation: face(.jawOpen, 0.5, rotation: rotation), ageSeconds: 0, seconds: 1.5))
    let packets = schema.datagrams.packets
    // "/VMC/Ext/OK" ,iiii 1 3 0 1
    #expect(
      packets[0]
        == hex("2f564d43 2f457874 2f4f4b00 2c696969 69000000 00000001 00000003 00000000 00000001"))
    // "/VMC/Ext/T" ,f 1.5
    #expect(packets[1] == hex("2f564d43 2f457874 2f540000 2c660000 3fc00000"))
    // "/VMC/Ext/Root/Pos" ,sfffffff "root" 0 0 0 0 0 0 1
    #expect(
      packets[2]
        == hex(
          """
          2f564d43 2f457874 2f526f6f 742f506f 73000000 2c736666 66666666 66000000 726f6f74 00000000
          00000000 00000000 00000000 00000000 00000000 00000000 3f800000
          """))
    // "/VMC/Ext/Bone/Pos" ,sfffffff "Head" 0 0 0 0.5 -0.5 -0.5 0.5
    #expect(
      packets[4]
        == hex(
          """
          2f564d43 2f457874 2f426f6e 652f506f 73000000 2c736666 66666666 66000000 48656164 00000000
          00000000 00000000 00000000 3f000000 bf000000 bf000000 3f000000
          """))
    // "/VMC/Ext/Blend/Val" ,sf "JawOpen" 0.5
    #expect(
      packets[5 + Blendshape.jawOpen.rawValue]
        == hex(
          """
          2f564d43 2f457874 2f426c65 6e642f56 616c0000 2c736600 4a61774f 70656e00 3f000000
          """))
    // "/VMC/Ext/Blend/Apply" without arguments
    #expect(packets.last! == hex("2f564d43 2f457874 2f426c65 6e642f41 70706c79 00000000 2c000000"))
    #expect(packets.count == 5 + 52 + 1)
  }

  @Test(arguments: everyConfiguration)
  func everyChannelComesOnceBeforeTheOneApplyAtTheEnd(_ configuration: VMCSchema.Configuration) throws {
    var schema = try VMCSchema(configuration)
    schema.encode(BroadcastFrame(observation: face(.jawOpen, 0.5), ageSeconds: 0, seconds: 1))
    for packet in schema.datagrams.packets {
      #expect(packet.count <= 1400)
      #expect(try PlainOSC.read(packet).timeTag == (configuration.bundle ? 1 : nil))
    }
    let messages = try schema.datagrams.messages()
    #expect(messages.last == .init(address: "/VMC/Ext/Blend/Apply", arguments: []))
    #expect(messages.filter { $0.address == "/VMC/Ext/Blend/Apply" }.count == 1)
    let names = messages.filter { $0.address == "/VMC/Ext/Blend/Val" }.map { $0.arguments[0] }
    let pascal = Blendshape.allCases.map { OSCArgument.string($0.name.prefix(1).uppercased() + $0.name.dropFirst()) }
    let camel = Blendshape.allCases.map { OSCArgument.string($0.name) }
    let presets = [
      "A", "I", "U", "E", "O", "Blink", "Blink_L", "Blink_R", "LookUp", "LookDown", "LookLeft", "LookRight", "Joy",
      "Angry", "Sorrow", "Fun",
    ].map { OSCArgument.string($0) }
    let presets1 = [
      "aa", "ih", "ou", "ee", "oh", "blink", "blinkLeft", "blinkRight", "lookUp", "lookDown", "lookLeft", "lookRight",
      "happy", "angry", "sad", "relaxed", "surprised",
    ].map { OSCArgument.string($0) }
    switch configuration.names {
    case .pascal: #expect(names == pascal)
    case .camel: #expect(names == camel)
    case .vrm0: #expect(names == presets)
    case .vrm1: #expect(names == presets1)
    case .both: #expect(names == pascal + presets)
    }
    let bones = messages.filter { $0.address == "/VMC/Ext/Bone/Pos" }.map { $0.arguments[0] }
    let expected =
      (configuration.head == .bones ? ["Neck", "Head"] : [])
      + (configuration.eyeBones ? ["LeftEye", "RightEye"] : [])
    #expect(bones == expected.map { .string($0) })
    #expect(messages.contains { $0.address == "/VMC/Ext/Tra/Pos" } == (configuration.head == .tracker))
    for message in messages where message.address.hasSuffix("Pos") {
      #expect(String(message.arguments.map(\.tag)) == "sfffffff")
    }
  }

  @Test func fiftyTwoChannelsAndBonesTakeThreeDatagramsAtMost() throws {
    #expect(try schema().datagrams.count <= 3)
  }

  @Test func timeRisesAndTrackingIsSaid() throws {
    var schema = try schema()
    var last: Float = -1
    for index in 0..<10 {
      let isPresent = index % 2 == 0
      schema.encode(
        BroadcastFrame(observation: face(isPresent: isPresent), ageSeconds: 0, seconds: Double(index) / 60))
      let messages = try schema.datagrams.messages()
      #expect(
        messages[0]
          == .init(
            address: "/VMC/Ext/OK", arguments: [.int32(1), .int32(3), .int32(0), .int32(isPresent ? 1 : 0)]))
      guard case .float(let time) = messages[1].arguments[0] else {
        Issue.record("T is no float")
        return
      }
      #expect(time > last)
      last = time
    }
  }

  /// Worked example: the head turned 90° to the subject's left, a quarter of it by the neck. In Unity, where a model's left
  /// is −x, that is a turn of −90° about +y: neck −22.5°, head −67.5°; sin and cos of half of each.
  @Test func aTurnToTheLeftIsANegativeTurnAboutUnitysY() throws {
    let schema = try schema { $0.neckShare = 0.25 }
    let messages = try messages(schema, face(rotation: Quaternion(yaw: .pi / 2, pitch: 0, roll: 0)))
    let bones = messages.filter { $0.address == "/VMC/Ext/Bone/Pos" }.map { $0.arguments.compactMap(\.number) }
    let neck: [Double] = [0, 0, 0, 0, -0.1950903, 0, 0.9807853]
    let head: [Double] = [0, 0, 0, 0, -0.5555702, 0, 0.8314696]
    #expect(zip(bones[0], neck).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(zip(bones[1], head).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  /// Looking up 30°: about the head frame's −x; Unity's x turns the same way, so (−sin 15°, 0, 0, cos 15°). A roll of 30°
  /// towards the right shoulder is +z in the head frame and −z in Unity.
  @Test func lookingUpAndRollingInUnitysAxes() throws {
    let schema = try schema { $0.neckShare = 0 }
    let up = try messages(schema, face(rotation: Quaternion(yaw: 0, pitch: .pi / 6, roll: 0)))
    let roll = try messages(schema, face(rotation: Quaternion(yaw: 0, pitch: 0, roll: .pi / 6)))
    let sine = 0.2588190
    let cosine = 0.9659258
    let turns = [up, roll].map { Array($0.filter { $0.address == "/VMC/Ext/Bone/Pos" }[1].arguments.dropFirst(4)) }
    #expect(zip(turns[0].compactMap(\.number), [-sine, 0, 0, cosine]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(zip(turns[1].compactMap(\.number), [0, 0, -sine, cosine]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func aNeutralHeadHasNoNegativeZeros() throws {
    let bones = try messages(try schema(), face()).filter { $0.address == "/VMC/Ext/Bone/Pos" }
    for bone in bones {
      let numbers = bone.arguments.compactMap(\.number)
      #expect(numbers.allSatisfy { $0.sign == .plus }, "\(numbers)")
    }
  }

  @Test func theTrackerIsMirroredInX() throws {
    let schema = try schema { $0.head = .tracker }
    let sent = try messages(schema, face(position: [0.25, 0.125, -0.5])).first { $0.address == "/VMC/Ext/Tra/Pos" }
    #expect(sent?.arguments.compactMap(\.number) == [-0.25, 0.125, -0.5, 0, 0, 0, 1])
  }

  @Test func theEyesLookWhereTheGazeGoes() throws {
    let schema = try schema { $0.eyeBones = true }
    let gaze = Gaze(leftYaw: .pi / 6, leftPitch: 0, rightYaw: 0, rightPitch: .pi / 6)
    let eyes = try messages(schema, face(gaze: gaze)).filter { $0.address == "/VMC/Ext/Bone/Pos" }.suffix(2)
      .map { $0.arguments.dropFirst(4).compactMap(\.number) }
    #expect(zip(eyes[0], [0, -0.2588190, 0, 0.9659258]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(zip(eyes[1], [-0.2588190, 0, 0, 0.9659258]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  /// An Assistant adds to what a Performer knows: no status, no time, no root; gaze as a point before the head, 2 m away.
  @Test func anAssistantSendsNothingOfThePerformers() throws {
    let schema = try schema {
      $0.role = .assistant
      $0.head = .tracker
      $0.eyeBones = true
    }
    // Both eyes 30° to the subject's left: x = −2 sin 30° in Unity, z = 2 cos 30°.
    let gaze = Gaze(leftYaw: .pi / 6, leftPitch: 0, rightYaw: .pi / 6, rightPitch: 0)
    let messages = try messages(schema, face(gaze: gaze))
    #expect(
      Set(messages.map(\.address)) == [
        "/VMC/Ext/Tra/Pos", "/VMC/Ext/Set/Eye", "/VMC/Ext/Blend/Val", "/VMC/Ext/Blend/Apply",
      ])
    let eye = try #require(messages.first { $0.address == "/VMC/Ext/Set/Eye" })
    #expect(String(eye.arguments.map(\.tag)) == "ifff")
    let point = eye.arguments.compactMap(\.number)
    #expect(zip(point, [1, -1, 0, 1.7320508]).allSatisfy { abs($0 - $1) < 1e-6 }, "\(point)")
    let lost = try self.messages(schema, face(isPresent: false)).first { $0.address == "/VMC/Ext/Set/Eye" }
    #expect(lost?.arguments.first == .int32(0))
  }

  @Test func aBlinkIsBothLidsAndAWinkWhatOneClosesMore() {
    var weights = BlendshapeWeights()
    weights[.eyeBlinkLeft] = 1
    weights[.eyeBlinkRight] = 0.25
    #expect(VRMPreset.blink.value(of: weights) == 0.25)
    #expect(VRMPreset.blinkLeft.value(of: weights) == 0.75)
    #expect(VRMPreset.blinkRight.value(of: weights) == 0)
  }

  @Test func vowelsAndMoodsFollowTheirChannels() {
    func preset(_ preset: VRMPreset, _ channels: [Blendshape: Float]) -> Float {
      var weights = BlendshapeWeights()
      for (channel, weight) in channels { weights[channel] = weight }
      return preset.value(of: weights)
    }
    #expect(preset(.a, [.jawOpen: 1]) == 1)
    #expect(preset(.a, [.jawOpen: 1, .mouthFunnel: 1]) < preset(.o, [.jawOpen: 1, .mouthFunnel: 1]))
    #expect(preset(.u, [.mouthPucker: 1]) == 1)
    #expect(preset(.joy, [.mouthSmileLeft: 1, .mouthSmileRight: 1]) == 1)
    #expect(preset(.lookLeft, [.eyeLookOutLeft: 1, .eyeLookInRight: 1]) == 1)
    #expect(preset(.lookRight, [.eyeLookOutLeft: 1, .eyeLookInRight: 1]) == 0)
    var full = BlendshapeWeights()
    for index in 0..<52 { full[index] = 1 }
    for each in VRMPreset.allCases {
      #expect(each.value(of: .neutral) == 0)
      #expect((0...1).contains(each.value(of: full)))
    }
  }
}
