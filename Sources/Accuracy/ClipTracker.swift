import Capture
import FaceCore
import NeuralGraph
import Pipeline

/// Runs clips through the pipeline, as `gurn track` does. Used from one thread.
package enum ClipTracker {
  /// Every frame of a clip through a new stage; `afterFrame` may throw to end the work.
  ///
  /// - Throws: ``CaptureError`` and ``AccuracyError`` where the clip can't be read to its end.
  package static func track(
    _ path: String, with stage: FaceStage, afterFrame: () throws -> Void = {}
  ) throws -> FaceTable {
    var table = FaceTable()
    try track(path, with: stage) { row, box in
      table.append(row, isPresent: row.isPresent, box: box)
      try afterFrame()
    }
    return table
  }

  /// Every frame of a clip through a new stage; each is handed on as filtered, with its box in pixels. A face that fades is
  /// gone.
  ///
  /// - Throws: ``CaptureError`` and ``AccuracyError`` where the clip can't be read to its end, and what `take` throws.
  package static func track(
    _ path: String, with stage: FaceStage, take: (FaceObservation, SIMD4<Float>?) throws -> Void
  ) throws {
    let source = try VideoFile(path: path)
    while case .frame(let frame) = try source.next() {
      let plane = LumaPlane(pixels: frame.pixels, width: frame.width, height: frame.height, stride: frame.stride)
      let result = try stage.process(plane, at: frame.time)
      var row = result.filtered
      row.isPresent = result.raw.isPresent
      try take(row, result.box)
    }
    guard source.damagedFrames == 0 else {
      throw AccuracyError.unreadable(
        path: path, fault: "\(source.damagedFrames) of its packets are damaged or missing; is it cut off?")
    }
  }
}
