/// Sets a low-pass's cutoff as its settings ask, and knows whether the signal is at rest.
struct RestGate: Equatable, Sendable {
  /// How long the input has to stay near the output before it counts as resting again, seconds.
  static let settleSeconds = 0.1

  /// Always false but for a deadband.
  private(set) var isMoving = false
  private var calmSeconds = 0.0

  /// The cutoff for the next step, Hz.
  ///
  /// - Parameters:
  ///   - distance: of the input from the output, 0 or more, in the signal's unit.
  ///   - speed: One Euro's measure of it, units per second.
  ///   - motion: the Kalman filter's calmer measure, 0 or more: what would leave the rest's part of the band within
  ///     ``settleSeconds`` is not at rest, so that a slow movement becomes no staircase.
  ///   - seconds: how long the step is.
  ///   - quality: what the network's confidence leaves of the cutoff, above 0.
  mutating func cutoffHz(
    distance: Double, speed: Double, motion: Double, seconds: Double, quality: Double, settings: FilterSettings
  ) -> Double {
    guard settings.filter == .deadband else { return settings.oneEuro.cutoffHz(atSpeed: speed) * quality }
    if distance > settings.deadband { isMoving = true }
    let share = settings.deadband * settings.hysteresis
    calmSeconds = distance < share && motion * Self.settleSeconds < share ? calmSeconds + seconds : 0
    if calmSeconds >= Self.settleSeconds { isMoving = false }
    return (isMoving ? settings.oneEuro.cutoffHz(atSpeed: speed) : settings.restCutoffHz) * quality
  }
}
