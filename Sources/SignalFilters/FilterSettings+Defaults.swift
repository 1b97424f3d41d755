/// The shipped settings: what `gurn tune` found steadiest at no visible lag on rendered sessions, held against recordings of
/// people. docs/filters.md has the figures.
extension FilterSettings {
  static let defaultLids = resting(
    deadband: 0.045, restCutoffHz: 0.5,
    FilterSettings(minCutoffHz: 1.5, beta: 2, derivativeCutoffHz: 8))

  static let defaultGaze = predicting(
    hz: 3, speed: 2,
    resting(
      deadband: 0.09, restCutoffHz: 0.3,
      FilterSettings(minCutoffHz: 0.5, beta: 0.3, derivativeCutoffHz: 1)))

  static let defaultBrows = resting(
    deadband: 0.05, restCutoffHz: 0.4,
    FilterSettings(minCutoffHz: 1.6, beta: 0.5, derivativeCutoffHz: 2.1))

  static let defaultMouth = predicting(
    hz: 2, speed: 0.6,
    resting(
      deadband: 0.028, restCutoffHz: 0.4,
      FilterSettings(minCutoffHz: 1.6, beta: 1.2, derivativeCutoffHz: 4.8)))

  static let defaultHead = predicting(
    hz: 1.3, speed: 0.64,
    resting(
      deadband: 0.047, restCutoffHz: 0.36,
      FilterSettings(minCutoffHz: 1.2, beta: 0.49, derivativeCutoffHz: 4.3)))

  private static func resting(deadband: Double, restCutoffHz: Double, _ moving: FilterSettings) -> FilterSettings {
    var settings = moving
    (settings.filter, settings.deadband, settings.restCutoffHz) = (.deadband, deadband, restCutoffHz)
    return settings
  }

  private static func predicting(hz: Double, speed: Double, _ filtering: FilterSettings) -> FilterSettings {
    var settings = filtering
    (settings.predictSeconds, settings.predictHz, settings.predictSpeed) = (0.15, hz, speed)
    return settings
  }
}
