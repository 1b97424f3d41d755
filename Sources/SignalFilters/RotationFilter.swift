import FaceCore
import Foundation

/// A One Euro filter of a rotation, in the tangent space of the last filtered one.
///
/// A sample is seen as the rotation vector `log(conj(filtered) · sample)` in radians: its rate of change is the angular speed
/// that sets the cutoff, and a turn takes the short way whichever of the two signs a quaternion has. `beta` is in Hz per (radian
/// per second). Plain One Euro has one cutoff for all three axes, so that the path does not depend on their choice. The gated
/// one and the deadband go by each of the head's own axes: a head that turns does not tremble in its nod and its tilt, and each
/// axis is followed as closely as it is measured (``axisTrust``).
///
/// Time, refused samples and `maximumStepSeconds` are as in ``OneEuroFilter``; a quaternion with a component that is not
/// finite or of nearly no length counts as refused.
package struct RotationFilter: Equatable, Sendable {
  package private(set) var settings: FilterSettings
  /// Samples refused since the start or the last reset: no rotation, or not later than the last.
  package private(set) var rejectedSamples = 0

  /// How many times higher the cutoff of nod, turn and tilt is than the settings say, and how much slower a motion is
  /// believed: about the inverse of the noise's power, which was 1 : 0.7² : 0.45² on rendered sessions and 1 : 0.7² : 0.4² on
  /// recordings. A tilt shows in the line of the eyes, a nod only in lengths.
  static let axisTrust = SIMD3<Double>(1, 2, 4)

  private let maximumStepSeconds: Double
  private var clock = SampleClock()
  private var gates = AxisGates()
  private var motion = AngularVelocityEstimate()
  private var raw = Quaternion.identity
  private var filtered = Quaternion.identity
  /// Angular velocity in radians per second.
  private var velocity = SIMD3<Float>.zero
  /// About the head's own axes.
  private var cutoffHz = SIMD3<Double>(repeating: .infinity)

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
      gates = AxisGates()
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

  /// The filtered rotation with the filter's own delay paid back: about each of the head's axes towards the last sample, never
  /// beyond it.
  package var prompt: Quaternion {
    let way = (filtered.conjugate * raw).rotationVector
    var led = SIMD3<Float>.zero
    for axis in 0..<3 {
      let speed = motion.velocity[axis]
      let horizon = settings.horizon(delay: 1 / (2 * .pi * cutoffHz[axis]), speed: Double(speed) * trust(axis))
      led[axis] = max(min(0, way[axis]), min(max(0, way[axis]), speed * Float(horizon)))
    }
    return (filtered * Quaternion(rotationVector: led)).normalized
  }

  /// Forgets every sample: the filter is then equal to a new one.
  package mutating func reset() {
    clock = SampleClock()
    (gates, motion) = (AxisGates(), AngularVelocityEstimate())
    (raw, filtered, velocity, cutoffHz) = (.identity, .identity, .zero, .init(repeating: .infinity))
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
      setCutoffs(difference, seconds: step, quality: quality)
      var correction = difference
      for axis in 0..<3 { correction[axis] *= Float(smoothingFactor(cutoffHz: cutoffHz[axis], seconds: step)) }
      filtered = (filtered * Quaternion(rotationVector: correction)).normalized
    }
  }

  private mutating func setCutoffs(_ difference: SIMD3<Float>, seconds: Double, quality: Double) {
    guard settings.filter != .oneEuro else {
      let hz = settings.oneEuro.cutoffHz(atSpeed: Double(velocity.magnitude)) * quality
      return cutoffHz = SIMD3(repeating: hz)
    }
    for axis in 0..<3 {
      cutoffHz[axis] = gates[axis].cutoffHz(
        distance: Double(difference[axis].magnitude), speed: Double(velocity[axis].magnitude),
        motion: Double(motion.velocity[axis].magnitude), seconds: seconds, quality: quality * trust(axis),
        settings: settings)
    }
  }

  private func trust(_ axis: Int) -> Double { settings.filter == .oneEuro ? 1 : Self.axisTrust[axis] }
}

/// A gate for each of the three axes.
private struct AxisGates: Equatable, Sendable {
  private var x = RestGate()
  private var y = RestGate()
  private var z = RestGate()

  subscript(axis: Int) -> RestGate {
    get { axis == 0 ? x : axis == 1 ? y : z }
    set {
      switch axis {
      case 0: x = newValue
      case 1: y = newValue
      default: z = newValue
      }
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
