extension FilterBank {
  /// The settings of each group, and how loss and return are softened.
  ///
  /// The defaults are those of `gurn tune`'s comparison on rendered sessions: see docs/filters.md.
  package struct Configuration: Equatable, Sendable {
    package var lids = Configuration.resting(band: 0.05, restHz: 0.4, minHz: 1.5, beta: 2, derivativeHz: 8)
    package var gaze = Configuration.resting(band: 0.08, restHz: 0.3, minHz: 1, beta: 1, derivativeHz: 3)
    package var brows = Configuration.resting(band: 0.05, restHz: 0.4, minHz: 1.5, beta: 2, derivativeHz: 8)
    package var mouth = Configuration.resting(band: 0.03, restHz: 0.5, minHz: 1.5, beta: 2, derivativeHz: 8)
    /// For radians; the position is filtered with the same settings in tenths of a metre.
    package var head = Configuration.resting(band: 0.03, restHz: 0.5, minHz: 0.6, beta: 0.5, derivativeHz: 1)
    /// How long a lost face takes to become neutral, seconds, 0 or more.
    package var fadeSeconds = 0.5
    /// How long a face that is found again takes to be followed fully, seconds, 0 or more.
    package var returnSeconds = 0.15
    /// How often is sent, times a second, above 0; nil is once for each frame of the camera.
    package var outputHz: Double?
    /// How much of the time from capture to sending is paid back by prediction at most, seconds, 0 or more.
    package var latencySeconds = 0.05

    package init() {}

    package subscript(group: FilterGroup) -> FilterSettings {
      switch group {
      case .lids: lids
      case .gaze: gaze
      case .brows: brows
      case .mouth: mouth
      case .head: head
      }
    }

    /// - Throws: ``SignalFilterError`` for the first setting that is out of its range.
    package func validate() throws(SignalFilterError) {
      for group in FilterGroup.allCases { try self[group].validate() }
      guard fadeSeconds.isFinite, fadeSeconds >= 0 else { throw .negative(setting: "fadeSeconds", value: fadeSeconds) }
      guard returnSeconds.isFinite, returnSeconds >= 0 else {
        throw .negative(setting: "returnSeconds", value: returnSeconds)
      }
      if let outputHz, !(outputHz.isFinite && outputHz > 0) { throw .notPositive(setting: "outputHz", value: outputHz) }
      guard latencySeconds.isFinite, latencySeconds >= 0 else {
        throw .negative(setting: "latencySeconds", value: latencySeconds)
      }
    }

    /// A deadband with prediction.
    private static func resting(
      band: Double, restHz: Double, minHz: Double, beta: Double, derivativeHz: Double
    ) -> FilterSettings {
      var settings = FilterSettings(minCutoffHz: minHz, beta: beta, derivativeCutoffHz: derivativeHz)
      (settings.filter, settings.deadband, settings.restCutoffHz) = (.deadband, band, restHz)
      settings.predictSeconds = 0.15
      return settings
    }
  }
}
