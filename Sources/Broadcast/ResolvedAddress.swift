import Glibc

/// The socket address of a host and port, IPv4 or IPv6. A plain value: it can be handed to system calls where it lies.
struct ResolvedAddress: Sendable, Equatable {
  enum Lookup: Equatable {
    case found(ResolvedAddress)
    case notFound(reason: String)
  }

  private(set) var storage: sockaddr_storage
  private(set) var length: socklen_t

  /// Copies what a system call filled in; nil for a family other than IPv4 and IPv6.
  init?(_ address: UnsafePointer<sockaddr>, length: socklen_t) {
    let family = Int32(address.pointee.sa_family)
    let least = family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
    guard family == AF_INET || family == AF_INET6, Int(length) >= least,
      Int(length) <= MemoryLayout<sockaddr_storage>.size
    else { return nil }
    storage = sockaddr_storage()
    self.length = length
    withUnsafeMutableBytes(of: &storage) {
      $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(length)))
    }
  }

  /// Looks up a host; with `numericOnly` it never asks a name server and so does not block.
  static func look(up host: String, port: Int, numericOnly: Bool) -> Lookup {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    hints.ai_flags = AI_NUMERICSERV | (numericOnly ? AI_NUMERICHOST : 0)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    guard code == 0, let first = list?.pointee, let address = first.ai_addr,
      let found = ResolvedAddress(address, length: first.ai_addrlen)
    else { return .notFound(reason: String(cString: gai_strerror(code))) }
    return .found(found)
  }

  var family: Int32 { Int32(storage.ss_family) }

  /// 0…65535.
  var port: Int {
    get { Int(UInt16(bigEndian: withUnsafeBytes(of: storage) { $0.load(fromByteOffset: 2, as: UInt16.self) })) }
    set {
      let bits = UInt16(truncatingIfNeeded: newValue).bigEndian
      // The port lies behind the family in both of the structures.
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: bits, toByteOffset: 2, as: UInt16.self) }
    }
  }

  /// The address without its port: four bytes, or sixteen.
  var hostBytes: [UInt8] {
    withUnsafeBytes(of: storage) { Array(family == AF_INET ? $0[4..<8] : $0[8..<24]) }
  }

  /// Whether the host is the same, whatever the port.
  func hasSameHost(as other: ResolvedAddress) -> Bool {
    var other = other
    other.port = port
    return self == other
  }

  var isMulticast: Bool { family == AF_INET ? hostBytes[0] & 0xf0 == 0xe0 : hostBytes[0] == 0xff }

  /// Such as `127.0.0.1:9000` or `[::1]:9000`.
  var description: String {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let code = withSocketAddress { getnameinfo($0, $1, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) }
    let host = code == 0 ? String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : "?"
    return family == AF_INET6 ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    withUnsafeBytes(of: storage) { body($0.baseAddress!.assumingMemoryBound(to: sockaddr.self), length) }
  }

  static func == (a: ResolvedAddress, b: ResolvedAddress) -> Bool {
    guard a.length == b.length else { return false }
    return withUnsafeBytes(of: a.storage) { a in
      withUnsafeBytes(of: b.storage) { b in memcmp(a.baseAddress!, b.baseAddress!, a.count) == 0 }
    }
  }
}
