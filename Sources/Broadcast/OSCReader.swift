/// Reads OSC 1.0 packets of strangers: strict, bounded, and all or nothing.
///
/// A packet with anything wrong in it is refused as a whole before a message of it counts. Bounds: bundles lie at most four
/// deep, a packet has at most 64 messages of at most 32 arguments, a string 1,024 bytes. Time tags are not waited for.
/// (liblo reads received packets too, but recurses as deep as they say.)
struct OSCReader {
  /// A message as it was received; its address is a plain one, as patterns are not matched here.
  struct Message: Equatable {
    var address: String
    var arguments: [OSCArgument]
  }

  /// What is wrong with a packet.
  enum Fault: Error, Equatable {
    case malformed
    /// One of the bounds is passed.
    case tooMuch
  }

  private static let deepest = 4
  private static let mostMessages = 64
  private static let mostArguments = 32

  /// The longest string that is taken, bytes.
  private let longestString: Int

  /// The messages of a packet in their order.
  static func read(_ packet: UnsafeRawBufferPointer, longestString: Int = 1024) throws(Fault) -> [Message] {
    var messages: [Message] = []
    try OSCReader(longestString: longestString).read(packet, depth: 0, into: &messages)
    return messages
  }

  private func read(
    _ packet: UnsafeRawBufferPointer, depth: Int, into messages: inout [Message]
  ) throws(Fault) {
    guard packet.count >= 4, packet.count % 4 == 0 else { throw .malformed }
    guard packet[0] == UInt8(ascii: "#") else {
      guard messages.count < Self.mostMessages else { throw .tooMuch }
      return messages.append(try message(packet))
    }
    guard depth < Self.deepest else { throw .tooMuch }
    guard packet.count >= 16, packet[..<8].elementsEqual("#bundle\0".utf8) else { throw .malformed }
    var offset = 16
    while offset < packet.count {
      let size = Int(try word(packet, &offset))
      guard size <= packet.count - offset else { throw .malformed }
      try read(UnsafeRawBufferPointer(rebasing: packet[offset..<offset + size]), depth: depth + 1, into: &messages)
      offset += size
    }
  }

  private func message(_ packet: UnsafeRawBufferPointer) throws(Fault) -> Message {
    var offset = 0
    let address = try string(packet, &offset)
    guard isOSCAddress(address) else { throw .malformed }
    // Some old senders leave an empty list of types out.
    if offset == packet.count { return Message(address: address, arguments: []) }
    let types = try string(packet, &offset)
    guard types.first == "," else { throw .malformed }
    guard types.utf8.count <= Self.mostArguments + 1 else { throw .tooMuch }
    var arguments: [OSCArgument] = []
    for type in types.dropFirst() { arguments.append(try argument(type, packet, &offset)) }
    guard offset == packet.count else { throw .malformed }
    return Message(address: address, arguments: arguments)
  }

  private func argument(
    _ type: Character, _ packet: UnsafeRawBufferPointer, _ offset: inout Int
  ) throws(Fault) -> OSCArgument {
    switch type {
    case "i": return .int32(Int32(bitPattern: try word(packet, &offset)))
    case "f": return .float(Float(bitPattern: try word(packet, &offset)))
    case "h": return .int64(Int64(bitPattern: try longWord(packet, &offset)))
    case "d": return .double(Double(bitPattern: try longWord(packet, &offset)))
    case "s", "S": return .string(try string(packet, &offset))
    case "T": return .bool(true)
    case "F": return .bool(false)
    case "N", "I": return .other(type)
    case "t":
      _ = try longWord(packet, &offset)
      return .other(type)
    case "c", "r", "m":
      _ = try word(packet, &offset)
      return .other(type)
    case "b":
      let size = Int(try word(packet, &offset))
      guard size <= packet.count - offset, (size + 3) / 4 * 4 <= packet.count - offset else { throw .malformed }
      offset += (size + 3) / 4 * 4
      return .other(type)
    default: throw .malformed
    }
  }

  private func word(_ packet: UnsafeRawBufferPointer, _ offset: inout Int) throws(Fault) -> UInt32 {
    guard packet.count - offset >= 4 else { throw .malformed }
    defer { offset += 4 }
    return UInt32(bigEndian: packet.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  private func longWord(_ packet: UnsafeRawBufferPointer, _ offset: inout Int) throws(Fault) -> UInt64 {
    let high = try word(packet, &offset)
    return UInt64(high) << 32 | UInt64(try word(packet, &offset))
  }

  private func string(_ packet: UnsafeRawBufferPointer, _ offset: inout Int) throws(Fault) -> String {
    let rest = packet[offset...]
    guard let end = rest.prefix(longestString + 1).firstIndex(of: 0) else {
      throw rest.count > longestString ? .tooMuch : .malformed
    }
    let padded = oscPaddedLength(end - offset)
    guard padded <= rest.count, packet[end..<offset + padded].allSatisfy({ $0 == 0 }),
      let text = String(validating: packet[offset..<end], as: UTF8.self)
    else { throw .malformed }
    offset += padded
    return text
  }
}
