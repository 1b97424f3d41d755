import Foundation

/// The `.gurn` model file: one little-endian binary with a graph's description and its weights in half precision.
///
/// The layout is in docs/model-format.md. Reading maps the file, checks everything, and converts the weights to `Float`;
/// nothing of the file is needed afterwards.
package enum ModelFile {
  /// The newest format version that is read. What is written is the oldest that holds the graph: 3 with
  /// general operators or several inputs, 2 with crops, else 1.
  package static let version: UInt32 = 3
  /// The most bytes of a file that is read: 256 MiB.
  package static let maximumSize = 1 << 28

  static let magic: [UInt8] = Array("GURN\r\n\u{1A}\n".utf8)
  static let headerSize = 64
  /// Where the bytes begin that the checksum covers.
  static let checksumEnd = 16
  static let weightAlignment = 16
  static let maximumTextLength = 1024

  /// The graph in the file at `path`, validated.
  package static func read(_ path: String) throws(ModelFileError) -> Graph {
    do throws(ModelFileError.Fault) {
      return try withMapping(of: path, ModelFileDecoder.decode)
    } catch {
      throw ModelFileError(path: path, fault: error)
    }
  }

  /// Writes the graph to `path`, whole or not at all: a temporary file beside it is renamed over it.
  package static func write(_ graph: Graph, to path: String) throws(ModelFileError) {
    do throws(ModelFileError.Fault) {
      let bytes = try encode(graph)
      let temporary = path + ".part"
      do throws(ModelFileError.Fault) {
        try store(bytes, at: temporary)
        guard rename(temporary, path) == 0 else { throw systemFault("rename") }
      } catch {
        unlink(temporary)
        throw error
      }
    } catch {
      throw ModelFileError(path: path, fault: error)
    }
  }

  /// The graph in the bytes of a model file, validated. The bytes may be anything at all.
  package static func decode(_ bytes: [UInt8]) throws(ModelFileError.Fault) -> Graph {
    let result: Result<Graph, ModelFileError.Fault> = bytes.withUnsafeBytes { buffer in
      do throws(ModelFileError.Fault) {
        return .success(try ModelFileDecoder.decode(buffer))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// The bytes of a model file with this graph, which is validated first.
  package static func encode(_ graph: Graph) throws(ModelFileError.Fault) -> [UInt8] {
    try ModelFileEncoder.encode(graph)
  }

  private static func withMapping(
    of path: String, _ body: (UnsafeRawBufferPointer) throws(ModelFileError.Fault) -> Graph
  ) throws(ModelFileError.Fault) -> Graph {
    // Without O_NONBLOCK a named pipe would hold the program until somebody writes to it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw systemFault("open") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw systemFault("fstat") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile }
    let size = Int(status.st_size)
    guard size > 0 else { throw .empty }
    guard size <= maximumSize else { throw .tooLarge(size) }
    guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
      throw systemFault("mmap")
    }
    defer { munmap(address, size) }
    return try body(UnsafeRawBufferPointer(start: address, count: size))
  }

  private static func store(_ bytes: [UInt8], at path: String) throws(ModelFileError.Fault) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw systemFault("open") }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        $0.baseAddress.map { Glibc.write(descriptor, $0 + written, bytes.count - written) } ?? 0
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw systemFault("write") }
      written += count
    }
    guard fsync(descriptor) == 0 else { throw systemFault("fsync") }
  }

  private static func systemFault(_ call: String) -> ModelFileError.Fault {
    .system(call: call, reason: String(cString: strerror(errno)))
  }
}
