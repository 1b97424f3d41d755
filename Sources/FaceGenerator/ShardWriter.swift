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
    let person = "the same number for all samples of a person"
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
    var made: [String: NPYWriter] = [:]
    for field in SampleField.faces(size: size) {
      made[field.name] = try NPYWriter(path: "\(folder)/\(field.name).npy", type: field.type, rowShape: field.shape)
    }
    self.files = made
  }

  /// Adds one sample.
  package func append(_ sample: FaceSample) throws {
    try files["patch"]?.append(sample.patch)
    try files["alpha"]?.append(sample.alpha)
    try files["weights"]?.append(sample.weightRow)
    try files["rotation"]?.append(sample.rotationRow)
    try files["landmarks"]?.append(sample.landmarkRow)
    try files["window"]?.append(sample.windowRow)
    try files["gaze"]?.append(sample.gazeRow)
    try files["person"]?.append(sample.personRow)
    rows += 1
    if rows % 64 == 0 { try flush() }
  }

  /// Adds one picture without a face to `negative.npy`.
  package func append(negative luma: [UInt8]) throws {
    let field = SampleField.negative
    let file =
      try negatives
      ?? NPYWriter(path: "\(folder)/\(field.name).npy", type: field.type, rowShape: field.shape)
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
