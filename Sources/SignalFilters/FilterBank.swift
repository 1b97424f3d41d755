import FaceCore

/// Smooths one face: every weight, the gaze and the head, each with its group's settings, by capture time alone.
///
/// While a face is held its values are filtered. When it is lost they leave the last published value and reach neutral
/// after `fadeSeconds`; when it is found again they leave what is published then and follow the filters fully after
/// `returnSeconds`. Weights leave the bank within 0…1, gaze in radians, the rotation at unit length.
///
/// One bank serves one face on one thread. A frame takes O(1) and allocates nothing.
package struct FilterBank: Equatable, Sendable {
  /// Filters walk in steps of about this, so that 15, 30 and 60 frames a second give one curve.
  static let stepSeconds = 1.0 / 120

  package private(set) var configuration: Configuration

  private var weightFilters: FilterArray<52>
  private var gazeFilters: FilterArray<4>
  private var positionFilters: FilterArray<3>
  private var rotationFilter: RotationFilter
  private var transition: Transition?
  private var published: FaceObservation?
  private var rejectedConfidences = 0

  /// - Throws: ``SignalFilterError`` for a setting that is out of its range.
  package init(_ configuration: Configuration = .init()) throws(SignalFilterError) {
    try configuration.validate()
    self.configuration = configuration
    weightFilters = try .init(step: Self.stepSeconds) { configuration[FilterGroup(Blendshape(rawValue: $0)!)] }
    gazeFilters = try .init(step: Self.stepSeconds) { _ in configuration.gaze }
    positionFilters = try .init(step: Self.stepSeconds) { _ in configuration.head }
    rotationFilter = try RotationFilter(configuration.head, maximumStepSeconds: Self.stepSeconds)
  }

  /// Values refused since the start or the last reset: not finite, or of a frame that was not later than the last.
  package var rejectedSamples: Int {
    weightFilters.rejectedSamples + gazeFilters.rejectedSamples + positionFilters.rejectedSamples
      + rotationFilter.rejectedSamples + rejectedConfidences
  }

  /// The smoothed observation; its time, presence and window are those of `observation`.
  package mutating func filter(_ observation: FaceObservation) -> FaceObservation {
    var goal = observation.isPresent ? filtered(observation) : FaceObservation.absent(at: observation.time)
    goal.confidence = usable(observation.confidence)
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
    weightFilters.reset()
    gazeFilters.reset()
    positionFilters.reset()
    rotationFilter.reset()
    (transition, published, rejectedConfidences) = (nil, nil, 0)
  }

  /// Takes new settings and keeps the state, so that no value jumps.
  /// - Throws: ``SignalFilterError``; the old settings then stay.
  package mutating func reconfigure(_ configuration: Configuration) throws(SignalFilterError) {
    try configuration.validate()
    try weightFilters.reconfigure { configuration[FilterGroup(Blendshape(rawValue: $0)!)] }
    try gazeFilters.reconfigure { _ in configuration.gaze }
    try positionFilters.reconfigure { _ in configuration.head }
    try rotationFilter.reconfigure(configuration.head)
    self.configuration = configuration
  }

  private mutating func filtered(_ observation: FaceObservation) -> FaceObservation {
    let time = observation.time
    var result = observation
    for index in 0..<52 {
      result.weights[index] = weightFilters.filter(observation.weights[index], index, at: time)
    }
    result.weights = result.weights.clamped()
    let gaze = observation.gaze
    result.gaze = Gaze(
      leftYaw: gazeFilters.filter(gaze.leftYaw, 0, at: time),
      leftPitch: gazeFilters.filter(gaze.leftPitch, 1, at: time),
      rightYaw: gazeFilters.filter(gaze.rightYaw, 2, at: time),
      rightPitch: gazeFilters.filter(gaze.rightPitch, 3, at: time))
    for axis in 0..<3 {
      // In tenths of a metre a head's speed has the size of its angular speed, so one beta serves both.
      result.pose.position[axis] = positionFilters.filter(observation.pose.position[axis] * 10, axis, at: time) / 10
    }
    result.pose.rotation = rotationFilter.filter(observation.pose.rotation, at: time)
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
