import FaceCore

/// Makes two eyeballs' directions out of what the networks read of each eye.
///
/// Both eyes look at one point: they share a pitch, and their yaws converge by no less than nothing and by no more than for the
/// nearest point that eyes can hold. An eye whose lid is shut shows nothing: it follows the open one, and while both are shut
/// the direction of a moment before stays, so that a blink doesn't roll the eyes. By capture time alone; one thread.
struct GazeSolver: Equatable, Sendable {
  /// A blend that is under way takes this long, seconds: shorter than a blink, longer than a frame.
  private static let blendSeconds = 0.08
  /// The lid pollutes the look before it counts as shut: the direction of this long before is kept, seconds.
  private static let memorySeconds = 0.1
  private static let shutAbove: Float = 0.35
  private static let openBelow: Float = 0.25
  private static let memoryLength = 16

  private var memory = InlineArray<16, (time: CaptureTime, gaze: Gaze)>(repeating: (.init(nanoseconds: 0), .ahead))
  private var remembered = 0
  private var isShut = (left: false, right: false)
  private var frozen: Gaze?
  private var shown: Gaze?
  private var departure: (gaze: Gaze, time: CaptureTime)?

  static func == (a: GazeSolver, b: GazeSolver) -> Bool {
    a.remembered == b.remembered && a.isShut == b.isShut && a.frozen == b.frozen && a.shown == b.shown
  }

  /// - Parameters:
  ///   - gaze: what is read of each eye, radians.
  ///   - lids: both blink weights, 0…1.
  ///   - vergence: the most that the eyes may converge, radians, 0 or more.
  ///   - freezes: whether shut lids hold the direction.
  mutating func solve(
    _ gaze: Gaze, lids: (left: Float, right: Float), vergence: Float, freezes: Bool, at time: CaptureTime
  ) -> Gaze {
    if let last = newest, time < last.time { forget() }
    let before = isShut
    isShut.left = freezes && lids.left > (isShut.left ? Self.openBelow : Self.shutAbove)
    isShut.right = freezes && lids.right > (isShut.right ? Self.openBelow : Self.shutAbove)
    if isShut != before, let shown { departure = (shown, time) }
    let goal: Gaze
    switch isShut {
    case (false, false):
      goal = Self.paired(gaze, vergence: vergence)
      remember(goal, at: time)
      frozen = nil
    case (true, true):
      frozen = frozen ?? past(at: time) ?? shown
      goal = frozen ?? .ahead
    case (true, false):
      goal = Gaze(
        leftYaw: gaze.rightYaw, leftPitch: gaze.rightPitch, rightYaw: gaze.rightYaw, rightPitch: gaze.rightPitch)
    case (false, true):
      goal = Gaze(leftYaw: gaze.leftYaw, leftPitch: gaze.leftPitch, rightYaw: gaze.leftYaw, rightPitch: gaze.leftPitch)
    }
    let result = blended(towards: goal, at: time)
    shown = result
    return result
  }

  /// Forgets every frame.
  mutating func forget() { self = GazeSolver() }

  /// The two directions as eyes can hold them.
  static func paired(_ gaze: Gaze, vergence: Float) -> Gaze {
    let pitch = (gaze.leftPitch + gaze.rightPitch) / 2
    let yaw = (gaze.leftYaw + gaze.rightYaw) / 2
    // The left eye turns right to look at something near, the right one left.
    let half = max(0, min(vergence, gaze.rightYaw - gaze.leftYaw)) / 2
    return Gaze(leftYaw: yaw - half, leftPitch: pitch, rightYaw: yaw + half, rightPitch: pitch)
  }

  private var newest: (time: CaptureTime, gaze: Gaze)? {
    remembered > 0 ? memory[(remembered - 1) % Self.memoryLength] : nil
  }

  private mutating func remember(_ gaze: Gaze, at time: CaptureTime) {
    memory[remembered % Self.memoryLength] = (time, gaze)
    remembered += 1
  }

  /// The direction of `memorySeconds` ago, or the oldest that is remembered since.
  private func past(at time: CaptureTime) -> Gaze? {
    var found: Gaze?
    for age in 1...Self.memoryLength where age <= remembered {
      let entry = memory[(remembered - age) % Self.memoryLength]
      found = entry.gaze
      if time.seconds(since: entry.time) >= Self.memorySeconds { break }
    }
    return found
  }

  private mutating func blended(towards goal: Gaze, at time: CaptureTime) -> Gaze {
    guard let departure else { return goal }
    let share = Float(time.seconds(since: departure.time) / Self.blendSeconds)
    guard share >= 0, share < 1 else {
      self.departure = nil
      return goal
    }
    return departure.gaze.mixed(with: goal, share)
  }
}

extension Gaze {
  /// This direction at share 0, `other` at 1.
  func mixed(with other: Gaze, _ share: Float) -> Gaze {
    func mix(_ a: Float, _ b: Float) -> Float { a + (b - a) * share }
    return Gaze(
      leftYaw: mix(leftYaw, other.leftYaw), leftPitch: mix(leftPitch, other.leftPitch),
      rightYaw: mix(rightYaw, other.rightYaw), rightPitch: mix(rightPitch, other.rightPitch))
  }
}
