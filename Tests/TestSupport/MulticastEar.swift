import Glibc

/// A socket that has joined a multicast group on the loopback interface.
package final class MulticastEar: Sendable {
  private let descriptor: Int32
  package let port: Int

  /// Nil where the loopback takes no part in multicast.
  package init?(group: String) {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
    self.descriptor = descriptor
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    inet_pton(AF_INET, group, &address.sin_addr)
    var request = ip_mreqn()
    request.imr_multiaddr = address.sin_addr
    request.imr_ifindex = Int32(if_nametoindex("lo"))
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    let size = socklen_t(MemoryLayout<ip_mreqn>.size)
    guard isBound, setsockopt(descriptor, Int32(IPPROTO_IP), IP_ADD_MEMBERSHIP, &request, size) == 0 else { return nil }
  }

  deinit { close(descriptor) }

  /// The next datagram, nil if none comes in five seconds.
  package func receive() -> [UInt8]? {
    var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&event, 1, 5000) > 0 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return count < 0 ? nil : Array(buffer[..<count])
  }
}
