import FaceCore

/// What would make a face jump, taken back to nothing over a while; the face goes on moving meanwhile.
struct Correction: Equatable, Sendable {
  private let start: CaptureTime
  private let seconds: Double
  /// Whether it goes back at one speed, so that every moment takes its share, or with no speed at either end.
  private let isEven: Bool
  private var weights = BlendshapeWeights()
  private var gaze = Gaze.ahead
  private var position = SIMD3<Float>.zero
  /// From the new rotation to the one that is shown first, a rotation vector in radians.
  private var turn = SIMD3<Float>.zero
  private var channels: FaceChannelDifference?

  /// After a change of settings: from what the old ones say of a frame to what the new ones say of it.
  ///
  /// Each value begins at whichever of the two is nearer to `last`, what was published before: where the new settings are
  /// the slower ones there is nothing to soften.
  init(from old: FaceObservation, to new: FaceObservation, last: FaceObservation, seconds: Double) {
    self.init(from: old, to: new, at: last.time, seconds: seconds)
    func isNearer(_ old: Float, _ new: Float, _ last: Float) -> Bool { abs(old - last) < abs(new - last) }
    for index in 0..<52 where !isNearer(old.weights[index], new.weights[index], last.weights[index]) {
      weights[index] = 0
    }
    if !isNearer(old.gaze.leftYaw, new.gaze.leftYaw, last.gaze.leftYaw) { gaze.leftYaw = 0 }
    if !isNearer(old.gaze.leftPitch, new.gaze.leftPitch, last.gaze.leftPitch) { gaze.leftPitch = 0 }
    if !isNearer(old.gaze.rightYaw, new.gaze.rightYaw, last.gaze.rightYaw) { gaze.rightYaw = 0 }
    if !isNearer(old.gaze.rightPitch, new.gaze.rightPitch, last.gaze.rightPitch) { gaze.rightPitch = 0 }
    for axis in 0..<3
    where !isNearer(old.pose.position[axis], new.pose.position[axis], last.pose.position[axis]) {
      position[axis] = 0
    }
    let (oldWay, newWay) = (Self.turn(from: last, to: old), Self.turn(from: last, to: new))
    if oldWay.magnitude >= newWay.magnitude { turn = .zero }
  }

  /// From `old` to `new`, which are two answers to the same moment, beginning at `start`.
  init(
    from old: FaceObservation, to new: FaceObservation, at start: CaptureTime, seconds: Double, isEven: Bool = false
  ) {
    self.start = start
    self.isEven = isEven
    self.seconds = seconds
    for index in 0..<52 { weights[index] = old.weights[index] - new.weights[index] }
    gaze = Gaze(
      leftYaw: old.gaze.leftYaw - new.gaze.leftYaw, leftPitch: old.gaze.leftPitch - new.gaze.leftPitch,
      rightYaw: old.gaze.rightYaw - new.gaze.rightYaw, rightPitch: old.gaze.rightPitch - new.gaze.rightPitch)
    position = old.pose.position - new.pose.position
    turn = Self.turn(from: new, to: old)
    channels = FaceChannelDifference(from: new.channels, to: old.channels)
  }

  func isOver(at time: CaptureTime) -> Bool {
    let elapsed = time.seconds(since: start)
    return elapsed >= seconds || elapsed < 0
  }

  /// An observation with what is left of the correction at a moment.
  func applied(to observation: FaceObservation, at time: CaptureTime) -> FaceObservation {
    let share = remaining(at: time)
    var result = observation
    for index in 0..<52 { result.weights[index] += share * weights[index] }
    result.weights = result.weights.clamped()
    result.gaze.leftYaw += share * gaze.leftYaw
    result.gaze.leftPitch += share * gaze.leftPitch
    result.gaze.rightYaw += share * gaze.rightYaw
    result.gaze.rightPitch += share * gaze.rightPitch
    result.pose.position += share * position
    result.pose.rotation = (result.pose.rotation * Quaternion(rotationVector: turn * share)).normalized
    channels?.add(share, to: &result.channels)
    return result
  }

  /// From 1 to 0.
  private func remaining(at time: CaptureTime) -> Float {
    guard seconds > 0, !isOver(at: time) else { return 0 }
    let t = Float(time.seconds(since: start) / seconds)
    return isEven ? 1 - t : 1 - t * t * (3 - 2 * t)
  }

  private static func turn(from a: FaceObservation, to b: FaceObservation) -> SIMD3<Float> {
    (a.pose.rotation.conjugate * b.pose.rotation).rotationVector
  }
}

/// What two faces with the same channels differ by in them.
private struct FaceChannelDifference: Equatable, Sendable {
  private let names: ChannelNames
  private var values = InlineArray<288, Float>(repeating: 0)

  /// Nil where there is nothing to compare.
  init?(from a: FaceChannels, to b: FaceChannels) {
    guard a.names === b.names, a.names.count > 0 else { return nil }
    names = a.names
    for index in 0..<names.count { values[index] = b[index] - a[index] }
  }

  func add(_ share: Float, to channels: inout FaceChannels) {
    guard channels.names === names else { return }
    for index in 0..<names.count { channels[index] += share * values[index] }
  }

  static func == (a: Self, b: Self) -> Bool {
    a.names === b.names && (0..<a.names.count).allSatisfy { a.values[$0] == b.values[$0] }
  }
}
