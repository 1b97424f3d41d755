import Foundation

/// Writes to a pipe until its reader goes.
package struct PipeWriter {
  private let descriptor: Int32

  /// From now on, a reader that goes is an ordinary error for the whole process, not SIGPIPE.
  package init(descriptor: Int32) {
    self.descriptor = descriptor
    signal(SIGPIPE, SIG_IGN)
  }

  /// Writes all of it, waiting while the reader is behind; false when there is no reader any more.
  package func write(_ data: Data) throws(GeneratorError) -> Bool {
    var rest = data[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written >= 0 {
        rest = rest.dropFirst(written)
      } else if errno == EPIPE {
        return false
      } else if errno != EINTR {
        throw .writeFailed(path: "the stream", fault: String(cString: strerror(errno)))
      }
    }
    return true
  }
}
