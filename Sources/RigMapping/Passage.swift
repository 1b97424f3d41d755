import FaceCore

/// Leads what is published from what it was to what new settings make of it, so that no setting makes a face jump.
struct Passage: Equatable, Sendable {
  private let weights: BlendshapeWeights
  private let pose: HeadPose
  private let gaze: Gaze
  private let channels: [Float]
  private let start: CaptureTime
  private let seconds: Double

  /// - Parameter channels: the rig's values to start from, by the new profile's order.
  init(from departure: FaceObservation, channels: [Float], start: CaptureTime, seconds: Double) {
    weights = departure.weights
    pose = departure.pose
    gaze = departure.gaze
    self.channels = channels
    self.start = start
    self.seconds = seconds
  }

  /// How much of the new settings shows, 0…1; 1 from the end on and after a clock that was set back.
  func share(at time: CaptureTime) -> Float {
    let elapsed = time.seconds(since: start)
    guard elapsed >= 0, elapsed < seconds else { return 1 }
    let t = Float(elapsed / seconds)
    return t * t * (3 - 2 * t)
  }

  func blend(_ goal: inout FaceObservation, _ channels: inout MappedChannels, share: Float) {
    for index in 0..<52 { goal.weights[index] = weights[index] + (goal.weights[index] - weights[index]) * share }
    goal.pose.position = pose.position + share * (goal.pose.position - pose.position)
    goal.pose.rotation = pose.rotation.turned(towards: goal.pose.rotation, share)
    goal.gaze = gaze.mixed(with: goal.gaze, share)
    for index in channels.values.indices where index < self.channels.count {
      channels.values[index] = self.channels[index] + (channels.values[index] - self.channels[index]) * share
    }
  }
}

extension Quaternion {
  /// This rotation at share 0, `other` at 1, by the shorter way.
  func turned(towards other: Quaternion, _ share: Float) -> Quaternion {
    (self * Quaternion(rotationVector: (conjugate * other).rotationVector * share)).normalized
  }
}
