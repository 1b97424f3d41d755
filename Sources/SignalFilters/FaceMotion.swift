import FaceCore

/// How fast every value of a face moves, bounded by what its last two frames showed.
struct FaceMotion: Equatable, Sendable {
  /// 52 weights, four angles of gaze, three axes of position.
  private var values = InlineArray<59, BoundedSpeed>(repeating: BoundedSpeed())
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
    for axis in 0..<3 { turn[axis] = minmod(rotation.velocity[axis], newTurn[axis], lastTurn[axis]) * share }
    lastTurn = newTurn
  }

  static func == (a: Self, b: Self) -> Bool {
    for index in 0..<59 where a.values[index] != b.values[index] { return false }
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

/// A speed that is no higher than the last two frames' slopes.
private struct BoundedSpeed: Equatable, Sendable {
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
    speed = minmod(Float(estimate.speed), slope, lastSlope) * share
    lastSlope = slope
  }
}

/// The smallest of three slopes that point the same way, 0 where they don't.
private func minmod(_ a: Float, _ b: Float, _ c: Float) -> Float {
  if a > 0, b > 0, c > 0 { return min(a, b, c) }
  if a < 0, b < 0, c < 0 { return max(a, b, c) }
  return 0
}
