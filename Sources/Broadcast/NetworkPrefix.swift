import Glibc

/// A network by its leading bits, such as `192.168.1.0/24` or `fd00::/8`; an address alone is a network of one.
package struct NetworkPrefix: Equatable, Sendable, CustomStringConvertible {
  /// The address as it was written, with the number of leading bits.
  package let description: String
  /// Four bytes or sixteen.
  private let bytes: [UInt8]
  private let bits: Int

  /// Nil for a text that is no network.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let bytes = Self.bytes(of: parts[0]) else { return nil }
    guard let bits = parts.count == 1 ? bytes.count * 8 : Int(parts[1]), (0...bytes.count * 8).contains(bits) else {
      return nil
    }
    self.bytes = bytes
    self.bits = bits
    description = parts[0] + "/\(bits)"
  }

  /// This host's own addresses, IPv4 and IPv6.
  static let loopback = [NetworkPrefix("127.0.0.0/8")!, NetworkPrefix("::1/128")!]

  /// Whether the address, four bytes or sixteen, lies in the network.
  func contains(_ address: [UInt8]) -> Bool {
    guard address.count == bytes.count else { return false }
    for index in 0..<bytes.count {
      let shown = max(0, min(8, bits - index * 8))
      let mask = ~UInt8(truncatingIfNeeded: 0xff >> shown)
      if (bytes[index] ^ address[index]) & mask != 0 { return false }
    }
    return true
  }

  private static func bytes(of text: String) -> [UInt8]? {
    for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: count)
      if inet_pton(family, text, &bytes) == 1 { return bytes }
    }
    return nil
  }
}
