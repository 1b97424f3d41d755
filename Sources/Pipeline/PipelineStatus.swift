/// How the pipeline is, in a few numbers that cost nothing to keep.
package struct PipelineStatus: Sendable, Equatable {
  package var isPaused = false
  /// Whether a face is held.
  package var isPresent = false
  /// Frames tracked since the start.
  package var frames = 0
  /// By capture time, over the last second or so.
  package var framesPerSecond = 0.0
  /// Why no frames come, nil while they do.
  package var waitingReason: String?

  package init() {}
}
