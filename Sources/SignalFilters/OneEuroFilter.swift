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
/// A sample at the time of the last one or shortly before is left out; a gap above 250 ms, or a clock set back by as much,
/// starts anew; a value that is not finite keeps the state and counts. Time is O(1) a step, nothing is allocated.
package struct OneEuroFilter: Equatable, Sendable {
  package private(set) var configuration: OneEuroConfiguration
  /// Samples refused since the start or the last reset: not finite, or not later than the last.
  package private(set) var rejectedSamples = 0

  private let maximumStepSeconds: Double
  private var clock = SampleClock()
  private var raw = 0.0
  private var filtered = 0.0
  private var speed = 0.0

  /// - Parameter maximumStepSeconds: above 0; infinity filters each sample in one step, as published.
  /// - Throws: ``SignalFilterError`` for a setting that is out of its range.
  package init(_ configuration: OneEuroConfiguration, maximumStepSeconds: Double = .infinity) throws(SignalFilterError)
  {
    try configuration.validate()
    guard maximumStepSeconds > 0 else { throw .notPositive(setting: "maximumStepSeconds", value: maximumStepSeconds) }
    self.configuration = configuration
    self.maximumStepSeconds = maximumStepSeconds
  }

  /// The filtered value after the sample `value` captured at `time`; 0 as long as no finite sample has come.
  package mutating func filter(_ value: Float, at time: CaptureTime) -> Float {
    guard value.isFinite else {
      rejectedSamples += 1
      return Float(filtered)
    }
    switch clock.judge(time) {
    case .start:
      filtered = Double(value)
      speed = 0
    case .step(let seconds): walk(to: Double(value), seconds: seconds)
    case .stale:
      rejectedSamples += 1
      return Float(filtered)
    }
    raw = Double(value)
    return Float(filtered)
  }

  /// Forgets every sample: the filter is then equal to a new one.
  package mutating func reset() {
    clock = SampleClock()
    (raw, filtered, speed) = (0, 0, 0)
    rejectedSamples = 0
  }

  /// Takes new settings and keeps the state, so that the output does not jump.
  /// - Throws: ``SignalFilterError``; the old settings then stay.
  package mutating func reconfigure(_ configuration: OneEuroConfiguration) throws(SignalFilterError) {
    try configuration.validate()
    self.configuration = configuration
  }

  private mutating func walk(to value: Double, seconds: Double) {
    let parts = partCount(of: seconds, maximumStepSeconds: maximumStepSeconds)
    let step = seconds / Double(parts)
    let speedFactor = smoothingFactor(cutoffHz: configuration.derivativeCutoffHz, seconds: step)
    for part in 1...parts {
      let input = raw + (value - raw) * Double(part) / Double(parts)
      speed += speedFactor * ((input - filtered) / step - speed)
      filtered += smoothingFactor(cutoffHz: configuration.cutoffHz(atSpeed: speed), seconds: step) * (input - filtered)
    }
  }
}

/// How many equal parts of about `maximumStepSeconds` make up a step of `seconds`: 1 to 1,000.
func partCount(of seconds: Double, maximumStepSeconds: Double) -> Int {
  Int(max(1, min(1_000, (seconds / maximumStepSeconds).rounded())))
}
