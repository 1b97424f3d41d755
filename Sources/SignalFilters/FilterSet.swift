import FaceCore

/// The filters of one face's values, each with its group's settings.
struct FilterSet: Equatable, Sendable {
  private var weights: FilterArray<52>
  private var gaze: FilterArray<4>
  private var position: FilterArray<3>
  private var rotation: RotationFilter
  private var configuration: FilterBank.Configuration

  /// - Throws: ``SignalFilterError`` for a setting that is out of its range.
  init(_ configuration: FilterBank.Configuration) throws(SignalFilterError) {
    self.configuration = configuration
    weights = try .init(step: FilterBank.stepSeconds) { configuration[FilterGroup(Blendshape(rawValue: $0)!)] }
    gaze = try .init(step: FilterBank.stepSeconds) { _ in configuration.gaze }
    position = try .init(step: FilterBank.stepSeconds) { _ in configuration.head }
    rotation = try RotationFilter(settings: configuration.head, maximumStepSeconds: FilterBank.stepSeconds)
  }

  var rejectedSamples: Int {
    weights.rejectedSamples + gaze.rejectedSamples + position.rejectedSamples + rotation.rejectedSamples
  }

  mutating func reset() {
    weights.reset()
    gaze.reset()
    position.reset()
    rotation.reset()
  }

  /// - Throws: ``SignalFilterError`` for a setting that is out of its range.
  mutating func reconfigure(_ configuration: FilterBank.Configuration) throws(SignalFilterError) {
    try weights.reconfigure { configuration[FilterGroup(Blendshape(rawValue: $0)!)] }
    try gaze.reconfigure { _ in configuration.gaze }
    try position.reconfigure { _ in configuration.head }
    try rotation.reconfigure(settings: configuration.head)
    self.configuration = configuration
  }

  /// A held face with its values filtered.
  ///
  /// - Parameter confidence: the network's, 0…1.
  mutating func filtered(_ observation: FaceObservation, confidence: Float) -> FaceObservation {
    let time = observation.time
    let quality = Qualities(configuration, confidence: Double(confidence))
    var result = observation
    for index in 0..<52 {
      result.weights[index] = weights.filter(
        observation.weights[index], index, at: time, quality: quality[FilterGroup(Blendshape(rawValue: index)!)])
    }
    result.weights = result.weights.clamped()
    let eyes = observation.gaze
    result.gaze = Gaze(
      leftYaw: gaze.filter(eyes.leftYaw, 0, at: time, quality: quality.gaze),
      leftPitch: gaze.filter(eyes.leftPitch, 1, at: time, quality: quality.gaze),
      rightYaw: gaze.filter(eyes.rightYaw, 2, at: time, quality: quality.gaze),
      rightPitch: gaze.filter(eyes.rightPitch, 3, at: time, quality: quality.gaze))
    for axis in 0..<3 {
      // In tenths of a metre a head's speed has the size of its angular speed, so one beta serves both.
      let tenths = observation.pose.position[axis] * 10
      result.pose.position[axis] = position.filter(tenths, axis, at: time, quality: quality.head) / 10
    }
    _ = rotation.filter(observation.pose.rotation, at: time, quality: quality.head)
    result.pose.rotation = rotation.prompt
    return result
  }

  /// What one frame's confidence leaves of each group's cutoff.
  private struct Qualities {
    let lids, gaze, brows, mouth, head: Double

    init(_ configuration: FilterBank.Configuration, confidence: Double) {
      lids = configuration.lids.quality(confidence: confidence)
      gaze = configuration.gaze.quality(confidence: confidence)
      brows = configuration.brows.quality(confidence: confidence)
      mouth = configuration.mouth.quality(confidence: confidence)
      head = configuration.head.quality(confidence: confidence)
    }

    subscript(group: FilterGroup) -> Double {
      switch group {
      case .lids: lids
      case .gaze: gaze
      case .brows: brows
      case .mouth: mouth
      case .head: head
      }
    }
  }
}
