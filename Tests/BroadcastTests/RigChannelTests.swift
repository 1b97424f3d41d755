import FaceCore
import TestSupport
import Testing

@testable import Broadcast

/// What a rig profile and the triggers put on the wire.
@Suite struct RigChannelTests {
  private static let names = ChannelNames(
    rig: [.init(name: "Joy"), .init(name: "LookX", limits: -1...1), .init(name: "Lid", neutral: 0.75)],
    triggers: ["angry", "tongue"])

  private func frame(_ values: [Float] = [0.5, -0.25, 0.75, 1, 0], names: ChannelNames = names) -> BroadcastFrame {
    var observation = face(.jawOpen, 0.25)
    observation.channels = FaceChannels(neutral: names)
    for (index, value) in values.enumerated() where index < names.count { observation.channels[index] = value }
    return BroadcastFrame(observation: observation, ageSeconds: 0, seconds: 1)
  }

  private func values(_ schema: some Schema, _ prefix: String) throws -> [String: [Double]] {
    let messages = try schema.datagrams.messages().filter { $0.address.hasPrefix(prefix) }
    return Dictionary(uniqueKeysWithValues: messages.map { ($0.address, $0.numbers) })
  }

  @Test func triggersAreSentNatively() throws {
    var configuration = NativeSchema.Configuration()
    configuration.bundle = false
    var schema = try NativeSchema(configuration)
    schema.encode(frame())
    // "/gurn/face/0/trigger/angry" ,f 1
    let angry = hex("2f677572 6e2f6661 63652f30 2f747269 67676572 2f616e67 72790000 2c660000 3f800000")
    #expect(schema.datagrams.packets.contains(angry))
    #expect(try values(schema, "/gurn/face/0/trigger/").count == 2)
    #expect(try values(schema, "/gurn/face/0/blend/").count == 52)
    #expect(try values(schema, "/gurn/face/0/blend/")["/gurn/face/0/blend/jawOpen"] == [0.25])
  }

  @Test func triggersThatComeAndGoChangeTheAddresses() throws {
    var schema = try NativeSchema()
    schema.encode(frame(names: .none))
    #expect(try values(schema, "/gurn/face/0/trigger/").isEmpty)
    schema.encode(frame())
    #expect(try values(schema, "/gurn/face/0/trigger/").count == 2)
    schema.encode(frame(names: ChannelNames(rig: [], triggers: ["calm"])))
    #expect(try Array(values(schema, "/gurn/face/0/trigger/").keys) == ["/gurn/face/0/trigger/calm"])
    for packet in schema.datagrams.packets { #expect(packet.count <= PacketLayout.maximumBytes) }
  }

  @Test func aRigReplacesTheFiftyTwoWhereATargetAsks() throws {
    var configuration = NativeSchema.Configuration()
    configuration.channels = .rig
    var schema = try NativeSchema(configuration)
    #expect(try values(schema, "/gurn/face/0/blend/").count == 52)
    schema.encode(frame())
    let expected = [
      "/gurn/face/0/blend/Joy": [0.5], "/gurn/face/0/blend/LookX": [-0.25], "/gurn/face/0/blend/Lid": [0.75],
    ]
    #expect(try values(schema, "/gurn/face/0/blend/") == expected)
    #expect(try values(schema, "/gurn/face/0/weights") == ["/gurn/face/0/weights": [0.5, -0.25, 0.75]])
  }

  @Test func vmcSendsTheRigsOwnNames() throws {
    var configuration = VMCSchema.Configuration()
    (configuration.channels, configuration.names) = (.rig, .both)
    var schema = try VMCSchema(configuration)
    schema.encode(frame())
    let blends = try schema.datagrams.messages().filter { $0.address == "/VMC/Ext/Blend/Val" }
    #expect(
      blends.map(\.arguments) == [
        [.string("Joy"), .float(0.5)], [.string("LookX"), .float(-0.25)], [.string("Lid"), .float(0.75)],
      ])
    #expect(try schema.datagrams.messages().last?.address == "/VMC/Ext/Blend/Apply")
    // Who did not ask for it is sent the 52 all the same.
    var plain = try VMCSchema()
    plain.encode(frame())
    #expect(try plain.datagrams.messages().count { $0.address == "/VMC/Ext/Blend/Val" } == 52)
  }

  @Test func namesThatAreNoAddressesBecomeSome() throws {
    var configuration = NativeSchema.Configuration()
    configuration.channels = .rig
    var schema = try NativeSchema(configuration)
    schema.encode(frame([1], names: ChannelNames(rig: [.init(name: "a/b*{c}#")], triggers: [])))
    #expect(try values(schema, "/gurn/face/0/blend/") == ["/gurn/face/0/blend/a_b__c__": [1]])
  }

  @Test func theLargestRigFitsItsDatagrams() throws {
    let rig = (0..<400).map { ChannelNames.RigChannel(name: String(repeating: "x", count: 70) + "\($0)") }
    let names = ChannelNames(rig: rig, triggers: (0..<40).map { "t\($0)" })
    #expect(names.count == 288)
    var configuration = NativeSchema.Configuration()
    configuration.channels = .rig
    var native = try NativeSchema(configuration)
    native.encode(frame(names: names))
    #expect(try values(native, "/gurn/face/0/blend/").count == 256)
    #expect(native.datagrams.packets.allSatisfy { $0.count <= PacketLayout.maximumBytes })
  }

  @Test func valuesStayFiniteAndWithinTheirLimits() {
    var channels = FaceChannels(neutral: Self.names)
    #expect(channels.rig("Lid") == 0.75)
    (channels[0], channels[1], channels[3]) = (.infinity, -9, .nan)
    #expect(channels.rig("Joy") == 0 && channels.rig("LookX") == -1 && channels.trigger("angry") == 0)
    #expect(channels.rig("angry") == nil && channels.trigger("Joy") == nil)
  }
}
