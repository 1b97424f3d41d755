import FaceCore
import Foundation

/// The curves of one face, read from a CSV: of Live Link Face (the app's or Gurn's), or of `gurn track`.
package struct ObservationTable: Sendable {
  /// Who wrote such files.
  package enum Format: Equatable, Sendable {
    case liveLinkFace, track
  }

  package let format: Format
  /// By time, from 0 at the first row on; nothing is measured of the window.
  package let observations: [FaceObservation]
  /// Whether a last row was left out because its end is missing, as after a crash.
  package let isTorn: Bool

  /// - Throws: ``RecordingError/unreadable(path:line:reason:)`` with the line that is wrong.
  package init(path: String) throws(RecordingError) { try self.init(CSVLines(path: path)) }

  init(text: String, path: String) throws(RecordingError) { try self.init(CSVLines(text: text, path: path)) }

  private init(_ lines: CSVLines) throws(RecordingError) {
    var read: any RowReader
    if lines.column("Timecode") != nil {
      (format, read) = (.liveLinkFace, try LiveLinkReader(lines))
    } else if lines.column("t") != nil {
      (format, read) = (.track, try TrackReader(lines))
    } else {
      throw .unreadable(
        path: lines.path, line: 1,
        reason: "is no table of a face: neither a column Timecode (Live Link Face) nor a column t (gurn track)")
    }
    var observations: [FaceObservation] = []
    var isTorn = false
    for (index, row) in lines.rows.enumerated() {
      let isLast = index == lines.rows.count - 1
      do throws(RecordingError) {
        var next = try read.observation(row)
        // Rows are what was seen, one after the other: times rise.
        if let last = observations.last {
          next.time.nanoseconds = max(next.time.nanoseconds, last.time.nanoseconds + 1)
        }
        observations.append(next)
      } catch {
        guard isLast, lines.endsOpen else { throw error }
        isTorn = true
      }
    }
    guard let start = observations.first?.time.nanoseconds else {
      throw .unreadable(path: lines.path, line: nil, reason: "has no rows")
    }
    self.observations = observations.map {
      var observation = $0
      observation.time.nanoseconds -= start
      return observation
    }
    self.isTorn = isTorn
  }
}

/// Reads one row after the other, in their order.
protocol RowReader {
  mutating func observation(_ row: CSVLines.Row) throws(RecordingError) -> FaceObservation
}

/// The columns of the weights that a file has.
struct WeightColumns {
  private let columns: [(channel: Blendshape, column: Int)]

  /// - Throws: ``RecordingError/unreadable(path:line:reason:)`` where there is none.
  init(_ lines: CSVLines) throws(RecordingError) {
    columns = Blendshape.allCases.compactMap { channel in lines.column(channel.name).map { (channel, $0) } }
    guard !columns.isEmpty else {
      throw .unreadable(path: lines.path, line: 1, reason: "has no column of an ARKit blendshape, such as jawOpen")
    }
  }

  func read(
    _ row: CSVLines.Row, of lines: CSVLines
  ) throws(RecordingError) -> BlendshapeWeights {
    var weights = BlendshapeWeights()
    for (channel, column) in columns { weights[channel] = Float(try lines.number(row, column)) }
    return weights.clamped()
  }
}

/// Rows of `gurn track`.
private struct TrackReader: RowReader {
  private let lines: CSVLines
  private let weights: WeightColumns
  private let time: Int
  private let presence, confidence: Int?
  private let angles: [Int?]

  init(_ lines: CSVLines) throws(RecordingError) {
    self.lines = lines
    weights = try WeightColumns(lines)
    time = lines.column("t") ?? 0
    (presence, confidence) = (lines.column("present"), lines.column("confidence"))
    angles = ["yaw", "pitch", "roll"].map(lines.column)
  }

  func observation(_ row: CSVLines.Row) throws(RecordingError) -> FaceObservation {
    try checkWidth(row, of: lines)
    let seconds = try lines.number(row, time)
    guard abs(seconds) < 1e9 else {
      throw .unreadable(path: lines.path, line: row.line, reason: "t is \(seconds); seconds are needed")
    }
    var face = FaceObservation.absent(at: CaptureTime(seconds: seconds))
    if let confidence { face.confidence = Float(try lines.number(row, confidence)) }
    if let presence, try lines.number(row, presence) == 0 { return face }
    face.isPresent = true
    face.weights = try weights.read(row, of: lines)
    face.gaze = Gaze(eyeLook: face.weights)
    var turn = SIMD3<Float>.zero
    for (axis, column) in angles.enumerated() {
      if let column { turn[axis] = Float(try lines.number(row, column) * .pi / 180) }
    }
    face.pose.rotation = Quaternion(yaw: turn.x, pitch: turn.y, roll: turn.z)
    return face
  }
}

/// A row has as many fields as the header.
func checkWidth(_ row: CSVLines.Row, of lines: CSVLines) throws(RecordingError) {
  guard row.fields.count == lines.header.count else {
    throw .unreadable(
      path: lines.path, line: row.line,
      reason: "has \(row.fields.count) fields, and the header has \(lines.header.count)")
  }
}
