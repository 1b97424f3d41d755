import FaceCore
import Foundation

/// A One Euro filter of a rotation, in the tangent space of the last filtered one.
///
/// A sample is seen as the rotation vector `log(conj(filtered) · sample)` in radians: its rate of change is the angular speed
/// that sets the cutoff, one for all three axes, so the path does not depend on the choice of axes, and a turn takes the
/// short way whichever of the two signs a quaternion has. `beta` is in Hz per (radian per second).
///
/// Time, refused samples and `maximumStepSeconds` are as in ``OneEuroFilter``; a quaternion with a component that is not
/// finite or of nearly no length counts as refused.
package struct RotationFilter: Equatable, Sendable {
  package private(set) var settings: FilterSettings
  /// Samples refused since the start or the last reset: no rotation, or not later than the last.
  package private(set) var rejectedSamples = 0

  private let maximumStepSeconds: Double
  private var clock = SampleClock()
  private var gate = RestGate()
  private var motion = AngularVelocityEstimate()
  private var raw = Quaternion.identity
  private var filtered = Quaternion.identity
  /// Angular velocity in radians per second.
  private var velocity = SIMD3<Float>.zero
  private var cutoffHz = Double.infinity

  /// The plain filter.
  ///
  /// - Parameter maximumStepSeconds: above 0; infinity filters each sample in one step.
  /// - Throws: ``SignalFilterError`` for a setting that is out of its range.
  package init(_ configuration: OneEuroConfiguration, maximumStepSeconds: Double = .infinity) throws(SignalFilterError)
  {
    try self.init(settings: FilterSettings(configuration), maximumStepSeconds: maximumStepSeconds)
  }

  /// The filter of a group; otherwise as ``init(_:maximumStepSeconds:)``.
  package init(settings: FilterSettings, maximumStepSeconds: Double) throws(SignalFilterError) {
    try settings.validate()
    guard maximumStepSeconds > 0 else { throw .notPositive(setting: "maximumStepSeconds", value: maximumStepSeconds) }
    self.settings = settings
    self.maximumStepSeconds = maximumStepSeconds
  }

  package var configuration: OneEuroConfiguration { settings.oneEuro }

  /// The filtered rotation, of unit length, after the sample captured at `time`; the identity before the first good sample.
  ///
  /// - Parameter quality: what the network's confidence leaves of the cutoff, above 0 to 1.
  package mutating func filter(_ rotation: Quaternion, at time: CaptureTime, quality: Double = 1) -> Quaternion {
    guard rotation.length.isFinite, rotation.length > 1e-3 else {
      rejectedSamples += 1
      return filtered
    }
    let sample = rotation.normalized
    switch clock.judge(time) {
    case .start:
      filtered = sample
      velocity = .zero
      gate = RestGate()
      motion.start(at: sample)
    case .step(let seconds):
      walk(to: sample, seconds: seconds, quality: quality)
      motion.update(sample, seconds: seconds, hz: settings.predictHz)
    case .stale:
      rejectedSamples += 1
      return filtered
    }
    raw = sample
    return filtered
  }

  /// The filtered rotation with the filter's own delay paid back: on the shortest way to the last sample, never beyond it.
  package var prompt: Quaternion {
    let way = (filtered.conjugate * raw).rotationVector
    let length = (way * way).sum()
    guard length > 0 else { return filtered }
    let horizon = settings.horizon(delay: 1 / (2 * .pi * cutoffHz), speed: motion.speed)
    let share = (motion.velocity * way).sum() * Float(horizon) / length
    return (filtered * Quaternion(rotationVector: way * max(0, min(1, share)))).normalized
  }

  /// Forgets every sample: the filter is then equal to a new one.
  package mutating func reset() {
    clock = SampleClock()
    (gate, motion) = (RestGate(), AngularVelocityEstimate())
    (raw, filtered, velocity, cutoffHz) = (.identity, .identity, .zero, .infinity)
    rejectedSamples = 0
  }

  /// Takes new settings and keeps the state, so that the output does not jump.
  /// - Throws: ``SignalFilterError``; the old settings then stay.
  package mutating func reconfigure(_ configuration: OneEuroConfiguration) throws(SignalFilterError) {
    try reconfigure(settings: FilterSettings(configuration))
  }

  /// Takes new settings of a group and keeps the state.
  /// - Throws: ``SignalFilterError``; the old settings then stay.
  mutating func reconfigure(settings: FilterSettings) throws(SignalFilterError) {
    try settings.validate()
    self.settings = settings
  }

  private mutating func walk(to sample: Quaternion, seconds: Double, quality: Double) {
    let parts = partCount(of: seconds, maximumStepSeconds: maximumStepSeconds)
    let step = seconds / Double(parts)
    let turn = (raw.conjugate * sample).rotationVector
    let speedFactor = Float(smoothingFactor(cutoffHz: configuration.derivativeCutoffHz, seconds: step))
    for part in 1...parts {
      let input = raw * Quaternion(rotationVector: turn * (Float(part) / Float(parts)))
      let difference = (filtered.conjugate * input).rotationVector
      velocity += speedFactor * (difference / Float(step) - velocity)
      cutoffHz = gate.cutoffHz(
        distance: Double(difference.magnitude), speed: Double(velocity.magnitude), motion: motion.speed,
        seconds: step, quality: quality, settings: settings)
      let factor = smoothingFactor(cutoffHz: cutoffHz, seconds: step)
      filtered = (filtered * Quaternion(rotationVector: difference * Float(factor))).normalized
    }
  }
}

/// A constant-velocity Kalman filter of a rotation, for its angular velocity; errors are rotation vectors.
struct AngularVelocityEstimate: Equatable, Sendable {
  private var gain = KalmanGain()
  private var rotation = Quaternion.identity
  /// Radians per second, in the frame of the rotated body.
  private(set) var velocity = SIMD3<Float>.zero

  /// Radians per second.
  var speed: Double { Double(velocity.magnitude) }

  /// Begins at rest at a rotation.
  mutating func start(at rotation: Quaternion) { (gain, self.rotation, velocity) = (KalmanGain(), rotation, .zero) }

  /// Takes the sample that came `seconds` after the last.
  mutating func update(_ sample: Quaternion, seconds: Double, hz: Double) {
    let gain = gain.step(seconds: seconds, hz: hz)
    let expected = (rotation * Quaternion(rotationVector: velocity * Float(seconds))).normalized
    let error = (expected.conjugate * sample).rotationVector
    rotation = (expected * Quaternion(rotationVector: error * Float(gain.position))).normalized
    velocity += error * Float(gain.speed)
  }
}

extension SIMD3<Float> {
  /// The vector's length.
  var magnitude: Float { (self * self).sum().squareRoot() }
}
