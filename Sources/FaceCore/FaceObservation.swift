/// What is known of one face at one frame: the value that stages hand on and schemas encode.
package struct FaceObservation: Equatable, Sendable {
  /// When the frame was captured.
  package var time: CaptureTime
  /// Whether a face is held. When false, weights and pose are the fade towards neutral.
  package var isPresent: Bool
  /// The window network's belief that the window holds a face, 0…1.
  package var confidence: Float
  package var weights: BlendshapeWeights
  package var pose: HeadPose
  package var gaze: Gaze
  /// The window that the face was read from, nil while no face is held.
  package var window: FaceWindow?
  /// What a rig profile and the triggers make of the face; none before the personal stage.
  package var channels = FaceChannels.none

  package init(
    time: CaptureTime, isPresent: Bool, confidence: Float, weights: BlendshapeWeights, pose: HeadPose, gaze: Gaze,
    window: FaceWindow?
  ) {
    self.time = time
    self.isPresent = isPresent
    self.confidence = confidence
    self.weights = weights
    self.pose = pose
    self.gaze = gaze
    self.window = window
  }

  /// No face, everything neutral.
  package static func absent(at time: CaptureTime) -> FaceObservation {
    .init(
      time: time, isPresent: false, confidence: 0, weights: .neutral, pose: .neutral, gaze: .ahead, window: nil)
  }
}
