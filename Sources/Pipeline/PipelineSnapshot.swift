import FaceCore

/// What the running pipeline shows to people: a copy of one frame's state.
package struct PipelineSnapshot: Sendable {
  /// After the filters: what was broadcast.
  package var observation: FaceObservation
  /// The 70 landmarks in frame pixels, empty while no face is held.
  package var landmarks: [SIMD2<Float>]
  package var image: LumaImage
  package var timings: StageTimings
  package var executor: String
  package var source: String
  /// Why there are no frames, nil while they come.
  package var waitingReason: String?
  package var frames: Int
  package var droppedFrames: Int
  /// One line a target: where, what schema, and a fault if there is one.
  package var targets: [String]
}
