import Foundation
import GLES
import NeuralGraph

/// Compiled programs on disk, one file for a driver and a set of networks, so that the next start need not compile.
///
/// Nothing depends on it: what is missing, damaged, of another driver or impossible to write costs the time to compile.
/// The file is written whole or not at all, beside its place and renamed, so that a process killed while it writes leaves
/// what was there. Layout, little-endian: 8 bytes magic, u32 CRC-32 of all that follows, u32 number of programs, and for each
/// u64 hash of its sources, u32 format, u32 length, bytes.
package final class ProgramStore {
  private static let magic: [UInt8] = Array("GURNPRG1".utf8)
  /// The most bytes of a file that is read or written.
  private static let maximumSize = 1 << 26
  /// Files that are kept: a machine has a driver or two, and a set of networks or two.
  private static let keptFiles = 8
  /// After so many seconds a file that was left half written is nobody's.
  private static let abandonedAfter = 60.0

  /// Where the programs are kept.
  package let path: String
  private var programs: [UInt64: ProgramBinary] = [:]
  private var hasNew = false

  /// The store of a driver and a set of networks, in `XDG_CACHE_HOME` or `~/.cache`; nil where there is neither.
  package convenience init?(_ context: GLContext, networks: [Graph]) {
    let environment = ProcessInfo.processInfo.environment
    guard let cache = Self.cacheFolder(environment) else { return nil }
    var key = SourceHash()
    for text in [context.renderer, context.version] { key.add(text) }
    for graph in networks { key.add(graph) }
    self.init(path: "\(cache)/gurn/programs/\(String(key.value, radix: 16)).bin")
  }

  /// A store in that file; reads what is there.
  init(path: String) {
    self.path = path
    guard let data = Self.read(path) else { return }
    if let programs = Self.decode(data) { self.programs = programs } else { unlink(path) }
  }

  /// The folder for what can be made again; a relative one is invalid, says the XDG Base Directory Specification.
  static func cacheFolder(_ environment: [String: String]) -> String? {
    if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") { return folder }
    if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.cache" }
    return nil
  }

  /// How many programs there are.
  package var count: Int { programs.count }

  func binary(_ sources: SourceHash) -> ProgramBinary? { programs[sources.value] }

  func add(_ binary: ProgramBinary, _ sources: SourceHash) {
    programs[sources.value] = binary
    hasNew = true
  }

  /// Writes the file if there is anything new; false where that fails.
  @discardableResult
  package func save() -> Bool {
    guard hasNew else { return true }
    let data = encoded()
    let folder = URL(filePath: path).deletingLastPathComponent()
    guard data.count <= Self.maximumSize,
      (try? FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])) != nil,
      write(data)
    else { return false }
    hasNew = false
    Self.prune(folder, keeping: path)
    return true
  }

  private static func read(_ path: String) -> Data? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let attributes, attributes[.type] as? FileAttributeType == .typeRegular,
      let size = attributes[.size] as? Int, size <= maximumSize
    else { return nil }
    return FileManager.default.contents(atPath: path)
  }

  /// Writes beside the file and renames. One process writes at a time; another one goes without.
  private func write(_ data: Data) -> Bool {
    let temporary = path + ".part"
    if let date = (try? FileManager.default.attributesOfItem(atPath: temporary))?[.modificationDate] as? Date,
      abs(date.timeIntervalSinceNow) > Self.abandonedAfter
    {
      unlink(temporary)
    }
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    var written = 0
    data.withUnsafeBytes { bytes in
      while written < bytes.count {
        let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        written += count
      }
    }
    let isWhole = written == data.count && fsync(descriptor) == 0
    close(descriptor)
    guard isWhole, rename(temporary, path) == 0 else {
      unlink(temporary)
      return false
    }
    return true
  }

  /// Lets the oldest files go.
  private static func prune(_ folder: URL, keeping path: String) {
    let files =
      (try? FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: [.contentModificationDateKey])) ?? []
    let dated = files.filter { $0.pathExtension == "bin" && $0.path != path }.map { file in
      (
        file,
        (try? file.resourceValues(forKeys: [.contentModificationDateKey]))?.contentModificationDate ?? .distantPast
      )
    }
    for (file, _) in dated.sorted(by: { $0.1 > $1.1 }).dropFirst(keptFiles - 1) { unlink(file.path) }
  }

  private func encoded() -> Data {
    var body = Data()
    func append(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { body.append(contentsOf: $0) }
    }
    append(UInt32(programs.count))
    for (hash, binary) in programs.sorted(by: { $0.key < $1.key }) {
      append(hash)
      append(binary.format)
      append(UInt32(binary.bytes.count))
      body.append(contentsOf: binary.bytes)
    }
    let checksum = CRC32.checksum(body)
    return Data(Self.magic) + withUnsafeBytes(of: checksum.littleEndian) { Data($0) } + body
  }

  /// The programs of a file's bytes, which may be anything at all; nil where they are not what was written.
  static func decode(_ data: Data) -> [UInt64: ProgramBinary]? {
    let bytes = [UInt8](data)
    var next = magic.count
    func take<T: FixedWidthInteger>(_ type: T.Type) -> T? {
      guard bytes.count - next >= MemoryLayout<T>.size else { return nil }
      defer { next += MemoryLayout<T>.size }
      return bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: next, as: T.self)) }
    }
    guard bytes.starts(with: magic), let checksum = take(UInt32.self), checksum == CRC32.checksum(bytes[next...]),
      let count = take(UInt32.self)
    else { return nil }
    var programs: [UInt64: ProgramBinary] = [:]
    for _ in 0..<count {
      guard let hash = take(UInt64.self), let format = take(UInt32.self), let length = take(UInt32.self),
        bytes.count - next >= Int(length)
      else { return nil }
      programs[hash] = ProgramBinary(format: format, bytes: Array(bytes[next..<next + Int(length)]))
      next += Int(length)
    }
    return next == bytes.count ? programs : nil
  }
}

/// The 64-bit FNV-1a hash (Fowler, Noll, Vo), to tell sources apart; it is no protection against intent.
struct SourceHash: Hashable {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  private mutating func add(_ word: UInt64) { value = (value ^ word) &* 0x100_0000_01B3 }

  mutating func add(_ text: String) {
    for byte in text.utf8 { add(UInt64(byte)) }
    // So that two texts are not the same as one.
    add(UInt64(256))
  }

  /// What a network is: its layers and its weights.
  mutating func add(_ graph: Graph) {
    add(graph.name)
    for node in graph.nodes { add("\(node.operation) \(node.inputs)") }
    graph.weights.withUnsafeBufferPointer { for weight in $0 { add(UInt64(weight.bitPattern)) } }
  }
}
