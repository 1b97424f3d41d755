import FaceCore

/// The One Euro filter of a scalar: a low-pass whose cutoff rises with the signal's speed.
///
/// Casiez, Roussel, Vogel, "1€ Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive Systems", CHI
/// 2012, doi:10.1145/2207676.2208639, in the form its authors keep up: the speed is taken against the previous *filtered*
/// value, starts at 0, and is low-passed from the second sample on.
///
/// That speed, and so the cutoff, depends on the sampling rate. With `maximumStepSeconds` a longer step is walked in equal
/// parts of about that length along the straight line between two samples: the curve is then the same at any frame rate.
///
/// Its cutoff can also be set by the other filters of ``FilterSettings``, and its own delay be paid back.
///
/// A sample at the time of the last one or shortly before is left out; a gap above 250 ms, or a clock set back by as much,
/// starts anew; a value that is not finite keeps the state and counts. Time is O(1) a step, nothing is allocated.
package struct OneEuroFilter: Equatable, Sendable {
  package private(set) var settings: FilterSettings
  /// Samples refused since the start or the last reset: not finite, or not later than the last.
  package private(set) var rejectedSamples = 0

  private let maximumStepSeconds: Double
  private var clock = SampleClock()
  private var gate = RestGate()
  private var motion = VelocityEstimate()
  private var raw = 0.0
  private var filtered = 0.0
  private var speed = 0.0
  private var cutoffHz = Double.infinity

  /// The plain filter.
  ///
  /// - Parameter maximumStepSeconds: above 0; infinity filters each sample in one step, as published.
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

  /// The filtered value after the sample `value` captured at `time`; 0 as long as no finite sample has come.
  ///
  /// - Parameter quality: what the network's confidence leaves of the cutoff, above 0 to 1.
  package mutating func filter(_ value: Float, at time: CaptureTime, quality: Double = 1) -> Float {
    guard value.isFinite else {
      rejectedSamples += 1
      return Float(filtered)
    }
    switch clock.judge(time) {
    case .start:
      filtered = Double(value)
      speed = 0
      gate = RestGate()
      motion.start(at: filtered)
    case .step(let seconds):
      walk(to: Double(value), seconds: seconds, quality: quality)
      motion.update(Double(value), seconds: seconds, hz: settings.predictHz)
    case .stale:
      rejectedSamples += 1
      return Float(filtered)
    }
    raw = Double(value)
    return Float(filtered)
  }

  /// The filtered value with the filter's own delay paid back: never beyond the last sample, so it can't overshoot it.
  package var prompt: Float {
    let horizon = settings.horizon(delay: 1 / (2 * .pi * cutoffHz), speed: motion.speed)
    let led = filtered + motion.speed * horizon
    return Float(max(min(raw, filtered), min(max(raw, filtered), led)))
  }

  /// Forgets every sample: the filter is then equal to a new one.
  package mutating func reset() {
    clock = SampleClock()
    (gate, motion) = (RestGate(), VelocityEstimate())
    (raw, filtered, speed, cutoffHz) = (0, 0, 0, .infinity)
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

  private mutating func walk(to value: Double, seconds: Double, quality: Double) {
    let parts = partCount(of: seconds, maximumStepSeconds: maximumStepSeconds)
    let step = seconds / Double(parts)
    let speedFactor = smoothingFactor(cutoffHz: configuration.derivativeCutoffHz, seconds: step)
    for part in 1...parts {
      let input = raw + (value - raw) * Double(part) / Double(parts)
      let difference = input - filtered
      speed += speedFactor * (difference / step - speed)
      cutoffHz = gate.cutoffHz(
        distance: difference.magnitude, speed: speed, motion: motion.speed.magnitude, seconds: step, quality: quality,
        settings: settings)
      filtered += smoothingFactor(cutoffHz: cutoffHz, seconds: step) * difference
    }
  }
}

/// How many equal parts of about `maximumStepSeconds` make up a step of `seconds`: 1 to 1,000.
func partCount(of seconds: Double, maximumStepSeconds: Double) -> Int {
  Int(max(1, min(1_000, (seconds / maximumStepSeconds).rounded())))
}
