import FaceCore

/// What is true of one frame of a rendered session.
package struct SessionTruth: Sendable {
  /// From the clip's start.
  package var seconds: Double
  package var weights: BlendshapeWeights
  /// Relative to the view ray; the identity looks at the camera.
  package var rotation: Quaternion
  /// The true window in frame pixels; nil when the face is out of the frame.
  package var window: FaceWindow?
  /// False while the person is on the way into the frame or out of it: whether a face is there is a matter of opinion.
  package var isCertain: Bool

  package init(
    seconds: Double, weights: BlendshapeWeights, rotation: Quaternion, window: FaceWindow?, isCertain: Bool = true
  ) {
    self.seconds = seconds
    self.weights = weights
    self.rotation = rotation
    self.window = window
    self.isCertain = isCertain
  }
}
