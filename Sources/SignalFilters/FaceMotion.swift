import FaceCore

/// How fast every value of a face moves now, by the slopes of its last two frames.
struct FaceMotion: Equatable, Sendable {
  /// 52 weights, four angles of gaze, three axes of position.
  private var values = InlineArray<59, PresentSpeed>(repeating: PresentSpeed())
  /// A rig's channels and triggers: the last slope and the present speed of each.
  private var slopes = InlineArray<288, SIMD2<Float>>(repeating: .zero)
  private var channelCount = 0
  private var rotation = AngularVelocityEstimate()
  private var lastTurn = SIMD3<Float>.zero
  /// Radians per second, in the head's frame.
  private(set) var turn = SIMD3<Float>.zero

  /// Nothing moves.
  init() {}

  /// A face at rest.
  init(at face: FaceObservation) {
    for index in 0..<59 { values[index].start(at: Self.value(index, of: face)) }
    rotation.start(at: face.pose.rotation)
  }

  /// The bounded speed of a weight, per second.
  func weight(_ index: Int) -> Float { values[index].speed }
  /// The bounded speed of an angle of gaze, in the order of ``Gaze``'s, radians per second.
  func gaze(_ index: Int) -> Float { values[52 + index].speed }
  /// The bounded speed along an axis, metres per second.
  func position(_ axis: Int) -> Float { values[56 + axis].speed / 10 }

  /// The speed of a rig's channel or a trigger, per second; 0 beyond those that the last frame had.
  func channel(_ index: Int) -> Float { index < channelCount ? slopes[index].y : 0 }

  /// Takes the frame that came `seconds` (above 0) after the last.
  mutating func step(
    from last: FaceObservation, to face: FaceObservation, seconds: Double, settings: FilterBank.Configuration
  ) {
    for index in 0..<59 {
      values[index].step(
        from: Self.value(index, of: last), to: Self.value(index, of: face), seconds: seconds,
        settings: settings[Self.group(index)])
    }
    rotation.update(face.pose.rotation, seconds: seconds, hz: settings.head.predictHz)
    let newTurn = (last.pose.rotation.conjugate * face.pose.rotation).rotationVector / Float(seconds)
    let share = Float(settings.head.motionShare(speed: rotation.speed))
    for axis in 0..<3 { turn[axis] = presentSlope(newTurn[axis], lastTurn[axis]) * share }
    lastTurn = newTurn
    stepChannels(from: last.channels, to: face.channels, seconds: Float(seconds), settings: settings.mouth)
  }

  private mutating func stepChannels(
    from last: FaceChannels, to new: FaceChannels, seconds: Float, settings: FilterSettings
  ) {
    guard last.names === new.names else {
      for index in 0..<channelCount { slopes[index] = .zero }
      return channelCount = 0
    }
    channelCount = new.names.count
    for index in 0..<channelCount {
      let slope = (new[index] - last[index]) / seconds
      let speed = presentSlope(slope, slopes[index].x)
      slopes[index] = [slope, speed * Float(settings.motionShare(speed: Double(speed)))]
    }
  }

  static func == (a: Self, b: Self) -> Bool {
    for index in 0..<59 where a.values[index] != b.values[index] { return false }
    guard a.channelCount == b.channelCount else { return false }
    for index in 0..<a.channelCount where a.slopes[index] != b.slopes[index] { return false }
    return a.rotation == b.rotation && a.lastTurn == b.lastTurn && a.turn == b.turn
  }

  private static func group(_ index: Int) -> FilterGroup {
    switch index {
    case 0..<52: FilterGroup(Blendshape(rawValue: index)!)
    case 52..<56: .gaze
    default: .head
    }
  }

  /// In the units that the groups' settings are for: weights, radians, tenths of a metre.
  private static func value(_ index: Int, of face: FaceObservation) -> Float {
    switch index {
    case 0..<52: face.weights[index]
    case 52: face.gaze.leftYaw
    case 53: face.gaze.leftPitch
    case 54: face.gaze.rightYaw
    case 55: face.gaze.rightPitch
    default: face.pose.position[index - 56] * 10
    }
  }
}

/// The speed at the last frame, less what may be noise.
private struct PresentSpeed: Equatable, Sendable {
  /// Calmer and later than the slopes: it tells motion from noise.
  private var estimate = VelocityEstimate()
  private var lastSlope: Float = 0
  /// Units per second.
  private(set) var speed: Float = 0

  mutating func start(at value: Float) {
    estimate.start(at: value.isFinite ? Double(value) : 0)
    (lastSlope, speed) = (0, 0)
  }

  mutating func step(from last: Float, to value: Float, seconds: Double, settings: FilterSettings) {
    guard last.isFinite, value.isFinite else { return start(at: value) }
    estimate.update(Double(value), seconds: seconds, hz: settings.predictHz)
    let slope = (value - last) / Float(seconds)
    let share = Float(settings.motionShare(speed: estimate.speed))
    speed = presentSlope(slope, lastSlope) * share
    lastSlope = slope
  }
}

/// The slope at the end of a curve whose last two frames had these: the line through them, half a frame on. 0 where they point
/// different ways or the last turns round, and at most twice the one before (a limiter of slopes; van Leer, "Towards the ultimate
/// conservative difference scheme V", 1979, doi:10.1016/0021-9991(79)90145-1), so that a step starts nothing.
private func presentSlope(_ last: Float, _ before: Float) -> Float {
  guard last * before > 0 else { return 0 }
  let now = last + 0.5 * (last - before)
  return last > 0 ? max(0, min(now, 2 * before)) : min(0, max(now, 2 * before))
}
