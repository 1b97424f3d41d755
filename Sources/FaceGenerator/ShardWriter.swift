import FaceCore
import Foundation

/// Writes samples as a folder of NumPy arrays, one row a sample in every file; readable after an interruption.
package final class ShardWriter {
  private let folder: String
  private let files: [String: NPYWriter]
  private let facts: Facts
  private var negatives: NPYWriter?
  private var rows = 0
  private var negativeRows = 0

  private struct Facts: Encodable {
    let version = 1
    let seed: UInt64
    let size: Int
    var count = 0
    var negatives = 0
    let weights = Blendshape.allCases.map(\.name)
    let rotation = "quaternion x, y, z, w, head to camera-facing frame, relative to the view ray"
    let landmarks = "68 Multi-PIE, left iris, right iris; patch pixels, x right, y down, pixel centres at 0.5"
    let window = "centre x, centre y, side, roll (radians, counter-clockwise)"
    let gaze = "left yaw, left pitch, right yaw, right pitch; radians"
  }

  /// Makes the folder; refuses one that holds files unless `force`.
  package init(folder: String, size: Int, seed: UInt64, force: Bool) throws {
    let files = FileManager.default
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    if !force, try !files.contentsOfDirectory(atPath: folder).isEmpty {
      throw GeneratorError.outputNotEmpty(path: folder)
    }
    // An older shard's negatives would pass for this one's.
    let stale = folder + "/negative.npy"
    if files.fileExists(atPath: stale) { try files.removeItem(atPath: stale) }
    self.folder = folder
    facts = Facts(seed: seed, size: size)
    func file(_ name: String, _ type: String, _ shape: [Int]) throws -> NPYWriter {
      try NPYWriter(path: "\(folder)/\(name).npy", type: type, rowShape: shape)
    }
    self.files = [
      "patch": try file("patch", "|u1", [size, size]), "alpha": try file("alpha", "|u1", [size / 3, size / 3]),
      "weights": try file("weights", "<f4", [52]), "rotation": try file("rotation", "<f4", [4]),
      "landmarks": try file("landmarks", "<f4", [70, 2]), "window": try file("window", "<f4", [4]),
      "gaze": try file("gaze", "<f4", [4]),
    ]
  }

  /// Adds one sample.
  package func append(_ sample: FaceSample) throws {
    try files["patch"]?.append(sample.patch)
    try files["alpha"]?.append(sample.alpha)
    try files["weights"]?.append((0..<52).map { sample.weights[$0] })
    let q = sample.rotation
    try files["rotation"]?.append([q.x, q.y, q.z, q.w])
    try files["landmarks"]?.append(sample.landmarks.flatMap { [$0.x, $0.y] })
    let window = sample.window
    try files["window"]?.append([window.centre.x, window.centre.y, window.side, window.roll])
    let gaze = sample.gaze
    try files["gaze"]?.append([gaze.leftYaw, gaze.leftPitch, gaze.rightYaw, gaze.rightPitch])
    rows += 1
    if rows % 64 == 0 { try flush() }
  }

  /// Adds one picture without a face to `negative.npy`.
  package func append(negative luma: [UInt8]) throws {
    let edge = SampleMaker.negativeSize
    let file = try negatives ?? NPYWriter(path: "\(folder)/negative.npy", type: "|u1", rowShape: [edge, edge])
    negatives = file
    try file.append(luma)
    negativeRows += 1
    if negativeRows % 64 == 0 { try flush() }
  }

  /// Closes all files.
  package func finish() throws {
    try writeFacts()
    try negatives?.finish()
    for file in files.values { try file.finish() }
  }

  private func flush() throws {
    for file in files.values { try file.flush() }
    try negatives?.flush()
    try writeFacts()
  }

  private func writeFacts() throws {
    var facts = facts
    facts.count = rows
    facts.negatives = negativeRows
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(facts).write(to: URL(fileURLWithPath: folder + "/meta.json"))
  }
}
