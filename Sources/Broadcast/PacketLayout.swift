import CLiblo
import Glibc

/// Lays out the datagrams of a schema once, through liblo, and remembers where each argument came to lie.
///
/// liblo 0.31 allocates for every message and has no way to empty one, so a frame's packets are not built anew: their
/// numbers are replaced in the finished bytes (``DatagramSet``). Messages keep their order. Bundled, as many as fit share a
/// bundle with the time tag "at once"; otherwise each is a datagram of its own.
package struct PacketLayout {
  /// What one datagram may hold, bytes: below the 1,500 of Ethernet with room for tunnels' headers.
  package static let maximumBytes = 1400

  private struct Message {
    let address: String
    let arguments: [OSCArgument]
  }

  /// `#bundle`, its zero and the time tag.
  private static let bundleHeaderBytes = 16

  private let isBundled: Bool
  private var datagrams: [[Message]] = []
  private var lastDatagramBytes = 0
  private var slotCount = 0

  package init(isBundled: Bool) { self.isBundled = isBundled }

  /// Appends a message and returns the slot of its first argument; further ones follow with `+`.
  /// - Throws: ``BroadcastError/messageTooLarge(address:bytes:limit:)``.
  @discardableResult
  package mutating func add(_ address: String, _ arguments: [OSCArgument]) throws(BroadcastError) -> DatagramSet.Slot {
    let content = arguments.reduce(0) { $0 + $1.byteCount }
    let bytes = oscPaddedLength(address.utf8.count) + oscPaddedLength(arguments.count + 1) + content
    let alone = isBundled ? Self.bundleHeaderBytes + 4 + bytes : bytes
    guard alone <= Self.maximumBytes else {
      throw .messageTooLarge(address: address, bytes: alone, limit: Self.maximumBytes)
    }
    if !isBundled || datagrams.isEmpty || lastDatagramBytes + 4 + bytes > Self.maximumBytes { startDatagram() }
    datagrams[datagrams.count - 1].append(Message(address: address, arguments: arguments))
    lastDatagramBytes += 4 + bytes
    defer { slotCount += arguments.count }
    return DatagramSet.Slot(index: slotCount)
  }

  /// Puts what follows into a new datagram.
  package mutating func startDatagram() {
    if datagrams.last?.isEmpty != true { datagrams.append([]) }
    lastDatagramBytes = Self.bundleHeaderBytes
  }

  /// The datagrams with the arguments that were added.
  /// - Throws: ``BroadcastError/layoutFailed(address:)``.
  package func finish() throws(BroadcastError) -> DatagramSet {
    var bytes: [UInt8] = []
    var ranges: [Range<Int>] = []
    var offsets: [Int] = []
    for messages in datagrams where !messages.isEmpty {
      let start = bytes.count
      bytes += isBundled ? try serialisedBundle(of: messages) : try serialised(messages[0])
      ranges.append(start..<bytes.count)
      var offset = start + (isBundled ? Self.bundleHeaderBytes : 0)
      for message in messages {
        if isBundled { offset += 4 }
        let tags = offset + oscPaddedLength(message.address.utf8.count)
        offset = tags + oscPaddedLength(message.arguments.count + 1)
        for (index, argument) in message.arguments.enumerated() {
          // The value of a `T` or `F` is its type tag, which stands after the comma.
          if case .bool = argument { offsets.append(tags + 1 + index) } else { offsets.append(offset) }
          offset += argument.byteCount
        }
      }
    }
    return DatagramSet(bytes: bytes, ranges: ranges, offsets: offsets)
  }

  private func serialised(_ message: Message) throws(BroadcastError) -> [UInt8] {
    let object = try liblo(message)
    defer { lo_message_free(object) }
    var size = 0
    let data = lo_message_serialise(object, message.address, nil, &size)
    return try copied(data, size, message)
  }

  private func serialisedBundle(of messages: [Message]) throws(BroadcastError) -> [UInt8] {
    guard let bundle = lo_bundle_new(gurn_lo_immediate()) else { throw .layoutFailed(address: messages[0].address) }
    defer { lo_bundle_free_recursive(bundle) }
    for message in messages {
      let object = try liblo(message)
      guard lo_bundle_add_message(bundle, message.address, object) == 0 else {
        lo_message_free(object)
        throw .layoutFailed(address: message.address)
      }
    }
    var size = 0
    let data = lo_bundle_serialise(bundle, nil, &size)
    return try copied(data, size, messages[0])
  }

  /// The bytes of a buffer of liblo's, which is freed.
  private func copied(_ data: UnsafeMutableRawPointer?, _ size: Int, _ message: Message) throws(BroadcastError)
    -> [UInt8]
  {
    guard let data else { throw .layoutFailed(address: message.address) }
    defer { free(data) }
    return Array(UnsafeRawBufferPointer(start: data, count: size))
  }

  private func liblo(_ message: Message) throws(BroadcastError) -> lo_message {
    guard let object = lo_message_new() else { throw .layoutFailed(address: message.address) }
    for argument in message.arguments {
      let result =
        switch argument {
        case .int32(let value): lo_message_add_int32(object, value)
        case .float(let value): lo_message_add_float(object, value)
        case .string(let value): lo_message_add_string(object, value)
        case .int64(let value): lo_message_add_int64(object, value)
        case .double(let value): lo_message_add_double(object, value)
        case .bool(let value): value ? lo_message_add_true(object) : lo_message_add_false(object)
        case .other: Int32(-1)
        }
      guard result == 0 else {
        lo_message_free(object)
        throw .layoutFailed(address: message.address)
      }
    }
    return object
  }
}
