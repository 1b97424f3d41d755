/// The CRC-32 of IEEE 802.3 (reflected polynomial 0xEDB88320), as in zlib, gzip and PNG.
///
/// It finds every burst of damage up to 32 bits; it is no protection against intent.
package enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
  }

  /// The checksum of these bytes.
  package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      var crc: UInt32 = 0xFFFF_FFFF
      for byte in bytes { crc = crc >> 8 ^ table[Int((crc ^ UInt32(byte)) & 0xFF)] }
      return ~crc
    }
  }
}
