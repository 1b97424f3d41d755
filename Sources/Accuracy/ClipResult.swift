import FaceCore

/// A clip, its figures, and what plots and worst moments need of its curves.
package struct ClipResult: Sendable {
  package var clip: LabelledClip
  package var score: ClipScore
  /// Frames: the reference's yaw and the rotation's error, degrees.
  package var rotationErrors: [(yaw: Double, error: Double)]
  /// The frames at which each channel is furthest off, the worst first.
  package var worst: [Blendshape: [Moment]]

  /// One frame of a clip and one channel in it.
  package struct Moment: Sendable {
    package var frame: Int
    package var seconds: Double
    package var truth: Double
    package var tracked: Double
    /// The reference's face box: x, y, width, height in pixels.
    package var box: [Double]
  }

  /// Scores a track; `worstCount` moments are kept for each channel, half a second apart and off by more than 0.15.
  package init(_ clip: LabelledClip, reference: FaceTable, track: FaceTable, worstCount: Int = 6) {
    self.clip = clip
    let scorer = ClipScorer(reference: reference, track: track)
    score = scorer.score()
    rotationErrors = scorer.rotationErrors
    worst = [:]
    for channel in Blendshape.allCases where score.channels[channel.name] != nil {
      let (truth, tracked) = scorer.curves(channel, lag: score.lag ?? 0)
      let order = truth.indices.filter { abs(truth[$0] - tracked[$0]) > 0.15 && reference.box[2][$0].isFinite }
        .sorted { abs(truth[$0] - tracked[$0]) > abs(truth[$1] - tracked[$1]) }
      var moments: [Moment] = []
      for frame in order where moments.count < worstCount {
        let seconds = reference.times[frame]
        guard moments.allSatisfy({ abs($0.seconds - seconds) > 0.5 }) else { continue }
        moments.append(
          Moment(
            frame: frame, seconds: seconds, truth: truth[frame], tracked: tracked[frame],
            box: reference.box.map { $0[frame] }))
      }
      worst[channel] = moments
    }
  }
}
