import Foundation
import Glibc

/// A text file that grows line by line and holds whole lines only, whatever happens: each write ends with a line.
///
/// Used from one thread. Closed when it goes.
final class RowFile {
  let path: String
  /// Bytes written so far.
  private(set) var byteCount = 0
  private let descriptor: Int32
  private var pending: [UInt8] = []

  /// Makes a new file that begins with `header`.
  ///
  /// - Throws: ``RecordingError/unwritable(path:reason:)``.
  init(path: String, header: String) throws(RecordingError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .unwritable(path: path, code: errno) }
    pending.reserveCapacity(1 << 16)
    pending.append(contentsOf: header.utf8)
  }

  deinit { close(descriptor) }

  /// Adds lines, which end with a line feed. They are on their way to the disk after ``flush()``.
  func append(_ lines: String) { pending.append(contentsOf: lines.utf8) }

  /// Writes what was added.
  ///
  /// - Throws: ``RecordingError/unwritable(path:reason:)``; the file then ends with the last line that was written whole.
  func flush() throws(RecordingError) {
    var done = 0
    while done < pending.count {
      let count = pending.withUnsafeBytes { write(descriptor, $0.baseAddress! + done, $0.count - done) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let code = errno
        let whole = pending[..<done].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        // A shorter file can't fail for lack of space.
        _ = ftruncate(descriptor, byteCount + whole)
        pending.removeAll(keepingCapacity: true)
        throw .unwritable(path: path, code: code)
      }
      done += count
    }
    byteCount += done
    pending.removeAll(keepingCapacity: true)
  }
}

extension RecordingError {
  /// The system's word for why a file can't be written.
  static func unwritable(path: String, code: Int32) -> RecordingError {
    let reason = String(cString: strerror(code)).lowercased()
    return .unwritable(path: path, reason: code == ENOSPC || code == EDQUOT ? "the disk is full (\(reason))" : reason)
  }
}
