import FaceCore
import Foundation

/// Curves of one face over a clip, by column: what was tracked, or what is true. Missing values are NaN.
package struct FaceTable: Sendable {
  /// Seconds from the clip's start, ascending.
  package private(set) var times: [Double] = []
  package private(set) var isPresent: [Bool] = []
  /// False for rows that shall not be scored.
  package private(set) var isCertain: [Bool] = []
  /// Whether the table says itself which rows are certain: it is labels or truth, not a track.
  package private(set) var isReference = false
  /// The tracker's confidence, 0…1; NaN where the file has none.
  package private(set) var confidence: [Double] = []
  /// yaw, pitch, roll in degrees.
  package private(set) var angles: [[Double]] = [[], [], []]
  /// x, y, width, height in pixels.
  package private(set) var box: [[Double]] = [[], [], [], []]
  /// One column for each of the 52 blendshapes; empty columns where the file has none.
  package private(set) var weights = [[Double]](repeating: [], count: 52)

  package init() {}

  /// Adds a row, later than the one before.
  package mutating func append(_ observation: FaceObservation, isPresent: Bool, box: SIMD4<Float>?) {
    times.append(observation.time.seconds)
    self.isPresent.append(isPresent)
    isCertain.append(true)
    confidence.append(Double(observation.confidence))
    let head = observation.pose.rotation.headAngles
    for (axis, angle) in [head.yaw, head.pitch, head.roll].enumerated() {
      angles[axis].append(isPresent ? Double(angle) * 180 / .pi : .nan)
    }
    for side in 0..<4 { self.box[side].append(isPresent ? box.map { Double($0[side]) } ?? .nan : .nan) }
    for channel in 0..<52 { weights[channel].append(isPresent ? Double(observation.weights[channel]) : 0) }
  }

  /// Reads a CSV with a header: `t`, `present`, `yaw`, `pitch`, `roll`, the 52 names, and where they are `box_x`, `box_y`,
  /// `box_w`, `box_h` and `ref_ok`.
  package init(csv path: String) throws(AccuracyError) {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw .unreadable(path: path, fault: "not found or no text; a CSV of labels is needed")
    }
    let lines = text.split(whereSeparator: \.isNewline)
    guard let head = lines.first else { throw .unreadable(path: path, fault: "is empty; a header row is needed") }
    let names = head.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    var columns = [[Double]](repeating: [], count: names.count)
    for (number, line) in lines.enumerated().dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == names.count else {
        throw .unreadable(
          path: path, fault: "line \(number + 1) has \(fields.count) fields, the header has \(names.count)")
      }
      for (column, field) in fields.enumerated() { columns[column].append(Double(field) ?? .nan) }
    }
    let byName = Dictionary(zip(names, columns)) { first, _ in first }
    func column(_ name: String) throws(AccuracyError) -> [Double] {
      guard let values = byName[name] else { throw .unreadable(path: path, fault: "has no column “\(name)”") }
      return values
    }
    times = try column("t")
    if let row = times.indices.first(where: { !times[$0].isFinite || $0 > 0 && times[$0] < times[$0 - 1] }) {
      throw .unreadable(path: path, fault: "line \(row + 2): t is no number, or smaller than in the line before")
    }
    let empty = [Double](repeating: .nan, count: times.count)
    isPresent = try column("present").map { $0 > 0.5 }
    isReference = byName["ref_ok"] != nil
    confidence = byName["confidence"] ?? empty
    isCertain = (byName["ref_ok"] ?? empty).map { !($0 <= 0.5) }
    angles = [try column("yaw"), try column("pitch"), try column("roll")]
    box = ["box_x", "box_y", "box_w", "box_h"].map { byName[$0] ?? empty }
    weights = Blendshape.allCases.map { byName[$0.name] ?? [Double](repeating: 0, count: times.count) }
  }
}
