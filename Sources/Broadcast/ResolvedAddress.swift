import Glibc

/// The socket address of a host and port.
struct ResolvedAddress: Sendable, Equatable {
  let family: Int32
  private let bytes: [UInt8]

  enum Lookup: Equatable {
    case found(ResolvedAddress)
    case notFound(reason: String)
  }

  /// Looks up a host; with `numericOnly` it never asks a name server and so does not block.
  static func look(up host: String, port: Int, numericOnly: Bool) -> Lookup {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    hints.ai_flags = AI_NUMERICSERV | (numericOnly ? AI_NUMERICHOST : 0)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    guard code == 0, let first = list?.pointee, let address = first.ai_addr else {
      return .notFound(reason: String(cString: gai_strerror(code)))
    }
    let bytes = Array(UnsafeRawBufferPointer(start: address, count: Int(first.ai_addrlen)))
    return .found(ResolvedAddress(family: first.ai_family, bytes: bytes))
  }

  func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    bytes.withUnsafeBytes {
      body($0.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
    }
  }
}
