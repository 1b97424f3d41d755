import Foundation

/// How one group is filtered: which filter, its settings, and how much of its delay is paid back.
///
/// All filters are low-passes that differ in their cutoff: One Euro's rises with speed, the gated one's also falls with the
/// network's confidence, and the deadband's is `restCutoffHz` until the input leaves the band. A change of any setting keeps
/// the state.
package struct FilterSettings: Equatable, Sendable {
  /// What sets the low-pass's cutoff.
  package enum Filter: String, CaseIterable, Sendable {
    /// One Euro: the cutoff rises with the speed.
    case oneEuro = "one_euro"
    /// One Euro whose cutoff also falls where the network doubts.
    case gatedOneEuro = "gated_one_euro"
    /// At rest inside a band, gated One Euro outside of it, with hysteresis between.
    case deadband
  }

  package var filter = Filter.oneEuro
  package var oneEuro: OneEuroConfiguration
  /// The power of the confidence (0…1) that scales the cutoff; 0 leaves it alone. Not used by `oneEuro`.
  package var confidenceGate = 2.0
  /// How far the input has to be from the output to end the rest: weight, radians, or tenths of a metre; above 0.
  package var deadband = 0.04
  /// The share of the deadband that the distance has to stay below for ``RestGate/settleSeconds`` to rest again, 0…1; the
  /// speed has to be one that would keep it there.
  package var hysteresis = 0.5
  /// The cutoff at rest, Hz, above 0.
  package var restCutoffHz = 0.4
  /// The longest delay of the filter itself that is paid back, seconds; 0 pays back nothing.
  package var predictSeconds = 0.0
  /// The natural frequency of the Kalman filter that measures the speed, Hz, above 0: higher is quicker and noisier.
  package var predictHz = 2.0
  /// The speed at which half of the delay is paid back, units per second, 0 or more: noise is slow, motion is fast.
  package var predictSpeed = 0.4

  /// A plain One Euro filter without prediction.
  package init(minCutoffHz: Double, beta: Double, derivativeCutoffHz: Double = 1) {
    oneEuro = OneEuroConfiguration(minCutoffHz: minCutoffHz, beta: beta, derivativeCutoffHz: derivativeCutoffHz)
  }

  /// A plain One Euro filter without prediction.
  package init(_ oneEuro: OneEuroConfiguration) { self.oneEuro = oneEuro }

  /// - Throws: ``SignalFilterError`` for the first setting that is out of its range.
  package func validate() throws(SignalFilterError) {
    try oneEuro.validate()
    let aboveZero = [("deadband", deadband), ("restCutoffHz", restCutoffHz), ("predictHz", predictHz)]
    for (setting, value) in aboveZero where !(value.isFinite && value > 0) {
      throw .notPositive(setting: setting, value: value)
    }
    let fromZero = [
      ("confidenceGate", confidenceGate), ("hysteresis", hysteresis), ("predictSeconds", predictSeconds),
      ("predictSpeed", predictSpeed),
    ]
    for (setting, value) in fromZero where !(value.isFinite && value >= 0) {
      throw .negative(setting: setting, value: value)
    }
  }

  /// What a confidence of 0…1 leaves of the cutoff: 1 in full trust, never below a twentieth, so that nothing freezes.
  package func quality(confidence: Double) -> Double {
    guard filter != .oneEuro, confidenceGate > 0 else { return 1 }
    return max(0.05, pow(max(0, min(1, confidence)), confidenceGate))
  }

  /// The part of `delay` seconds that is paid back at a speed, seconds.
  func horizon(delay: Double, speed: Double) -> Double {
    guard predictSeconds > 0 else { return 0 }
    return min(delay, predictSeconds) * motionShare(speed: speed)
  }

  /// How sure it is that a speed is motion and not noise, 0…1.
  func motionShare(speed: Double) -> Double {
    let square = speed * speed
    guard square > 0 else { return 0 }
    return square / (square + predictSpeed * predictSpeed)
  }
}
