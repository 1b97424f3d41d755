import FaceCore

/// Smooths one face: every weight, the gaze and the head, each with its group's settings, by capture time alone.
///
/// While a face is held its values are filtered. When it is lost they leave the last published value and reach neutral
/// after `fadeSeconds`; when it is found again they leave what is published then and follow the filters fully after
/// `returnSeconds`. What new settings change arrives over `fadeSeconds` while the face goes on moving. Weights leave the
/// bank within 0…1, gaze in radians, the rotation at unit length.
///
/// One bank serves one face on one thread. A frame takes O(1) and allocates nothing.
package struct FilterBank: Equatable, Sendable {
  /// Filters walk in steps of about this, so that 15, 30 and 60 frames a second give one curve.
  package static let stepSeconds = 1.0 / 120

  package private(set) var configuration: Configuration

  private var filters: FilterSet
  /// The filters as they were before a change of settings that no frame has met yet.
  private var retired: FilterSet?
  private var correction: Correction?
  private var transition: Transition?
  private var published: FaceObservation?
  private var rejectedConfidences = 0

  /// - Throws: ``SignalFilterError`` for a setting that is out of its range.
  package init(_ configuration: Configuration = .init()) throws(SignalFilterError) {
    try configuration.validate()
    self.configuration = configuration
    filters = try FilterSet(configuration)
  }

  /// Values refused since the start or the last reset: not finite, or of a frame that was not later than the last.
  package var rejectedSamples: Int { filters.rejectedSamples + rejectedConfidences }

  /// The smoothed observation; its time, presence and window are those of `observation`.
  package mutating func filter(_ observation: FaceObservation) -> FaceObservation {
    let confidence = usable(observation.confidence)
    var goal =
      observation.isPresent
      ? followed(observation, confidence: confidence) : FaceObservation.absent(at: observation.time)
    goal.confidence = confidence
    goal.window = observation.window
    startTransition(towards: goal)
    if let transition {
      let isOver = transition.isOver(at: goal.time)
      goal = isOver ? goal : transition.blend(towards: goal)
      if isOver { self.transition = nil }
    }
    published = goal
    return goal
  }

  /// Forgets every frame: the bank is then equal to a new one.
  package mutating func reset() {
    filters.reset()
    (retired, correction, transition, published, rejectedConfidences) = (nil, nil, nil, nil, 0)
  }

  /// Takes new settings and keeps the state, so that no value jumps: what the change makes faster arrives over the fade.
  /// - Throws: ``SignalFilterError``; the old settings then stay.
  package mutating func reconfigure(_ configuration: Configuration) throws(SignalFilterError) {
    guard configuration != self.configuration else { return }
    try configuration.validate()
    if published?.isPresent == true { retired = retired ?? filters }
    try filters.reconfigure(configuration)
    self.configuration = configuration
  }

  /// A held face after the filters, and what is left of a change of settings.
  private mutating func followed(_ observation: FaceObservation, confidence: Float) -> FaceObservation {
    var result = filters.filtered(observation, confidence: confidence)
    if let published, var before = retired {
      let old = before.filtered(observation, confidence: confidence)
      correction = Correction(
        from: correction?.applied(to: old, at: old.time) ?? old, to: result, last: published,
        seconds: configuration.fadeSeconds)
      retired = nil
    }
    guard let correction else { return result }
    if correction.isOver(at: result.time) {
      self.correction = nil
    } else {
      result = correction.applied(to: result, at: result.time)
    }
    return result
  }

  /// Starts a passage where presence changes, from what was published last; one under way starts over when the clock is
  /// set back, so that it cannot hang.
  private mutating func startTransition(towards goal: FaceObservation) {
    guard let published else { return }
    let isSetBack = goal.time < published.time
    guard goal.isPresent != published.isPresent || (isSetBack && transition != nil) else { return }
    // After a pause the passage has begun at most a slow frame ago: a pause must not turn it into a jump.
    let pause = min(max(0, goal.time.seconds(since: published.time)), 1.0 / 15)
    let start = CaptureTime(nanoseconds: goal.time.nanoseconds - Int64(pause * 1e9))
    let seconds = goal.isPresent ? configuration.returnSeconds : configuration.fadeSeconds
    transition = Transition(from: published, start: start, seconds: seconds)
  }

  private mutating func usable(_ confidence: Float) -> Float {
    if confidence.isFinite { return max(0, min(1, confidence)) }
    rejectedConfidences += 1
    return 0
  }
}
