import Glibc

/// A UDP socket connected to one address, so that the host's refusals come back to the right target.
///
/// Owns its descriptor; never blocks.
final class UDPSocket: Sendable {
  enum Outcome: Equatable {
    case sent
    case refused
    case failed(errno: Int32)
  }

  private let descriptor: Int32

  /// Nil with `errno` set if the system refuses.
  init?(address: ResolvedAddress) {
    descriptor = socket(address.family, Int32(SOCK_DGRAM.rawValue) | O_NONBLOCK | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return nil }
    var yes: Int32 = 1
    // Lets a target be a broadcast address; says nothing to others.
    setsockopt(descriptor, SOL_SOCKET, SO_BROADCAST, &yes, socklen_t(MemoryLayout<Int32>.size))
    let result = address.withSocketAddress { connect(descriptor, $0, $1) }
    guard result == 0 else { return nil }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  func send(_ datagram: UnsafeRawBufferPointer) -> Outcome {
    let first = trySend(datagram)
    // A refusal is of an earlier datagram and this one has not been sent: sent again it goes out.
    guard first == .refused else { return first }
    _ = trySend(datagram)
    return .refused
  }

  private func trySend(_ datagram: UnsafeRawBufferPointer) -> Outcome {
    while true {
      if Glibc.send(descriptor, datagram.baseAddress, datagram.count, Int32(MSG_NOSIGNAL)) >= 0 { return .sent }
      let code = errno
      if code == ECONNREFUSED { return .refused }
      if code != EINTR { return .failed(errno: code) }
    }
  }
}
