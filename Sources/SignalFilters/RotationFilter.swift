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
  package private(set) var configuration: OneEuroConfiguration
  /// Samples refused since the start or the last reset: no rotation, or not later than the last.
  package private(set) var rejectedSamples = 0

  private let maximumStepSeconds: Double
  private var clock = SampleClock()
  private var raw = Quaternion.identity
  private var filtered = Quaternion.identity
  /// Angular velocity in radians per second.
  private var velocity = SIMD3<Float>.zero

  /// - Parameter maximumStepSeconds: above 0; infinity filters each sample in one step.
  /// - Throws: ``SignalFilterError`` for a setting that is out of its range.
  package init(_ configuration: OneEuroConfiguration, maximumStepSeconds: Double = .infinity) throws(SignalFilterError)
  {
    try configuration.validate()
    guard maximumStepSeconds > 0 else { throw .notPositive(setting: "maximumStepSeconds", value: maximumStepSeconds) }
    self.configuration = configuration
    self.maximumStepSeconds = maximumStepSeconds
  }

  /// The filtered rotation, of unit length, after the sample captured at `time`; the identity before the first good sample.
  package mutating func filter(_ rotation: Quaternion, at time: CaptureTime) -> Quaternion {
    guard rotation.length.isFinite, rotation.length > 1e-3 else {
      rejectedSamples += 1
      return filtered
    }
    let sample = rotation.normalized
    switch clock.judge(time) {
    case .start:
      filtered = sample
      velocity = .zero
    case .step(let seconds): walk(to: sample, seconds: seconds)
    case .stale:
      rejectedSamples += 1
      return filtered
    }
    raw = sample
    return filtered
  }

  /// Forgets every sample: the filter is then equal to a new one.
  package mutating func reset() {
    clock = SampleClock()
    (raw, filtered, velocity) = (.identity, .identity, .zero)
    rejectedSamples = 0
  }

  /// Takes new settings and keeps the state, so that the output does not jump.
  /// - Throws: ``SignalFilterError``; the old settings then stay.
  package mutating func reconfigure(_ configuration: OneEuroConfiguration) throws(SignalFilterError) {
    try configuration.validate()
    self.configuration = configuration
  }

  private mutating func walk(to sample: Quaternion, seconds: Double) {
    let parts = partCount(of: seconds, maximumStepSeconds: maximumStepSeconds)
    let step = seconds / Double(parts)
    let turn = (raw.conjugate * sample).rotationVector
    let speedFactor = Float(smoothingFactor(cutoffHz: configuration.derivativeCutoffHz, seconds: step))
    for part in 1...parts {
      let input = raw * Quaternion(rotationVector: turn * (Float(part) / Float(parts)))
      let difference = (filtered.conjugate * input).rotationVector
      velocity += speedFactor * (difference / Float(step) - velocity)
      let speed = Double((velocity * velocity).sum().squareRoot())
      let factor = smoothingFactor(cutoffHz: configuration.cutoffHz(atSpeed: speed), seconds: step)
      filtered = (filtered * Quaternion(rotationVector: difference * Float(factor))).normalized
    }
  }
}
