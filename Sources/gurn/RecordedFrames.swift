import Capture
import FaceCore
import NeuralGraph
import Pipeline
import RigMapping

/// Everything that a command reads of a recording before it decides what it means.
enum RecordedFrames {
  /// Runs a whole recording through a stage; `body` hears of each frame after the stage, with the time in the recording.
  static func read(
    _ path: String, with stage: FaceStage, until stop: StopSignals, body: (FaceStage, FaceStage.Result) throws -> Void
  ) throws {
    let source = try VideoFile(path: path)
    var progress = ProgressLine(total: max(1, source.frameCount ?? 1), unit: "frames")
    while case .frame(let frame) = try source.next() {
      if stop.isRaised { throw CommandFailure("interrupted; nothing was saved") }
      let plane = LumaPlane(pixels: frame.pixels, width: frame.width, height: frame.height, stride: frame.stride)
      try body(stage, stage.process(plane, at: frame.time))
      progress.advance()
    }
    progress.finish()
    guard source.damagedFrames == 0 else {
      throw CommandFailure("\(path): \(source.damagedFrames) of its packets are damaged or missing; is it cut off?")
    }
  }
}

/// A stretch of a recording, `FROM-TO` in seconds.
struct TimeSpan: Equatable {
  let from, to: Double

  /// nil for anything but two numbers of which the second is the greater.
  init?(argument: String) {
    let parts = argument.split(separator: "-", omittingEmptySubsequences: false).map { Double($0) }
    guard parts.count == 2, let from = parts[0], let to = parts[1], from >= 0, from < to, to <= 1e9 else { return nil }
    self.from = from
    self.to = to
  }

  func contains(_ seconds: Double) -> Bool { (from...to).contains(seconds) }
}
