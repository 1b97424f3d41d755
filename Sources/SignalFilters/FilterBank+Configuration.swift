extension FilterBank {
  /// The settings of each group, and how loss and return are softened.
  ///
  /// The defaults are those of `gurn tune`'s comparison on rendered sessions: see docs/filters.md.
  package struct Configuration: Equatable, Sendable {
    package var lids = FilterSettings.defaultLids
    package var gaze = FilterSettings.defaultGaze
    package var brows = FilterSettings.defaultBrows
    package var mouth = FilterSettings.defaultMouth
    /// For radians; the position is filtered with the same settings in tenths of a metre.
    package var head = FilterSettings.defaultHead
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
      get {
        switch group {
        case .lids: lids
        case .gaze: gaze
        case .brows: brows
        case .mouth: mouth
        case .head: head
        }
      }
      set {
        switch group {
        case .lids: lids = newValue
        case .gaze: gaze = newValue
        case .brows: brows = newValue
        case .mouth: mouth = newValue
        case .head: head = newValue
        }
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
  }
}
