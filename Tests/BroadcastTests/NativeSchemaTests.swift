import FaceCore
import TestSupport
import Testing

@testable import Broadcast

@Suite struct NativeSchemaTests {
  private func frame(_ observation: FaceObservation) -> BroadcastFrame {
    BroadcastFrame(observation: observation, ageSeconds: 0.0625, seconds: 1)
  }

  @Test func unbundledMessagesAreTheseBytes() throws {
    var configuration = NativeSchema.Configuration()
    configuration.bundle = false
    var schema = try NativeSchema(configuration)
    schema.encode(frame(face(.jawOpen, 0.25, position: [0.5, -0.25, -1])))
    let packets = schema.datagrams.packets
    // "/gurn/face/0/present" ,i 1
    #expect(packets[0] == hex("2f677572 6e2f6661 63652f30 2f707265 73656e74 00000000 2c690000 00000001"))
    // "/gurn/face/0/confidence" ,f 0.75
    #expect(packets[1] == hex("2f677572 6e2f6661 63652f30 2f636f6e 66696465 6e636500 2c660000 3f400000"))
    // "/gurn/face/0/age" ,f 0.0625
    #expect(packets[2] == hex("2f677572 6e2f6661 63652f30 2f616765 00000000 2c660000 3d800000"))
    // "/gurn/face/0/position" ,fff 0.5 -0.25 -1
    #expect(
      packets[5]
        == hex(
          """
          2f677572 6e2f6661 63652f30 2f706f73 6974696f 6e000000 2c666666 00000000 3f000000 be800000 bf800000
          """))
    // "/gurn/face/0/blend/jawOpen" ,f 0.25
    #expect(
      packets[7 + Blendshape.jawOpen.rawValue]
        == hex("2f677572 6e2f6661 63652f30 2f626c65 6e642f6a 61774f70 656e0000 2c660000 3e800000"))
    #expect(packets.count == 7 + 52 + 2)
  }

  @Test func aFrameHoldsEveryValueOnceInThreeDatagrams() throws {
    var schema = try NativeSchema()
    var observation = face(rotation: Quaternion(yaw: 0.5, pitch: 0.25, roll: -0.125), seconds: 1234.5)
    for index in 0..<52 { observation.weights[index] = Float(index) / 64 }
    observation.gaze = Gaze(leftYaw: .pi / 6, leftPitch: 0, rightYaw: 0, rightPitch: -.pi / 4)
    schema.encode(frame(observation))
    #expect(schema.datagrams.count == 3)
    for packet in schema.datagrams.packets {
      #expect(packet.count <= 1400)
      #expect(try PlainOSC.read(packet).timeTag == 1)
    }
    let messages = try schema.datagrams.messages()
    let byAddress = Dictionary(grouping: messages, by: \.address)
    #expect(byAddress.count == messages.count)
    for channel in Blendshape.allCases {
      let sent = byAddress["/gurn/face/0/blend/" + channel.name]?.first?.arguments
      #expect(sent == [.float(Float(channel.rawValue) / 64)])
    }
    let array = (0..<52).map { OSCArgument.float(Float($0) / 64) }
    #expect(byAddress["/gurn/face/0/weights"]?.first?.arguments == array)
    #expect(byAddress["/gurn/face/0/time"]?.first?.arguments == [.double(1234.5)])
    let q = observation.pose.rotation
    let rotation = byAddress["/gurn/face/0/rotation"]!.first!.arguments.map { Float($0.number!) }
    #expect(zip(rotation, [q.x, q.y, q.z, q.w]).allSatisfy { abs($0 - $1) < 1e-6 })
    let euler = byAddress["/gurn/face/0/euler"]!.first!.arguments.map { $0.number! }
    #expect(zip(euler, [28.64789, 14.32394, -7.16197]).allSatisfy { abs($0 - $1) < 1e-3 })
    let gaze = byAddress["/gurn/face/0/gaze"]!.first!.arguments.map { $0.number! }
    #expect(zip(gaze, [30, 0, 0, -45]).allSatisfy { abs($0 - $1) < 1e-3 })
  }

  @Test func anAbsentFaceIsSaid() throws {
    var schema = try NativeSchema()
    schema.encode(frame(.absent(at: CaptureTime(seconds: 0))))
    #expect(
      try schema.datagrams.messages().first
        == .init(address: "/gurn/face/0/present", arguments: [.int32(0)]))
  }

  @Test func weightsAreSentWithinZeroToOne() throws {
    var schema = try NativeSchema()
    var observation = face(.jawOpen, 1.5)
    observation.weights[.tongueOut] = .nan
    observation.weights[.cheekPuff] = -0.5
    observation.pose.rotation = Quaternion(x: .nan, y: 0, z: 0, w: 1)
    schema.encode(frame(observation))
    let messages = try schema.datagrams.messages()
    for (name, value) in [("jawOpen", Float(1)), ("tongueOut", 0), ("cheekPuff", 0)] {
      #expect(messages.contains(.init(address: "/gurn/face/0/blend/" + name, arguments: [.float(value)])))
    }
    #expect(
      messages.contains(
        .init(address: "/gurn/face/0/rotation", arguments: [.float(0), .float(0), .float(0), .float(1)])))
  }
}
