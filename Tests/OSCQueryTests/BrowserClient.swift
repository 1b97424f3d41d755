import Foundation
import Glibc

/// A TCP client that speaks HTTP and WebSockets by hand (RFC 9112, RFC 6455), with blocking reads.
final class BrowserClient {
  struct Reply {
    var status: Int
    var headers: [String: String]
    var body: Data

    func json() throws -> [String: Any] { try JSONSerialization.jsonObject(with: body) as? [String: Any] ?? [:] }
  }

  /// The end of waiting for a server that says nothing: no time that is tested.
  static let patienceSeconds = 120.0

  private let descriptor: Int32

  /// - Parameter receiveBytes: how much the system takes in for a client that does not read, nil for its own choice.
  init(port: Int, receiveBytes: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var patience = timeval(tv_sec: Int(Self.patienceSeconds), tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    if var receiveBytes { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBytes, 4) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
  }

  deinit { close(descriptor) }

  func send(_ bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }

  /// The bytes up to the end of the connection or `count`.
  func read(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let read = bytes[filled...].withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
      guard read > 0 else { break }
      filled += read
    }
    return Array(bytes[..<filled])
  }

  /// One request on a connection of its own.
  static func get(
    _ target: String, port: Int, method: String = "GET", headers: [String] = ["Host: 127.0.0.1"]
  ) throws -> Reply {
    let client = try BrowserClient(port: port)
    client.request(target, method: method, headers: headers + ["Connection: close"])
    return try client.reply()
  }

  func request(_ target: String, method: String = "GET", headers: [String]) {
    send((["\(method) \(target) HTTP/1.1"] + headers + ["", ""]).joined(separator: "\r\n").utf8)
  }

  func reply() throws -> Reply {
    var head: [UInt8] = []
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      let byte = read(1)
      guard !byte.isEmpty else { throw POSIXError(.ECONNRESET) }
      head += byte
    }
    let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
    }
    let body = read(Int(headers["content-length"] ?? "0") ?? 0)
    return Reply(status: Int(lines[0].split(separator: " ")[1]) ?? 0, headers: headers, body: Data(body))
  }

  /// Upgrades to a WebSocket; returns the status.
  func upgrade(origin: String? = nil) throws -> Int {
    var headers = [
      "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    if let origin { headers.append("Origin: \(origin)") }
    request("/", headers: headers)
    return try reply().status
  }

  /// Sends a frame with a mask of zeros, which leaves the payload as it is.
  func sendFrame(opcode: UInt8, _ payload: some Collection<UInt8>) {
    let length =
      payload.count < 126
      ? [UInt8(0x80 | payload.count)] : [0xFE, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
    send([0x80 | opcode] + length + [0, 0, 0, 0] + Array(payload))
  }

  func command(_ name: String, _ address: String) {
    sendFrame(opcode: 1, Array("{\"COMMAND\":\"\(name)\",\"DATA\":\"\(address)\"}".utf8))
  }

  /// The next frame; nil at the end of the connection.
  func frame() -> (opcode: UInt8, payload: [UInt8])? {
    let head = read(2)
    guard head.count == 2 else { return nil }
    var count = Int(head[1] & 0x7F)
    if count == 126 { count = read(2).reduce(0) { $0 << 8 | Int($1) } }
    return (head[0] & 0x0F, read(count))
  }

  /// Waits until everything sent before was worked off: the server answers a ping in its turn. Other frames are passed over.
  func settle() {
    sendFrame(opcode: 9, Array("settled".utf8))
    while let frame = frame(), frame.opcode != 10 {}
  }
}

/// The messages of a packet, by the OSC 1.0 specification: address → big-endian floats.
func floats(inPacket packet: [UInt8]) -> [String: [Float]] {
  func text(_ bytes: ArraySlice<UInt8>) -> (String, Int) {
    let end = bytes.firstIndex(of: 0) ?? bytes.endIndex
    return (
      String(decoding: bytes[bytes.startIndex..<end], as: UTF8.self),
      bytes.startIndex + ((end - bytes.startIndex) / 4 + 1) * 4
    )
  }
  func word(_ at: Int) -> UInt32 { packet[at..<at + 4].reduce(0) { $0 << 8 | UInt32($1) } }
  var result: [String: [Float]] = [:]
  func message(_ range: Range<Int>) {
    let (address, types) = text(packet[range])
    let (tags, first) = text(packet[types..<range.upperBound])
    result[address] = tags.dropFirst().enumerated().map { Float(bitPattern: word(first + 4 * $0.offset)) }
  }
  guard packet.starts(with: "#bundle\0".utf8) else {
    message(0..<packet.count)
    return result
  }
  var offset = 16
  while offset < packet.count {
    let size = Int(word(offset))
    message(offset + 4..<offset + 4 + size)
    offset += 4 + size
  }
  return result
}
