extension FilterBank {
  /// One Euro settings for each group, and how loss and return are softened.
  ///
  /// The defaults were chosen for webcams at 30 to 60 frames a second: an eyelid's step passes 90 % within one frame of 30 Hz,
  /// a jaw opening in 0.3 s lags 12 ms, a brow 27 ms; noise at 30 Hz keeps 0.63 (lids), 0.46 (gaze), 0.31 (brows), 0.48 (mouth)
  /// and 0.39 (head) of its rms.
  package struct Configuration: Equatable, Sendable {
    package var lids = OneEuroConfiguration(minCutoffHz: 1.5, beta: 2, derivativeCutoffHz: 8)
    package var gaze = OneEuroConfiguration(minCutoffHz: 1, beta: 1, derivativeCutoffHz: 2)
    package var brows = OneEuroConfiguration(minCutoffHz: 0.7, beta: 0.5, derivativeCutoffHz: 1)
    package var mouth = OneEuroConfiguration(minCutoffHz: 1.2, beta: 1.2, derivativeCutoffHz: 2)
    /// For radians; the position is filtered with the same settings in tenths of a metre.
    package var head = OneEuroConfiguration(minCutoffHz: 0.7, beta: 1, derivativeCutoffHz: 1)
    /// How long a lost face takes to become neutral, seconds, 0 or more.
    package var fadeSeconds = 0.5
    /// How long a face that is found again takes to be followed fully, seconds, 0 or more.
    package var returnSeconds = 0.15

    package init() {}

    package subscript(group: FilterGroup) -> OneEuroConfiguration {
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
    }
  }
}
