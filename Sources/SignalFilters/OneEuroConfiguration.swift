/// The three settings of a One Euro filter.
///
/// To tune: set `beta` to 0, hold still and lower `minCutoffHz` until the jitter is gone; then move fast and raise `beta`
/// until the lag is gone. `beta` depends on the signal's unit, so settings cannot be carried from pixels to weights.
package struct OneEuroConfiguration: Equatable, Sendable {
  /// The cutoff at rest, Hz, above 0: lower is steadier and slower.
  package var minCutoffHz: Double
  /// What one unit per second of speed adds to the cutoff, Hz per (unit per second), 0 or more.
  package var beta: Double
  /// The cutoff of the speed's own low-pass, Hz, above 0.
  package var derivativeCutoffHz: Double

  package init(minCutoffHz: Double, beta: Double, derivativeCutoffHz: Double = 1) {
    self.minCutoffHz = minCutoffHz
    self.beta = beta
    self.derivativeCutoffHz = derivativeCutoffHz
  }

  /// - Throws: ``SignalFilterError`` for the first setting that is out of its range.
  package func validate() throws(SignalFilterError) {
    guard minCutoffHz.isFinite, minCutoffHz > 0 else { throw .notPositive(setting: "minCutoffHz", value: minCutoffHz) }
    guard beta.isFinite, beta >= 0 else { throw .negative(setting: "beta", value: beta) }
    guard derivativeCutoffHz.isFinite, derivativeCutoffHz > 0 else {
      throw .notPositive(setting: "derivativeCutoffHz", value: derivativeCutoffHz)
    }
  }

  /// The cutoff at a speed of `speed` units per second, Hz.
  func cutoffHz(atSpeed speed: Double) -> Double { minCutoffHz + beta * speed.magnitude }
}

/// The smoothing factor 0…1 of a first-order low-pass of `cutoffHz` over a step of `seconds`.
func smoothingFactor(cutoffHz: Double, seconds: Double) -> Double {
  1 / (1 + 1 / (2 * .pi * cutoffHz * seconds))
}
