import Glibc

/// Asks a daemon on this host something by its control port, as `gurn ctl` does.
package final class ControlClient: Sendable {
  private let socket: UDPSocket
  private let port: Int

  /// - Throws: ``BroadcastError/cannotListen(port:reason:)``.
  package init(port: Int) throws(BroadcastError) {
    self.port = port
    guard case .found(let address) = ResolvedAddress.look(up: "127.0.0.1", port: port, numericOnly: true) else {
      throw .invalidPort(port)
    }
    do throws(UDPSocket.Failure) { socket = try UDPSocket(connectedTo: address) } catch {
      throw .cannotListen(port: port, reason: error.reason)
    }
  }

  /// What came back.
  package enum Reply: Equatable, Sendable {
    case message(address: String, arguments: [OSCArgument])
    /// The host says that nobody listens on the port.
    case refused
    /// Nothing came in time.
    case silence
  }

  /// Sends a message and waits for the answer.
  package func ask(_ address: String, _ arguments: [OSCArgument], timeoutSeconds: Double) -> Reply {
    guard let bytes = OSCPacket.bytes(address, arguments) else { return .silence }
    guard send(socket.descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return .refused }
    let end = monotonicSeconds() + timeoutSeconds
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let left = end - monotonicSeconds()
      var event = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
      guard left > 0, poll(&event, 1, Int32(left * 1000) + 1) > 0 else { return .silence }
      let count = recv(socket.descriptor, &buffer, buffer.count, 0)
      if count < 0 { return .refused }
      let messages = buffer.withUnsafeBytes { bytes in
        try? OSCReader.read(UnsafeRawBufferPointer(rebasing: bytes[..<count]), longestString: 8192)
      }
      if let message = messages?.first { return .message(address: message.address, arguments: message.arguments) }
    }
  }
}
