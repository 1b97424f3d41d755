import TestSupport
import Testing

@testable import Broadcast

@Suite struct PacketLayoutTests {
  /// The example of the OSC 1.0 specification: "/oscillator/4/frequency" with the float 440.
  @Test func aMessageIsTheSpecificationsExample() throws {
    var layout = PacketLayout(isBundled: false)
    let slot = try layout.add("/oscillator/4/frequency", [.float(0)])
    var set = try layout.finish()
    set.set(slot, Float(440))
    #expect(
      set.packets == [
        hex("2f6f7363 696c6c61 746f722f 342f6672 65717565 6e637900 2c660000 43dc0000")
      ])
  }

  /// The specification's second example: "/foo" with 1000, -1, "hello", 1.234, 5.678.
  @Test func severalArgumentsAreTheSpecificationsSecondExample() throws {
    var layout = PacketLayout(isBundled: false)
    let slot = try layout.add("/foo", [.int32(0), .int32(-1), .string("hello"), .float(0), .float(5.678)])
    var set = try layout.finish()
    set.set(slot, Int32(1000))
    set.set(slot + 3, Float(1.234))
    #expect(
      set.packets == [
        hex(
          """
          2f666f6f 00000000 2c696973 66660000 000003e8 ffffffff 68656c6c 6f000000 3f9df3b6 40b5b22d
          """)
      ])
  }

  @Test func aBundleCarriesTheTimeTagAtOnceAndSizes() throws {
    var layout = PacketLayout(isBundled: true)
    try layout.add("/a", [.float(1)])
    let slot = try layout.add("/b", [.double(0)])
    var set = try layout.finish()
    set.set(slot, 2.0)
    #expect(
      set.packets == [
        hex(
          """
          2362756e646c6500 0000000000000001
          0000000c 2f610000 2c660000 3f800000
          00000010 2f620000 2c640000 4000000000000000
          """)
      ])
  }

  @Test func bundlesAreSplitBelowTheLimitAndKeepTheOrder() throws {
    var layout = PacketLayout(isBundled: true)
    let first = try layout.add("/n/0", [.int32(0)])
    for index in 1..<300 { try layout.add("/n/\(index)", [.int32(0)]) }
    var set = try layout.finish()
    for index in 0..<300 { set.set(first + index, Int32(index)) }
    // 20 bytes each, so 69 beside the header, and 300 take five datagrams.
    #expect(set.count == 5)
    #expect(set.packets.allSatisfy { $0.count <= 1400 })
    #expect(
      try set.messages() == (0..<300).map { .init(address: "/n/\($0)", arguments: [.int32(Int32($0))]) })
  }

  @Test func aMessageThatFitsExactlyIsTakenAndOneFloatMoreIsNot() throws {
    // Header 16, size 4, address 4, the tags with their comma and zeros, four for each float.
    func bytes(_ count: Int) -> Int { 20 + 4 + (count + 1) / 4 * 4 + 4 + 4 * count }
    let most = (1...400).last { bytes($0) <= 1400 }!
    var layout = PacketLayout(isBundled: true)
    try layout.add("/a", Array(repeating: .float(0), count: most))
    #expect(try layout.finish().packets[0].count == bytes(most))
    #expect(throws: BroadcastError.messageTooLarge(address: "/a", bytes: bytes(most + 1), limit: 1400)) {
      try layout.add("/a", Array(repeating: .float(0), count: most + 1))
    }
  }

  @Test func unbundledEveryMessageIsADatagram() throws {
    var layout = PacketLayout(isBundled: false)
    try layout.add("/a", [.float(1)])
    layout.startDatagram()
    try layout.add("/b", [])
    let set = try layout.finish()
    #expect(set.packets == [hex("2f610000 2c660000 3f800000"), hex("2f620000 2c000000")])
  }

  @Test func aValueThatIsNotFiniteIsSentAsZero() throws {
    var layout = PacketLayout(isBundled: false)
    let slot = try layout.add("/a", [.float(1)])
    var set = try layout.finish()
    set.set(slot, Float.nan)
    #expect(set.packets == [hex("2f610000 2c660000 00000000")])
    set.set(slot, -Float.infinity)
    #expect(set.packets == [hex("2f610000 2c660000 00000000")])
  }
}
