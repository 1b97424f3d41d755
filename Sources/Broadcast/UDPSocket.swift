import Glibc

/// A UDP socket that owns its descriptor and never blocks.
final class UDPSocket: Sendable {
  let descriptor: Int32
  /// AF_INET or AF_INET6.
  let family: Int32

  /// Why a socket could not be had.
  struct Failure: Error, Equatable {
    let reason: String

    init(_ reason: String) { self.reason = reason }

    /// The last system call's.
    static var last: Failure { Failure(String(cString: strerror(errno))) }
  }

  /// A socket connected to one address, so that the host's refusals come back to the right target.
  /// - Parameters:
  ///   - ttl: how many routers a multicast may pass.
  ///   - interface: the network interface that a multicast leaves by, nil for the system's choice.
  init(connectedTo address: ResolvedAddress, ttl: Int = 1, interface: String? = nil) throws(Failure) {
    family = address.family
    descriptor = try Self.open(family)
    // Lets a target be a broadcast address; says nothing to others.
    try Self.set(descriptor, SOL_SOCKET, SO_BROADCAST, 1)
    if address.isMulticast { try Self.prepare(descriptor, for: address, ttl: ttl, interface: interface) }
    guard address.withSocketAddress({ Glibc.connect(descriptor, $0, $1) }) == 0 else { throw .last }
  }

  /// A socket that listens on an address.
  /// - Parameter sharesPort: whether another socket of this process listens on the port already.
  init(boundTo address: ResolvedAddress, sharesPort: Bool = false) throws(Failure) {
    family = address.family
    descriptor = try Self.open(family)
    if address.family == AF_INET6 { try Self.set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
    if sharesPort { try Self.set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1) }
    guard address.withSocketAddress({ bind(descriptor, $0, $1) }) == 0 else { throw .last }
  }

  deinit { close(descriptor) }

  /// Lets further sockets share this one's port, or no longer.
  func setSharing(_ isShared: Bool) throws(Failure) {
    try Self.set(descriptor, SOL_SOCKET, SO_REUSEADDR, isShared ? 1 : 0)
  }

  /// Sends only to and hears only from this address from now on.
  func connect(to address: ResolvedAddress) throws(Failure) {
    guard address.withSocketAddress({ Glibc.connect(descriptor, $0, $1) }) == 0 else { throw .last }
  }

  /// The address that the socket listens on.
  var localAddress: ResolvedAddress? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length) == 0 ? ResolvedAddress($0, length: length) : nil
      }
    }
  }

  /// Sends a datagram through a socket that is not connected; false if the system does not take it.
  @discardableResult
  func send(_ bytes: [UInt8], to address: ResolvedAddress) -> Bool {
    address.withSocketAddress {
      sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), $0, $1)
    } == bytes.count
  }

  /// The next datagram that has come and whose it is, nil if there is none or only an error.
  /// - Parameter buffer: where it is put; the count is what was put there.
  func receive(into buffer: UnsafeMutableRawBufferPointer) -> (count: Int, from: ResolvedAddress)? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        let flags = Int32(MSG_DONTWAIT)
        let count = recvfrom(descriptor, buffer.baseAddress, buffer.count, flags, address, &length)
        guard count >= 0, let from = ResolvedAddress(address, length: length) else { return nil }
        return (count, from)
      }
    }
  }

  private static func open(_ family: Int32) throws(Failure) -> Int32 {
    let descriptor = socket(family, Int32(SOCK_DGRAM.rawValue) | O_NONBLOCK | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw .last }
    return descriptor
  }

  private static func prepare(
    _ descriptor: Int32, for address: ResolvedAddress, ttl: Int, interface: String?
  ) throws(Failure) {
    let index = interface.map { if_nametoindex($0) } ?? 0
    if let interface, index == 0 { throw Failure("there is no network interface '\(interface)'; `ip link` lists them") }
    if address.family == AF_INET6 {
      try set(descriptor, Int32(IPPROTO_IPV6), IPV6_MULTICAST_HOPS, Int32(ttl))
      if index > 0 { try set(descriptor, Int32(IPPROTO_IPV6), IPV6_MULTICAST_IF, Int32(index)) }
    } else {
      try set(descriptor, Int32(IPPROTO_IP), IP_MULTICAST_TTL, Int32(ttl))
      if index > 0 {
        var request = ip_mreqn()
        request.imr_ifindex = Int32(index)
        let size = socklen_t(MemoryLayout<ip_mreqn>.size)
        let result = setsockopt(descriptor, Int32(IPPROTO_IP), IP_MULTICAST_IF, &request, size)
        guard result == 0 else { throw .last }
      }
    }
  }

  private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) throws(Failure) {
    var value = value
    guard setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else { throw .last }
  }
}
