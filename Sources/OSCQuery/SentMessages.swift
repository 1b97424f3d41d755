import Broadcast

/// The messages of a frame as the native schema sends them of every face, each by itself, with their addresses, types and values.
///
/// Everything is read from the packets themselves, so the tree that OSCQuery shows is what goes over the wire.
struct SentMessages {
  /// One message's place.
  struct Message {
    let address: String
    /// The type tags without their comma, such as `ffff`.
    let types: String
    fileprivate let valueOffset: Int
  }

  let messages: [Message]
  /// By the face's number.
  private var schemas: [NativeSchema] = []
  private var packets: [[UInt8]]

  /// - Parameter faces: how many faces are sent.
  /// - Throws: ``BroadcastError`` if a message cannot be laid out.
  init(faces: Int) throws(BroadcastError) {
    var configuration = NativeSchema.Configuration()
    configuration.bundle = false
    for face in 0..<faces { schemas.append(try NativeSchema(configuration, face: face)) }
    packets = Self.packets(of: schemas)
    messages = packets.map(Self.message)
  }

  /// Replaces the values by those that were published last.
  mutating func encode(_ feed: ObservationFeed) {
    for face in schemas.indices {
      var frame = feed.latest(face)
      // The tree is that of the addresses that are always there; triggers and rigs come and go.
      frame.observation.channels = .none
      schemas[face].encode(frame)
    }
    packets = Self.packets(of: schemas)
  }

  /// The OSC message at an index of ``messages``.
  func packet(_ index: Int) -> [UInt8] { packets[index] }

  /// The arguments of the message at an index of ``messages``.
  func values(_ index: Int) -> [OSCArgument] {
    var offset = messages[index].valueOffset
    func word<Bits: FixedWidthInteger>(_ type: Bits.Type) -> Bits {
      defer { offset += Bits.bitWidth / 8 }
      return packets[index][offset..<offset + Bits.bitWidth / 8].reduce(0) { $0 << 8 | Bits(truncatingIfNeeded: $1) }
    }
    return messages[index].types.map { tag in
      switch tag {
      case "i": .int32(word(Int32.self))
      case "f": .float(Float(bitPattern: word(UInt32.self)))
      case "d": .double(Double(bitPattern: word(UInt64.self)))
      default: .other(tag)
      }
    }
  }

  private static func packets(of schemas: [NativeSchema]) -> [[UInt8]] {
    var packets: [[UInt8]] = []
    packets.reserveCapacity(schemas.reduce(0) { $0 + $1.datagrams.count })
    for schema in schemas { schema.datagrams.forEach { packets.append(Array($0)) } }
    return packets
  }

  /// Address and types: two zero-terminated texts, each filled up to a multiple of four bytes.
  private static func message(_ packet: [UInt8]) -> Message {
    func text(from start: Int) -> (text: String, next: Int) {
      let end = packet[start...].firstIndex(of: 0) ?? packet.endIndex
      return (String(decoding: packet[start..<end], as: UTF8.self), (end / 4 + 1) * 4)
    }
    let address = text(from: 0)
    let types = text(from: address.next)
    return Message(address: address.text, types: String(types.text.dropFirst()), valueOffset: types.next)
  }
}
