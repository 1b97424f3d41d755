import FaceCore
import Foundation
import Pipeline
import Recording

/// The tables of a tracked clip, one for each face: face 0's under the name that was asked for, the others' beside it.
final class FaceTables {
  private let paths: [String]
  private var writers: [TrackCSVWriter] = []
  private var summaries: [TrackSummary]

  /// The tables' files: `out.csv`, `out.face1.csv` and so on.
  static func paths(_ path: String, faces: Int) -> [String] {
    let name = path as NSString
    let ending = name.pathExtension.isEmpty ? "" : "." + name.pathExtension
    return (0..<faces).map { $0 == 0 ? path : "\(name.deletingPathExtension).face\($0)\(ending)" }
  }

  /// Opens every file before any work is done.
  ///
  /// - Throws: ``RecordingError`` for a file that can't be made, ``CommandFailure`` for several faces into one pipe.
  init(path: String, faces: Int) throws {
    paths = Self.paths(path, faces: faces)
    summaries = Array(repeating: TrackSummary(), count: faces)
    do {
      for path in paths {
        writers.append(try TrackCSVWriter(path: path))
        guard faces > 1, isDirect else { continue }
        throw CommandFailure("\(path): is a pipe or a device, which holds one face; --faces \(faces) needs a file name")
      }
    } catch {
      discard()
      throw error
    }
  }

  /// Whether face 0's table is a pipe or a device.
  var isDirect: Bool { writers[0].isDirect }
  /// Frames so far.
  var frames: Int { summaries[0].frames }

  /// Adds what the stage made of a frame, a row in each table.
  func append(_ stage: FaceStage, hasTimings: Bool) throws {
    for face in writers.indices {
      let result = stage.result(of: face)
      let milliseconds = (result.trackSeconds + result.filterSeconds) * 1000
      var row = result.filtered
      // A face that is gone fades on the wire; in the table it is simply gone.
      row.isPresent = result.raw.isPresent
      try writers[face].append(row, box: result.box, processingMilliseconds: hasTimings ? milliseconds : nil)
      summaries[face].add(isPresent: row.isPresent, milliseconds: milliseconds)
    }
  }

  /// Gives every file its name.
  func finish() throws {
    for writer in writers { try writer.finish() }
  }

  /// Removes what was written so far.
  func discard() {
    for writer in writers { writer.discard() }
  }

  /// What the run came to: a line for each face.
  func report(executor: String) -> String {
    zip(paths, summaries).map { "\($0): \($1) (\(executor))" }.joined(separator: "\n")
  }
}
