import Foundation

/// Appends rows to a NumPy version 1 file; the row count in the header is kept right by ``finish()`` and ``flush()``.
///
/// The header has room for any count, so an interrupted run leaves a file that is readable up to the last flush.
package final class NPYWriter {
  private static let headerLength = 128
  private let handle: FileHandle
  private let path: String
  private let type: String
  private let rowShape: [Int]
  private var pending = Data()
  private var rows = 0

  /// Creates `path` for rows of `rowShape`; `type` is `|u1` or `<f4`.
  package init(path: String, type: String, rowShape: [Int]) throws(GeneratorError) {
    guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path)
    else { throw .writeFailed(path: path, fault: "cannot create") }
    self.handle = handle
    self.path = path
    self.type = type
    self.rowShape = rowShape
    pending.append(header())
  }

  /// Adds one row of bytes.
  package func append(_ row: [UInt8]) throws(GeneratorError) {
    precondition(type == "|u1" && row.count == rowShape.reduce(1, *), "\(path): row of \(row.count) bytes")
    pending.append(contentsOf: row)
    rows += 1
  }

  /// Adds one row of floats.
  package func append(_ row: [Float]) throws(GeneratorError) {
    precondition(type == "<f4" && row.count == rowShape.reduce(1, *), "\(path): row of \(row.count) floats")
    row.withUnsafeBytes { pending.append(contentsOf: $0) }
    rows += 1
  }

  /// Brings file and header up to date.
  package func flush() throws(GeneratorError) {
    do {
      try handle.seekToEnd()
      try handle.write(contentsOf: pending)
      pending.removeAll(keepingCapacity: true)
      try handle.seek(toOffset: 0)
      try handle.write(contentsOf: header())
    } catch { throw .writeFailed(path: path, fault: "\(error)") }
  }

  /// Flushes and closes.
  package func finish() throws(GeneratorError) {
    try flush()
    do { try handle.close() } catch { throw .writeFailed(path: path, fault: "\(error)") }
  }

  private func header() -> Data {
    let shape = ([rows] + rowShape).map(String.init).joined(separator: ", ") + (rowShape.isEmpty ? "," : "")
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape)), }"
    text += String(repeating: " ", count: Self.headerLength - 11 - text.utf8.count) + "\n"
    return Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(Self.headerLength - 10), 0]) + Data(text.utf8)
  }
}
