import FaceCore
import Foundation

/// Writes one row a frame: `t,present,confidence,yaw,pitch,roll,box_x,box_y,box_w,box_h,proc_ms` and the 52 ARKit names.
///
/// `t` is in seconds from the clip's start, angles in degrees (``Quaternion/headAngles``), the box in pixels; where no face is
/// present, what belongs to a face is empty. The file appears under its name when it is complete; a pipe or a device such as
/// `/dev/stdout` is written as rows come. Equal input gives equal bytes; the column `proc_ms` is empty unless times are given.
package final class TrackCSVWriter {
  private let path: String
  /// Where rows go until the file is complete.
  private let partPath: String
  /// Whether the target is no regular file but a pipe or a device, which can't be replaced.
  package let isDirect: Bool
  private let file: FileHandle
  private var buffer = Data()

  /// The columns before the blendshapes.
  package static let leadingColumns = [
    "t", "present", "confidence", "yaw", "pitch", "roll", "box_x", "box_y", "box_w", "box_h", "proc_ms",
  ]

  /// - Throws: ``RecordingError`` when the file can't be made, before any work is done.
  package init(path: String) throws(RecordingError) {
    self.path = path
    if path.isEmpty { throw .unwritable(path: "“”", reason: "is no file name") }
    let kind = Self.kind(of: path)
    if kind == S_IFDIR { throw .unwritable(path: path, reason: "is a directory; a file name is needed") }
    isDirect = kind != nil && kind != S_IFREG
    partPath = isDirect ? path : path + ".part"
    let flags = O_WRONLY | O_CLOEXEC | (isDirect ? 0 : O_CREAT | O_TRUNC)
    let descriptor = open(partPath, flags, 0o666)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: Self.reason(errno, path: path)) }
    file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    buffer.append(contentsOf: (Self.leadingColumns + Blendshape.allCases.map(\.name)).joined(separator: ",").utf8)
    buffer.append(UInt8(ascii: "\n"))
  }

  /// Adds a frame; `box` is x, y, width, height in pixels.
  package func append(
    _ observation: FaceObservation, box: SIMD4<Float>?, processingMilliseconds: Double?
  ) throws(RecordingError) {
    var fields = [Self.number(observation.time.seconds, 6), observation.isPresent ? "1" : "0"]
    fields.append(Self.number(Double(observation.confidence), 4))
    if observation.isPresent {
      let angles = observation.pose.rotation.headAngles
      fields += [angles.yaw, angles.pitch, angles.roll].map { Self.number(Double($0) * 180 / .pi, 4) }
      fields += (0..<4).map { index in box.map { Self.number(Double($0[index]), 2) } ?? "" }
    } else {
      fields += [String](repeating: "", count: 7)
    }
    fields.append(processingMilliseconds.map { Self.number($0, 3) } ?? "")
    fields += (0..<52).map { observation.isPresent ? Self.number(Double(observation.weights[$0]), 5) : "" }
    buffer.append(contentsOf: fields.joined(separator: ",").utf8)
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count > 1 << 16 { try flush() }
  }

  /// Writes what is left and gives the file its name.
  package func finish() throws(RecordingError) {
    try flush()
    do { try file.close() } catch { throw .unwritable(path: path, reason: "\(error.localizedDescription)") }
    guard isDirect || rename(partPath, path) == 0 else {
      throw .unwritable(path: path, reason: Self.reason(errno, path: path))
    }
  }

  /// Removes what was written so far.
  package func discard() {
    try? file.close()
    if !isDirect { unlink(partPath) }
  }

  private func flush() throws(RecordingError) {
    do { try file.write(contentsOf: buffer) } catch {
      throw .unwritable(path: path, reason: "writing failed (\(error.localizedDescription))")
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// The `S_IFMT` bits of what is there, nil for nothing.
  private static func kind(of path: String) -> mode_t? {
    var info = stat()
    return stat(path, &info) == 0 ? info.st_mode & S_IFMT : nil
  }

  private static func reason(_ code: Int32, path: String) -> String {
    let folder = (path as NSString).deletingLastPathComponent
    if code == ENOENT, !FileManager.default.fileExists(atPath: folder.isEmpty ? "." : folder) {
      return "can't be written: there is no folder \(folder)"
    }
    return "can't be written (\(String(cString: strerror(code)).lowercased()))"
  }

  /// A decimal number that no locale changes.
  private static func number(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }
}
