import Foundation

/// The arrays of a NumPy `.npz` file: a ZIP archive of `.npy` files, stored or deflated.
///
/// Format: PKWARE's APPNOTE 6.3, sections 4.3.7 and 4.3.12, without ZIP64.
package struct NPZArchive {
  private let path: String
  private let bytes: [UInt8]
  /// Offset of the local header, compressed and full size, and method, by the array's name.
  private let entries: [String: (offset: Int, packed: Int, full: Int, method: Int)]

  /// Reads the file's directory; throws ``GeneratorError`` for a missing or malformed file.
  package init(path: String) throws(GeneratorError) {
    guard let data = FileManager.default.contents(atPath: path) else { throw .missingAsset(path: path) }
    self.path = path
    let bytes = [UInt8](data)
    self.bytes = bytes
    func number(_ at: Int, _ width: Int) -> Int { (0..<width).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
    let end = stride(from: bytes.count - 22, through: max(0, bytes.count - 22 - 65_535), by: -1).first {
      $0 >= 0 && number($0, 4) == 0x0605_4B50
    }
    guard let end else { throw .malformedAsset(path: path, fault: "not a ZIP archive") }
    var entries: [String: (offset: Int, packed: Int, full: Int, method: Int)] = [:]
    var at = number(end + 16, 4)
    for _ in 0..<number(end + 10, 2) {
      guard at + 46 <= bytes.count, number(at, 4) == 0x0201_4B50, at + 46 + number(at + 28, 2) <= bytes.count else {
        throw .malformedAsset(path: path, fault: "a broken ZIP directory")
      }
      let name = String(decoding: bytes[(at + 46)..<(at + 46 + number(at + 28, 2))], as: UTF8.self)
      entries[name] = (number(at + 42, 4), number(at + 20, 4), number(at + 24, 4), number(at + 10, 2))
      at += 46 + number(at + 28, 2) + number(at + 30, 2) + number(at + 32, 2)
    }
    self.entries = entries
  }

  /// The array that was saved under `name`.
  package func array(_ name: String) throws(GeneratorError) -> NPYArray {
    let label = "\(path)/\(name).npy"
    guard let entry = entries[name + ".npy"] else { throw .missingAsset(path: label) }
    let header = entry.offset
    guard header + 30 <= bytes.count else { throw .malformedAsset(path: label, fault: "outside of the archive") }
    let start =
      header + 30 + Int(bytes[header + 26]) + Int(bytes[header + 27]) << 8 + Int(bytes[header + 28])
      + Int(bytes[header + 29]) << 8
    guard start + entry.packed <= bytes.count else {
      throw .malformedAsset(path: label, fault: "outside of the archive")
    }
    let packed = Array(bytes[start..<start + entry.packed])
    switch entry.method {
    case 0: return try NPYArray(data: Data(packed), path: label)
    case 8:
      guard let full = Inflate.bytes(packed, limit: entry.full), full.count == entry.full else {
        throw .malformedAsset(path: label, fault: "a broken DEFLATE stream")
      }
      return try NPYArray(data: Data(full), path: label)
    default: throw .malformedAsset(path: label, fault: "compression method \(entry.method); only 0 and 8 are read")
    }
  }
}
