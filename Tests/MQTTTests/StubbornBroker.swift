import Foundation
import Glibc

/// A broker on a loopback port that takes a client in and then reads only what it is asked to: MQTT 3.1.1 in plain system calls.
final class StubbornBroker {
  private let listener: Int32
  private var client: Int32 = -1
  let port: Int

  init?() {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    // A small window, so that the kernel does not hold for the reader what it does not read.
    var room: Int32 = 4096
    setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &room, 4)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 4) == 0 && getsockname(listener, address, &length) == 0
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    guard code else { return nil }
  }

  deinit {
    close(listener)
    if client >= 0 { close(client) }
  }

  /// Takes the next client in: CONNECT (section 3.1) is answered by CONNACK (3.2) with a code, 0 for welcome.
  /// - Returns: the CONNECT packet.
  func accept(code: UInt8 = 0) -> [UInt8] {
    if client >= 0 { close(client) }
    client = Self.uninterrupted { Int(Glibc.accept(listener, nil, nil)) }.map(Int32.init) ?? -1
    let packet = readPacket() ?? []
    let answer: [UInt8] = [0x20, 2, 0, code]
    send(client, answer, 4, Int32(MSG_NOSIGNAL))
    return packet
  }

  /// Takes the next client in and reads its first message; nil where the client has gone meanwhile.
  func acceptAndRead() -> (topic: String, payload: [UInt8], isRetained: Bool)? {
    _ = accept()
    return readMessage()
  }

  /// The next packet whole, nil at the connection's end.
  func readPacket() -> [UInt8]? {
    guard let head = readBytes(1) else { return nil }
    // The remaining length (2.2.3): seven bits a byte, the lowest first.
    var (packet, length, shift) = (head, 0, 0)
    while let byte = readBytes(1)?.first {
      packet.append(byte)
      length |= Int(byte & 0x7f) << shift
      shift += 7
      if byte & 0x80 == 0 { return readBytes(length).map { packet + $0 } }
    }
    return nil
  }

  /// The topic and payload of the next PUBLISH (3.3), answered where it asks for it.
  func readMessage() -> (topic: String, payload: [UInt8], isRetained: Bool)? {
    while let packet = readPacket() {
      if packet[0] == 0xc0 {
        let answer: [UInt8] = [0xd0, 0]
        send(client, answer, 2, Int32(MSG_NOSIGNAL))
      }
      guard packet[0] >> 4 == 3 else { continue }
      let start = packet[1...].firstIndex { $0 & 0x80 == 0 }! + 1
      let end = start + 2 + Int(packet[start]) << 8 + Int(packet[start + 1])
      let topic = String(decoding: packet[(start + 2)..<end], as: UTF8.self)
      let needsAnswer = packet[0] >> 1 & 3 == 1
      if needsAnswer {
        let answer: [UInt8] = [0x40, 2, packet[end], packet[end + 1]]
        send(client, answer, 4, Int32(MSG_NOSIGNAL))
      }
      return (topic, Array(packet[(needsAnswer ? end + 2 : end)...]), packet[0] & 1 == 1)
    }
    return nil
  }

  /// A system call again where a signal of a neighbouring test's child ended it; nil where it failed.
  private static func uninterrupted(_ call: () -> Int) -> Int? {
    while true {
      let result = call()
      if result >= 0 { return result }
      guard errno == EINTR else { return nil }
    }
  }

  private func readBytes(_ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var got = 0
    while got < count {
      let read = Self.uninterrupted {
        bytes.withUnsafeMutableBytes { recv(client, $0.baseAddress! + got, count - got, 0) }
      }
      guard let read, read > 0 else { return nil }
      got += read
    }
    return bytes
  }
}
