import FaceCore

/// Decides from its capture time what a sample is to a filter, so that all filters treat time alike.
struct SampleClock: Equatable, Sendable {
  /// A gap above this starts the filter anew: what came before says nothing about now.
  static let longestGapSeconds = 0.25

  enum Verdict: Equatable {
    /// The first sample, or the first after a gap or after the clock was set back (a clip that loops).
    case start
    /// A sample this many seconds after the last.
    case step(seconds: Double)
    /// A sample at the last one's time or shortly before it: it adds nothing.
    case stale
  }

  private var last: CaptureTime?

  mutating func judge(_ time: CaptureTime) -> Verdict {
    guard let last else {
      self.last = time
      return .start
    }
    let seconds = time.seconds(since: last)
    if seconds > 0 || seconds < -Self.longestGapSeconds { self.last = time } else { return .stale }
    return (0...Self.longestGapSeconds).contains(seconds) ? .step(seconds: seconds) : .start
  }
}
