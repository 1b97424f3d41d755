/// The shipped settings: what `gurn tune` found steadiest at no visible lag on rendered sessions, held against recordings of
/// people. docs/filters.md has the figures.
extension FilterSettings {
  static let defaultLids = resting(
    deadband: 0.045, restCutoffHz: 0.5,
    FilterSettings(minCutoffHz: 1.5, beta: 1.4, derivativeCutoffHz: 8))

  static let defaultGaze = predicting(
    hz: 3, speed: 2,
    resting(
      deadband: 0.09, restCutoffHz: 0.3,
      FilterSettings(minCutoffHz: 0.5, beta: 0.3, derivativeCutoffHz: 1)))

  static let defaultBrows = predicting(
    hz: 2.4, speed: 1.6,
    gated(FilterSettings(minCutoffHz: 0.25, beta: 0.31, derivativeCutoffHz: 4)))

  static let defaultMouth = predicting(
    hz: 2, speed: 0.6,
    resting(
      deadband: 0.028, restCutoffHz: 0.4,
      FilterSettings(minCutoffHz: 1.6, beta: 1.2, derivativeCutoffHz: 4.8)))

  /// Without a deadband: a head that turned slowly left it in steps, which cost a tenth of a degree on recordings.
  static let defaultHead = predicting(
    hz: 2.4, speed: 0.7,
    gated(FilterSettings(minCutoffHz: 0.1, beta: 0.18, derivativeCutoffHz: 10)))

  private static func resting(deadband: Double, restCutoffHz: Double, _ moving: FilterSettings) -> FilterSettings {
    var settings = moving
    (settings.filter, settings.deadband, settings.restCutoffHz) = (.deadband, deadband, restCutoffHz)
    return settings
  }

  private static func gated(_ moving: FilterSettings) -> FilterSettings {
    var settings = moving
    settings.filter = .gatedOneEuro
    return settings
  }

  private static func predicting(hz: Double, speed: Double, _ filtering: FilterSettings) -> FilterSettings {
    var settings = filtering
    (settings.predictSeconds, settings.predictHz, settings.predictSpeed) = (0.15, hz, speed)
    return settings
  }
}
