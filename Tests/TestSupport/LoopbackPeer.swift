import Broadcast
import Glibc

/// A UDP socket of a test's own that speaks to a port of this host, made of plain system calls.
package final class LoopbackPeer: Sendable {
  private let descriptor: Int32
  /// The port that it hears on.
  package let port: Int
  private let family: Int32
  private let host: String

  /// - Parameters:
  ///   - port: the port to listen on, 0 for a free one.
  ///   - host: the address to be at and to send to, IPv4 or IPv6.
  package init?(port: Int = 0, host: String = "127.0.0.1") {
    self.host = host
    family = host.contains(":") ? AF_INET6 : AF_INET
    let descriptor = socket(family, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
    self.descriptor = descriptor
    var room: Int32 = 4 << 20
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, 4)
    let isBound = Self.withAddress(host, port) { bind(descriptor, $0, $1) == 0 } ?? false
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    withUnsafeMutablePointer(to: &storage) {
      _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    self.port = Int(UInt16(bigEndian: withUnsafeBytes(of: storage) { $0.load(fromByteOffset: 2, as: UInt16.self) }))
    guard isBound else { return nil }
  }

  deinit { close(descriptor) }

  /// Sends bytes to a port of the host.
  package func send(_ bytes: [UInt8], to port: Int) {
    _ = Self.withAddress(host, port) { sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, $1) }
  }

  /// Sends a message to a port of the host.
  package func send(_ address: String, _ arguments: [OSCArgument] = [], to port: Int) {
    if let bytes = OSCPacket.bytes(address, arguments) { send(bytes, to: port) }
  }

  /// The next datagram, nil if none comes in time.
  package func receive(milliseconds: Int32 = 5000) -> [UInt8]? {
    var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&event, 1, milliseconds) > 0 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return count < 0 ? nil : Array(buffer[..<count])
  }

  /// The next message that is no stream's, nil if none comes in time.
  package func reply(milliseconds: Int32 = 5000) -> PlainOSC.Message? {
    while let bytes = receive(milliseconds: milliseconds) {
      if let message = try? PlainOSC.read(bytes), message.timeTag == nil { return message.messages[0] }
    }
    return nil
  }

  /// Sends a message and waits for its answer.
  package func ask(_ address: String, _ arguments: [OSCArgument] = [], of port: Int) -> PlainOSC.Message? {
    send(address, arguments, to: port)
    return reply()
  }

  private static func withAddress<Result>(
    _ host: String, _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result? {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &list) == 0, let first = list?.pointee else { return nil }
    defer { freeaddrinfo(list) }
    return body(first.ai_addr, first.ai_addrlen)
  }
}
