import FaceCore
import SignalFilters

/// One group of a session under settings on trial: quicker than a whole filter bank.
struct GroupRun {
  private let group: FilterGroup
  private let frames: [FaceObservation]
  private let channels: [Int]

  init(_ group: FilterGroup, _ frames: [FaceObservation]) {
    self.group = group
    self.frames = frames
    channels = TuningChannel.all.filter { $0.group == group && !$0.isAngle }.map(\.index)
  }

  /// The group's curves; the other channels stay empty.
  ///
  /// - Throws: ``SignalFilterError`` for a setting that is out of its range.
  func curves(_ settings: FilterSettings) throws(SignalFilterError) -> TuningCurves {
    var curves = TuningCurves()
    if group == .head {
      var filter = try RotationFilter(settings: settings, maximumStepSeconds: FilterBank.stepSeconds)
      let rotated = frames.map { frame in
        guard frame.isPresent else { return frame }
        var face = frame
        let quality = settings.quality(confidence: Double(frame.confidence))
        _ = filter.filter(frame.pose.rotation, at: frame.time, quality: quality)
        face.pose.rotation = filter.prompt
        return face
      }
      let all = TuningSession.curves(rotated)
      for channel in TuningChannel.all where channel.isAngle { curves[channel] = all[channel] }
    }
    for index in channels {
      var filter = try OneEuroFilter(settings: settings, maximumStepSeconds: FilterBank.stepSeconds)
      curves[TuningChannel.all[index]] = frames.map { frame in
        guard frame.isPresent else { return .nan }
        let quality = settings.quality(confidence: Double(frame.confidence))
        _ = filter.filter(frame.weights[index], at: frame.time, quality: quality)
        return Double(max(0, min(1, filter.prompt)))
      }
    }
    return curves
  }
}
