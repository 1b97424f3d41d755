import TestSupport
import Testing

@testable import Broadcast

@Suite struct OSCReaderTests {
  private func read(_ text: String) throws(OSCReader.Fault) -> [OSCReader.Message] { try read(hex(text)) }

  private func read(_ bytes: [UInt8]) throws(OSCReader.Fault) -> [OSCReader.Message] {
    do { return try bytes.withUnsafeBytes { try OSCReader.read($0) } } catch { throw error as! OSCReader.Fault }
  }

  @Test func everyTypeIsRead() throws {
    // "/t" ,ifshdTFNt "ab" …
    let messages = try read(
      """
      2f740000 2c696673 68645446 4e740000 00000007 3f000000 61620000 0000000000000001 3fe0000000000000 0000000000000001
      """)
    #expect(
      messages == [
        .init(
          address: "/t",
          arguments: [
            .int32(7), .float(0.5), .string("ab"), .int64(1), .double(0.5), .bool(true), .bool(false), .other("N"),
            .other("t"),
          ])
      ])
    // "/b" ,bi with a blob of three bytes and one of padding.
    #expect(
      try read("2f620000 2c626900 00000003 01020300 00000005")
        == [.init(address: "/b", arguments: [.other("b"), .int32(5)])])
    #expect(try read("2f610000") == [.init(address: "/a", arguments: [])])
  }

  @Test(arguments: [
    "", "2f61", "2f616161 61616161", "2f610000 2c660000", "2f610000 2c730000 61616161", "2f610000 2c690000 0000",
    "2f610000 2c000000 00000000", "2f61ff00 2c000000", "61000000 2c000000", "2f2a0000 2c000000", "2f610001 2c000000",
    "2362756e646c6500 0000000000000001 7fffffff 2f610000 2c000000", "2362756e646c6500 00000000",
    "2362756e646c6500 0000000000000001 00000003 2f6100", "2362756e646c6500 0000000000000001 00000000",
    "2f610000 2c620000 7fffffff 00000000", "2f610000 2c620000 fffffffd 00000000", "ffffffff ffffffff",
    "2f610000 2c785b00", "2f610000 69000000 00000001", "2362756e646c6501 0000000000000001",
  ])
  func whatIsNotOSCIsRefused(_ text: String) {
    #expect(throws: OSCReader.Fault.malformed) { try read(text) }
  }

  /// A good message before a bad one does not count.
  @Test func aPacketIsTakenWholeOrNotAtAll() {
    #expect(throws: OSCReader.Fault.malformed) {
      try read("2362756e646c6500 0000000000000001 00000008 2f610000 2c000000 00000008 2f620000 2c690000")
    }
  }

  private func nested(_ depth: Int) -> [UInt8] {
    var packet = hex("2f610000 2c000000")
    for _ in 0..<depth {
      let size = withUnsafeBytes(of: UInt32(packet.count).bigEndian) { Array($0) }
      packet = hex("2362756e646c6500 0000000000000001") + size + packet
    }
    return packet
  }

  @Test func boundsHold() throws {
    #expect(try read(nested(4)).count == 1)
    #expect(throws: OSCReader.Fault.tooMuch) { try read(nested(5)) }
    #expect(throws: OSCReader.Fault.tooMuch) { try read(nested(3000)) }
    let one = hex("00000008 2f610000 2c000000")
    let header = hex("2362756e646c6500 0000000000000001")
    #expect(try read(header + Array(repeating: one, count: 64).joined()).count == 64)
    #expect(throws: OSCReader.Fault.tooMuch) { try read(header + Array(repeating: one, count: 65).joined()) }
    let tags = Array(",".utf8) + Array(repeating: UInt8(ascii: "N"), count: 39) + [0, 0, 0, 0]
    #expect(throws: OSCReader.Fault.tooMuch) { try read(hex("2f610000") + tags) }
    let long = Array(repeating: UInt8(ascii: "a"), count: 1028) + [0, 0, 0, 0]
    #expect(throws: OSCReader.Fault.tooMuch) { try read(hex("2f610000 2c730000") + long) }
  }

  /// The reference's test vector: key 00…0f, message 00…0e (Aumasson, Bernstein, 2012, appendix A).
  @Test func sipHashIsTheReferences() {
    let hash = SipHash(key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))
    #expect(hash.hash(Array(0..<15)) == 0xa129_ca61_49be_45e5)
    #expect(hash.hash([]) == 0x726f_db47_dd0e_0e31)
  }

  @Test func networksHoldTheirAddresses() throws {
    let network = try #require(NetworkPrefix("192.168.4.0/22"))
    #expect(network.contains([192, 168, 7, 255]) && !network.contains([192, 168, 8, 0]))
    #expect(network.description == "192.168.4.0/22")
    let all = try #require(NetworkPrefix("0.0.0.0/0"))
    #expect(all.contains([8, 8, 8, 8]) && !all.contains(Array(repeating: 0, count: 16)))
    let one = try #require(NetworkPrefix("10.0.0.1"))
    #expect(one.contains([10, 0, 0, 1]) && !one.contains([10, 0, 0, 2]))
    let six = try #require(NetworkPrefix("fd00::/8"))
    #expect(six.contains([0xfd] + Array(repeating: 9, count: 15)))
    for wrong in ["", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "10.0.0.0/-1", "a/8", "10.0.0.0/8/8"] {
      #expect(NetworkPrefix(wrong) == nil, "\(wrong)")
    }
  }
}
