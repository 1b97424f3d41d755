import FaceCore
import TestSupport
import Testing

@testable import Broadcast

@Suite struct FaceCapSchemaTests {
  /// Face Cap's page numbers the shapes; the first is brow inner up, the last tongue out.
  @Test func everyChannelHasItsIndexOnce() throws {
    #expect(Set(ChannelOrders.faceCap).count == 52)
    #expect(Set(ChannelOrders.phiz).count == 52)
    #expect(Set(ChannelOrders.liveLinkFace).count == 52)
    #expect(ChannelOrders.faceCap[13] == .eyeBlinkLeft && ChannelOrders.faceCap[24] == .jawOpen)
    #expect(ChannelOrders.phiz[24] == .mouthFunnel && ChannelOrders.phiz[47] == .jawOpen)
  }

  @Test func unbundledMessagesAreTheseBytes() throws {
    var options = FaceCapSchema.Configuration()
    options.bundle = false
    var schema = try FaceCapSchema(options)
    // The head 90° to its left: (0, sin 45°, 0, cos 45°); the left eye 45° up: about −x.
    let observation = face(
      .jawOpen, 0.5, rotation: Quaternion(yaw: .pi / 2, pitch: 0, roll: 0), position: [0.5, 0.25, -1],
      gaze: Gaze(leftYaw: 0, leftPitch: .pi / 4, rightYaw: .pi / 4, rightPitch: 0))
    schema.encode(BroadcastFrame(observation: observation, ageSeconds: 0, seconds: 1))
    let packets = schema.datagrams.packets
    #expect(packets.count == 5 + 52)
    // "/HT" ,fff 0.5 0.25 -1
    #expect(packets[0] == hex("2f485400 2c666666 00000000 3f000000 3e800000 bf800000"))
    // "/HR" ,fff 0 90 0
    #expect(packets[1] == hex("2f485200 2c666666 00000000 00000000 42b40000 00000000"))
    // "/ELR" ,ff -45 0 and "/ERR" ,ff 0 45
    #expect(packets[3] == hex("2f454c52 00000000 2c666600 c2340000 00000000"))
    #expect(packets[4] == hex("2f455252 00000000 2c666600 00000000 42340000"))
    // "/W" ,if 24 0.5
    #expect(packets[5 + 24] == hex("2f570000 2c696600 00000018 3f000000"))
    let quaternion = try PlainOSC.read(packets[2]).messages[0]
    #expect(quaternion.address == "/HRQ")
    #expect(zip(quaternion.numbers, [0, 0.70710678, 0, 0.70710678]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  /// 16 bytes of header; each message with its size: 4 + 4 + 4 + 4 + 4 for "/W", 4 + 8 + 8 + 16 for "/HRQ".
  @Test func aFrameIsOneBundleBelow1400Bytes() throws {
    let schema = try FaceCapSchema()
    #expect(schema.datagrams.count == 1)
    #expect(schema.datagrams.byteCount == 16 + 52 * 20 + 28 + 28 + 36 + 24 + 24)
  }

  @Test func phizMessagesAreTheseBytes() throws {
    var schema = try PhizSchema()
    // Half a turn about (1, 0, 1)/√2 is (0.70710678, 0, 0.70710678, 0): the axes stay as they are.
    let rotation = Quaternion(angle: .pi, axis: [0.70710678, 0, 0.70710678])
    schema.encode(BroadcastFrame(observation: face(.jawOpen, 0.5, rotation: rotation), ageSeconds: 0, seconds: 1))
    let packets = schema.datagrams.packets
    #expect(packets.count == 4)
    let head = try PlainOSC.read(packets[0]).messages[0]
    #expect(head.address == "/phiz/headRotation" && head.tags == "ffff")
    #expect(zip(head.numbers, [0.70710678, 0, 0.70710678, 0]).allSatisfy { abs($0 - $1) < 1e-6 })
    // "/phiz/leftEyeRotation" ,ffff 0 0 0 1
    #expect(
      packets[1]
        == hex(
          """
          2f706869 7a2f6c65 66744579 65526f74 6174696f 6e000000 2c666666 66000000 00000000 00000000 00000000 3f800000
          """))
    let weights = try PlainOSC.read(packets[3]).messages[0]
    #expect(weights.address == "/phiz/blendshapes" && weights.numbers.count == 52)
    #expect(weights.numbers[47] == 0.5 && weights.numbers.reduce(0, +) == 0.5)
  }

  @Test func faceOSCSaysFoundAloneWithoutAFace() throws {
    var schema = try FaceOSCSchema()
    schema.encode(BroadcastFrame(observation: .absent(at: CaptureTime(seconds: 0)), ageSeconds: 0, seconds: 1))
    // "#bundle" at once, 16 bytes: "/found" ,i 0
    #expect(
      schema.datagrams.packets == [
        hex("2362756e646c6500 0000000000000001 00000010 2f666f75 6e640000 2c690000 00000000")
      ])
    var observation = face(.jawOpen, 0.5, rotation: Quaternion(yaw: 0.5, pitch: 0.25, roll: -0.125))
    observation.window = FaceWindow(centre: [320, 240], side: 200, roll: 0)
    schema.encode(BroadcastFrame(observation: observation, ageSeconds: 0, seconds: 1))
    #expect(schema.datagrams.count == 1)
    let messages = try schema.datagrams.messages()
    #expect(messages[0] == .init(address: "/found", arguments: [.int32(1)]))
    #expect(messages[1] == .init(address: "/pose/position", arguments: [.float(320), .float(240)]))
    #expect(messages[2] == .init(address: "/pose/scale", arguments: [.float(5)]))
    #expect(zip(messages[3].numbers, [-0.25, 0.5, -0.125]).allSatisfy { abs($0 - $1) < 1e-5 })
    // An open mouth of a half: 1 + 7 · 0.5 high, the jaw 22 + 6 · 0.5 down.
    #expect(messages[5] == .init(address: "/gesture/mouth/height", arguments: [.float(4.5)]))
    #expect(messages[10] == .init(address: "/gesture/jaw", arguments: [.float(25)]))
    #expect(messages.map(\.address).last == "/gesture/nostrils")
    schema.encode(BroadcastFrame(observation: .absent(at: CaptureTime(seconds: 0)), ageSeconds: 0, seconds: 2))
    #expect(try schema.datagrams.messages() == [.init(address: "/found", arguments: [.int32(0)])])
  }
}
