import FaceCore
import Foundation

/// A smooth passage of the published face from where it was to where it should be: the fade on loss, the blend on return.
struct Transition: Equatable, Sendable {
  private let start: CaptureTime
  private let seconds: Double
  private let weights: BlendshapeWeights
  private let pose: HeadPose
  private let gaze: Gaze

  /// A passage of `seconds` that leaves `departure` at `start`.
  init(from departure: FaceObservation, start: CaptureTime, seconds: Double) {
    self.start = start
    self.seconds = seconds
    weights = departure.weights
    pose = departure.pose
    gaze = departure.gaze
  }

  func isOver(at time: CaptureTime) -> Bool { time.seconds(since: start) >= seconds }

  /// `goal` with weights, pose and gaze drawn back towards the departure by what is left of the passage at `goal.time`.
  func blend(towards goal: FaceObservation) -> FaceObservation {
    let share = progress(at: goal.time)
    var result = goal
    for index in 0..<52 { result.weights[index] = mix(weights[index], goal.weights[index], share) }
    result.pose.position = pose.position + share * (goal.pose.position - pose.position)
    let turn = (pose.rotation.conjugate * goal.pose.rotation).rotationVector
    result.pose.rotation = (pose.rotation * Quaternion(rotationVector: turn * share)).normalized
    result.gaze = Gaze(
      leftYaw: mix(gaze.leftYaw, goal.gaze.leftYaw, share), leftPitch: mix(gaze.leftPitch, goal.gaze.leftPitch, share),
      rightYaw: mix(gaze.rightYaw, goal.gaze.rightYaw, share),
      rightPitch: mix(gaze.rightPitch, goal.gaze.rightPitch, share))
    return result
  }

  /// From 0 to 1 with no speed at either end, so that a fade neither starts nor ends with a jerk.
  private func progress(at time: CaptureTime) -> Float {
    guard seconds > 0 else { return 1 }
    let t = Float(max(0, min(1, time.seconds(since: start) / seconds)))
    return t * t * (3 - 2 * t)
  }

  private func mix(_ a: Float, _ b: Float, _ share: Float) -> Float { a + share * (b - a) }
}
