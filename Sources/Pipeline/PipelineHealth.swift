import Foundation

/// How a pipeline's threads get on: counters that rise while they live, and what they are busy with.
package struct PipelineHealth: Equatable, Sendable {
  /// Rounds of the capture thread: one a frame, and two a second while a camera is waited for.
  package var captureRounds = 0
  /// Rounds of the tracking thread: one a frame, and thirty a second without frames.
  package var trackingRounds = 0
  /// Frames tracked.
  package var frames = 0
  package var isPresent = false
  /// Whether the pipeline rests: no face for long, or nobody who listens.
  package var isResting = false
  package var waitingReason: String?
  /// The source as it calls itself, nil before the first frame.
  package var source: String?

  package init() {}

  /// Whether both threads came round since `earlier`. A thread that has not come round at all is still being set up; another
  /// pipeline's counters differ and count as movement.
  package func hasMoved(since earlier: PipelineHealth) -> Bool {
    (captureRounds != earlier.captureRounds || captureRounds == 0)
      && (trackingRounds != earlier.trackingRounds || trackingRounds == 0)
  }

  /// One line for people, such as `30 frames a second from C920, a face is held`.
  /// - Parameter seconds: the time since `earlier`.
  package func line(since earlier: PipelineHealth, seconds: Double) -> String {
    if let waitingReason { return "waiting for camera: \(waitingReason)" }
    guard let source else { return "starting" }
    let tracked = max(0, frames - earlier.frames)
    let rate = Int((Double(tracked) / max(seconds, 0.001)).rounded())
    let face = isPresent ? "a face is held" : isResting ? "resting: no face, or nobody listens" : "no face"
    return "\(rate) frames a second from \(source), \(face)"
  }
}
