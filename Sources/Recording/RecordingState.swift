/// How a recording stands.
package struct RecordingState: Equatable, Sendable {
  /// Whether it goes on.
  package enum Phase: Equatable, Sendable {
    case recording
    /// It was asked to end, or is as long as it was meant to be.
    case finished
    /// It had to end: why, with the file's name.
    case failed(String)
  }

  package var phase = Phase.recording
  /// The file that is written at present, the pictures' where there are any.
  package var path: String
  /// How many parts were begun.
  package var parts = 0
  /// Pictures and rows written.
  package var frames = 0
  package var rows = 0
  /// Pictures and rows that the disk was too slow for.
  package var droppedFrames = 0
  package var droppedRows = 0
  /// Bytes written, all parts together.
  package var bytes = 0
  /// From the first picture or row to the last, by capture time.
  package var seconds = 0.0

  package init(path: String) { self.path = path }
}

extension RecordingState: CustomStringConvertible {
  package var description: String {
    let length = "\(frames) frames, \(rows) rows, \(Int(seconds.rounded())) s, \(bytes / 1000) kB"
    let dropped =
      droppedFrames + droppedRows > 0
      ? "; the disk was too slow for \(droppedFrames) frames and \(droppedRows) rows" : ""
    return switch phase {
    case .recording: "recording \(path): \(length)\(dropped)"
    case .finished: "\(path): \(length)\(dropped)"
    case .failed(let reason): "recording stopped: \(reason); \(length)\(dropped)"
    }
  }
}
