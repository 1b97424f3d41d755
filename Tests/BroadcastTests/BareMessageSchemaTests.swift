import FaceCore
import TestSupport
import Testing

@testable import Broadcast

/// Babble and EyeTrackVR: receivers that read one message a datagram.
@Suite struct BareMessageSchemaTests {
  @Test func babbleMessagesAreTheseBytes() throws {
    var schema = try BabbleSchema()
    schema.encode(BroadcastFrame(observation: face(.cheekPuff, 0.5), ageSeconds: 0, seconds: 1))
    let packets = schema.datagrams.packets
    #expect(packets.count == 45)
    // "/cheekPuffLeft" ,f 0.5 and "/cheekPuffRight"
    #expect(packets[0] == hex("2f636865 656b5075 66664c65 66740000 2c660000 3f000000"))
    #expect(packets[1] == hex("2f636865 656b5075 66665269 67687400 2c660000 3f000000"))
    // "/tongueTwistRight" ,f 0
    #expect(packets[44] == hex("2f746f6e 67756554 77697374 52696768 74000000 2c660000 00000000"))
  }

  @Test func babblesPrefixStandsBeforeEveryAddress() throws {
    var options = BabbleSchema.Configuration()
    options.prefix = "/mouth"
    let messages = try BabbleSchema(options).datagrams.messages()
    #expect(messages.allSatisfy { $0.address.hasPrefix("/mouth/") })
  }

  @Test func eachBabbleChannelIsFedByItsOwn() throws {
    var schema = try BabbleSchema()
    for channel in Blendshape.allCases where channel.name.hasPrefix("mouth") || channel.name.hasPrefix("jaw") {
      schema.encode(BroadcastFrame(observation: face(channel, 1), ageSeconds: 0, seconds: 1))
      let raised = try schema.datagrams.messages().filter { $0.numbers == [1] }.map(\.address)
      #expect(raised == ["/" + channel.name])
    }
  }

  /// The left eye 22.5° to the subject's right (half of 45°, right is positive), the right eye 45° up, the left lid shut.
  @Test func etvrMessagesAreTheseBytes() throws {
    var schema = try ETVRSchema()
    let gaze = Gaze(leftYaw: -.pi / 8, leftPitch: 0, rightYaw: 0, rightPitch: .pi / 4)
    schema.encode(BroadcastFrame(observation: face(.eyeBlinkLeft, 1, gaze: gaze), ageSeconds: 0, seconds: 1))
    let packets = schema.datagrams.packets
    // "/avatar/parameters/v2/EyeLeftX" ,f 0.5
    #expect(
      packets[0]
        == hex(
          """
          2f617661 7461722f 70617261 6d657465 72732f76 322f4579 654c6566 74580000 2c660000 3f000000
          """))
    let messages = try schema.datagrams.messages()
    #expect(
      messages.map { String($0.address.dropFirst("/avatar/parameters/v2/".count)) } == [
        "EyeLeftX", "EyeLeftY", "EyeRightX", "EyeRightY", "EyeLidLeft", "EyeLidRight",
      ])
    #expect(messages.map(\.numbers) == [[0.5], [0], [0], [1], [0], [1]])
  }
}
