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
    let source = try VideoFile(path: path)
    var table = FaceTable()
    while case .frame(let frame) = try source.next() {
      let plane = LumaPlane(pixels: frame.pixels, width: frame.width, height: frame.height, stride: frame.stride)
      let result = try stage.process(plane, at: frame.time)
      table.append(result.filtered, isPresent: result.raw.isPresent, box: result.box)
      try afterFrame()
    }
    guard source.damagedFrames == 0 else {
      throw AccuracyError.unreadable(
        path: path, fault: "\(source.damagedFrames) of its packets are damaged or missing; is it cut off?")
    }
    return table
  }
}
