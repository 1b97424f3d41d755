import Broadcast

/// An OSC 1.0 packet reader written from the specification, to judge what the code under test lays out.
package struct PlainOSC {
  package struct Message: Equatable, Sendable {
    package var address: String
    package var arguments: [OSCArgument]

    package init(address: String, arguments: [OSCArgument]) {
      self.address = address
      self.arguments = arguments
    }

    /// The type tags without the comma.
    package var tags: String { String(arguments.map(\.tag)) }

    /// The numbers among the arguments.
    package var numbers: [Double] { arguments.compactMap(\.number) }
  }

  package enum Fault: Error { case misaligned, badBundle, badString, badTypes, unknownType, leftOver }

  /// The messages of a packet in order, and the time tag of a bundle.
  package static func read(_ packet: [UInt8]) throws -> (timeTag: UInt64?, messages: [Message]) {
    guard packet.count % 4 == 0 else { throw Fault.misaligned }
    guard packet.starts(with: Array("#bundle\0".utf8)) else { return (nil, [try message(packet)]) }
    var rest = packet.dropFirst(8)
    let timeTag = UInt64(try number(&rest)) << 32 | UInt64(try number(&rest))
    var messages: [Message] = []
    while !rest.isEmpty {
      let size = Int(try number(&rest))
      guard size > 0, size <= rest.count else { throw Fault.badBundle }
      messages += try read(Array(rest.prefix(size))).messages
      rest = rest.dropFirst(size)
    }
    return (timeTag, messages)
  }

  private static func message(_ packet: [UInt8]) throws -> Message {
    var rest = packet[...]
    let address = try string(&rest)
    let types = try string(&rest)
    guard address.first == "/", types.first == "," else { throw Fault.badTypes }
    let arguments = try types.dropFirst().map { tag -> OSCArgument in
      switch tag {
      case "i": return .int32(Int32(bitPattern: try number(&rest)))
      case "f": return .float(Float(bitPattern: try number(&rest)))
      case "h": return .int64(Int64(bitPattern: UInt64(try number(&rest)) << 32 | UInt64(try number(&rest))))
      case "d": return .double(Double(bitPattern: UInt64(try number(&rest)) << 32 | UInt64(try number(&rest))))
      case "s": return .string(try string(&rest))
      case "T": return .bool(true)
      case "F": return .bool(false)
      default: throw Fault.unknownType
      }
    }
    guard rest.isEmpty else { throw Fault.leftOver }
    return Message(address: address, arguments: arguments)
  }

  private static func number(_ rest: inout ArraySlice<UInt8>) throws -> UInt32 {
    guard rest.count >= 4 else { throw Fault.misaligned }
    defer { rest = rest.dropFirst(4) }
    return rest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func string(_ rest: inout ArraySlice<UInt8>) throws -> String {
    guard let end = rest.firstIndex(of: 0) else { throw Fault.badString }
    let text = rest[..<end]
    let padded = (text.count / 4 + 1) * 4
    guard padded <= rest.count, rest.prefix(padded).dropFirst(text.count).allSatisfy({ $0 == 0 }) else {
      throw Fault.badString
    }
    rest = rest.dropFirst(padded)
    return String(decoding: text, as: UTF8.self)
  }
}

extension DatagramSet {
  /// Every datagram's bytes in the order of sending.
  package var packets: [[UInt8]] {
    var result: [[UInt8]] = []
    forEach { result.append(Array($0)) }
    return result
  }

  /// All messages of the frame in the order of sending.
  package func messages() throws -> [PlainOSC.Message] { try packets.flatMap { try PlainOSC.read($0).messages } }
}

/// Bytes from hexadecimal digits; white space is ignored.
package func hex(_ text: String) -> [UInt8] {
  let digits = text.filter { !$0.isWhitespace }.map { UInt8($0.hexDigitValue!) }
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
