import Foundation

/// Small JSON files that survive restarts, below `$XDG_STATE_HOME/gurn` (XDG Base Directory Specification; by default
/// `~/.local/state/gurn`).
///
/// A file appears whole or not at all: it is written beside its place, flushed to the disk, and renamed. One that can't be read
/// back is set aside as `NAME.damaged` and told, never deleted and never used. Any thread; two writers don't mix.
package struct StateStore: Sendable {
  /// The folder that holds everything.
  package let folder: String

  package init(folder: String) { self.folder = folder }

  /// The user's store.
  ///
  /// - Throws: ``RigMappingError/unusable(_:)`` where neither variable nor home folder say where.
  package init(environment: [String: String] = ProcessInfo.processInfo.environment) throws(RigMappingError) {
    // Relative paths in these variables are invalid, says the specification.
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      folder = state + "/gurn"
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      folder = home + "/.local/state/gurn"
    } else {
      throw .unusable("there is no folder for calibrations: set XDG_STATE_HOME or HOME to an absolute path")
    }
  }

  /// The calibration of a camera and a user.
  package func calibrationPath(camera: String, user: String) -> String {
    "\(folder)/calibration/\(Self.fileName(camera))/\(Self.fileName(user)).json"
  }

  /// The triggers that a user taught; they hold for every camera.
  package func triggerPath(user: String) -> String { "\(folder)/triggers/\(Self.fileName(user)).json" }

  /// What a file holds; nil where there is none.
  ///
  /// - Parameter log: hears of a damaged file, which counts as none.
  /// - Throws: ``RigMappingError/file(path:reason:)`` for a file that is there but can't be opened.
  package func read<Value: Decodable>(
    _ type: Value.Type, from path: String, log: (String) -> Void
  ) throws(RigMappingError) -> Value? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do { return try Self.decode(type, at: path) } catch .damaged(_, let reason) {
      let aside = path + ".damaged"
      let isAside = rename(path, aside) == 0
      log("\(path): \(reason); it is not used\(isAside ? " and was set aside as \(aside)" : "")")
      return nil
    }
  }

  /// What a file holds; the file stays as it is whatever it holds.
  ///
  /// - Throws: ``RigMappingError``.
  package static func decode<Value: Decodable>(_ type: Value.Type, at path: String) throws(RigMappingError) -> Value {
    guard let data = FileManager.default.contents(atPath: path) else {
      let exists = FileManager.default.fileExists(atPath: path)
      throw .file(path: path, reason: exists ? "can't be read; check its permissions" : "there is no such file")
    }
    do { return try JSONDecoder().decode(type, from: data) } catch {
      throw .damaged(path: path, reason: Self.reason(error))
    }
  }

  /// Writes a file in one step; folders are made as needed, for the user alone.
  ///
  /// - Throws: ``RigMappingError/file(path:reason:)``; what was there before then stays.
  package static func write(_ value: some Encodable, to path: String) throws(RigMappingError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data: Data
    do { data = try encoder.encode(value) + Data("\n".utf8) } catch {
      throw .file(path: path, reason: "can't be written: \(reason(error))")
    }
    let parent = (path as NSString).deletingLastPathComponent
    let folder = parent.isEmpty ? "." : parent
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch { throw .file(path: path, reason: "its folder can't be made: \(error.localizedDescription)") }
    try put(data, path: path, folder: folder)
  }

  /// Removes a file; false where there was none.
  ///
  /// - Throws: ``RigMappingError/file(path:reason:)``.
  package static func remove(_ path: String) throws(RigMappingError) -> Bool {
    if unlink(path) == 0 { return true }
    guard errno == ENOENT else {
      throw .file(path: path, reason: "can't be removed (\(String(cString: strerror(errno))))")
    }
    return false
  }

  private static func put(_ data: Data, path: String, folder: String) throws(RigMappingError) {
    func failure() -> RigMappingError {
      .file(path: path, reason: "can't be written (\(String(cString: strerror(errno)).lowercased()))")
    }
    // A name of its own for each writer: the rename decides.
    let part = "\(path).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).part"
    let descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure() }
    let isWritten = data.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        let count = Foundation.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        offset += count
      }
      return fsync(descriptor) == 0
    }
    let fault = isWritten ? nil : failure()
    close(descriptor)
    guard fault == nil, rename(part, path) == 0 else {
      let error = fault ?? failure()
      unlink(part)
      throw error
    }
    // The rename itself reaches the disk with its folder.
    let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }

  /// A name as a file's: letters, digits, `.`, `_`, `-`; anything else becomes `_`, and a mark of the whole name keeps
  /// different names apart.
  static func fileName(_ name: String) -> String {
    let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    let safe = String(name.prefix(80).map { allowed.contains($0) ? $0 : "_" })
    if safe == name, !safe.isEmpty, !safe.hasPrefix(".") { return safe }
    // FNV-1a, for its few lines; see http://www.isthe.com/chongo/tech/comp/fnv.
    let mark = name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    return (safe.hasPrefix(".") ? "_" : "") + safe + "-" + String(mark, radix: 16)
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return error.localizedDescription }
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "" : path.map(\.stringValue).joined(separator: ".") + ": "
    }
    switch error {
    case .dataCorrupted(let context): return place(context.codingPath) + context.debugDescription
    case .keyNotFound(let key, let context): return place(context.codingPath) + "“\(key.stringValue)” is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return place(context.codingPath) + context.debugDescription
    @unknown default: return "\(error)"
    }
  }
}
