import FaceCore

/// Says where a face is at any moment after its last frame: pays back the pipeline's delay, and resamples to another rate.
///
/// From the last frame's values the face goes on for a bounded time by the speed that the last two frames' slopes lead to, if
/// they point the same way: a step and a turning point are not overshot. What a constant-velocity Kalman filter does not tell
/// from noise is left out. Weights stay within 0…1.
///
/// When a frame says something else than was predicted, a resampled output passes over to it evenly until the next frame, so that
/// every moment takes its share.
/// Times of frames and moments are of one clock, which it never reads; it allocates nothing. One thread at a time.
package struct OutputPredictor: Equatable, Sendable {
  /// After a gap above this, seconds, the last speed says nothing.
  private static let longestGapSeconds = 0.25

  private var configuration: FilterBank.Configuration
  private var last: FaceObservation?
  private var arrival = CaptureTime(nanoseconds: 0)
  private var motion = FaceMotion()
  private var intervalSeconds = 1.0 / 30
  private var correction: Correction?

  /// Settings are taken as they are: they are valid.
  package init(_ configuration: FilterBank.Configuration = .init()) { self.configuration = configuration }

  /// How often is sent, times a second; nil for once a frame.
  package var outputHz: Double? { configuration.outputHz }

  /// Takes new settings; what is shown next does not jump.
  package mutating func reconfigure(_ configuration: FilterBank.Configuration, at now: CaptureTime) {
    guard configuration != self.configuration else { return }
    let before = observation(at: now)
    self.configuration = configuration
    correct(from: before, at: now, seconds: configuration.fadeSeconds)
  }

  /// Takes a frame's final values at the moment `now` when they are known.
  package mutating func take(_ face: FaceObservation, at now: CaptureTime) {
    let before = observation(at: now)
    let gap = last.map { face.time.seconds(since: $0.time) } ?? .infinity
    if let last, gap > 0, gap <= Self.longestGapSeconds {
      motion.step(from: last, to: face, seconds: gap, settings: configuration)
      intervalSeconds += (gap - intervalSeconds) / 8
    } else if gap != 0 {
      motion = FaceMotion(at: face)
    }
    (last, arrival) = (face, now)
    // Once a frame the newest word counts whole; between frames it must not come as a step.
    if configuration.outputHz != nil { correct(from: before, at: now, seconds: intervalSeconds, isEven: true) }
  }

  /// The names of a rig's channels and triggers in the last frame.
  package var channelNames: ChannelNames { last?.channels.names ?? .none }

  /// The face as it is expected to be at `now`; nil before the first frame.
  package func observation(at now: CaptureTime) -> FaceObservation? {
    guard var face = last else { return nil }
    let horizon = horizon(at: now)
    let ahead = Float(horizon)
    for index in 0..<52 { face.weights[index] += motion.weight(index) * ahead }
    face.weights = face.weights.clamped()
    face.gaze.leftYaw += motion.gaze(0) * ahead
    face.gaze.leftPitch += motion.gaze(1) * ahead
    face.gaze.rightYaw += motion.gaze(2) * ahead
    face.gaze.rightPitch += motion.gaze(3) * ahead
    for axis in 0..<3 { face.pose.position[axis] += motion.position(axis) * ahead }
    face.pose.rotation = (face.pose.rotation * Quaternion(rotationVector: motion.turn * ahead)).normalized
    for index in 0..<face.channels.names.count { face.channels[index] += motion.channel(index) * ahead }
    face.time = CaptureTime(nanoseconds: face.time.nanoseconds + Int64(horizon * 1e9))
    guard let correction, !correction.isOver(at: now) else { return face }
    return correction.applied(to: face, at: now)
  }

  /// How far beyond the last frame is predicted: the delay until it was known, as far as that is paid back, and the time
  /// since, up to the next frame; seconds.
  private func horizon(at now: CaptureTime) -> Double {
    guard let last else { return 0 }
    let delay = max(0, arrival.seconds(since: last.time))
    return min(delay, configuration.latencySeconds) + max(0, min(now.seconds(since: arrival), intervalSeconds))
  }

  /// Lets what is shown leave from `before` and arrive after `seconds`.
  private mutating func correct(
    from before: FaceObservation?, at now: CaptureTime, seconds: Double, isEven: Bool = false
  ) {
    correction = nil
    guard let before, let after = observation(at: now) else { return }
    correction = Correction(from: before, to: after, at: now, seconds: seconds, isEven: isEven)
  }
}
