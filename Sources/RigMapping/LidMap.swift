import FaceCore

/// Two lids: from what the networks read of this person to 0 open, 1 closed, each eye for itself.
///
/// Each lid is stretched between its open and its closed level. Where winks were captured, a 2×2 matrix on either side of the
/// diagonal takes away what a wink leaks into the other eye: it maps both eyes closed to (1, 1), open to (0, 0) and the captured
/// wink to (1, 0), so that a blink stays whole. Last, each lid moves with play (a backlash operator; Brokate and Sprekels 1996,
/// “Hysteresis and Phase Transitions”), so that neither end trembles and both are reached.
struct LidMap: Equatable, Sendable {
  /// Half the width of the play, of the stretched range.
  static let play: Float = 0.04
  /// The least difference of open and closed that is stretched.
  private static let leastRange: Float = 0.15

  private let open, range: Calibration.LidPair
  /// The rows of the matrices for a left lid that is further closed than the right one, and the reverse.
  private let leftWink, rightWink: Unmixing?
  private var shown = SIMD2(LidMap.play, LidMap.play)

  /// Where nothing was captured, what is read is 0 open and 1 closed.
  init(_ calibration: Calibration) {
    let open = Self.openLevels(calibration.neutral)
    self.open = open
    let left = calibration.closed?.left ?? calibration.winkLeft?.left ?? 1
    let right = calibration.closed?.right ?? calibration.winkRight?.right ?? 1
    let range = Calibration.LidPair(
      left: max(Self.leastRange, left - open.left), right: max(Self.leastRange, right - open.right))
    self.range = range
    func stretched(_ lids: Calibration.LidPair) -> SIMD2<Float> {
      SIMD2((lids.left - open.left) / range.left, (lids.right - open.right) / range.right)
    }
    leftWink = calibration.winkLeft.flatMap { Unmixing(shut: stretched($0).x, open: stretched($0).y) }
    rightWink = calibration.winkRight.flatMap { Unmixing(shut: stretched($0).y, open: stretched($0).x) }
  }

  /// The lids' levels at rest with their tremble.
  static func openLevels(_ neutral: Calibration.Neutral?) -> Calibration.LidPair {
    guard let neutral else { return .init(left: 0, right: 0) }
    func level(_ channel: Blendshape) -> Float { neutral.weights[channel] + min(0.1, neutral.spread[channel]) }
    return .init(left: level(.eyeBlinkLeft), right: level(.eyeBlinkRight))
  }

  /// Replaces both blink channels.
  mutating func apply(to weights: inout BlendshapeWeights) {
    var lids = SIMD2(
      (weights[.eyeBlinkLeft] - open.left) / range.left, (weights[.eyeBlinkRight] - open.right) / range.right)
    lids.clamp(lowerBound: .zero, upperBound: .one)
    if lids.x >= lids.y, let leftWink { (lids.x, lids.y) = leftWink.apply(shut: lids.x, open: lids.y) }
    if lids.y > lids.x, let rightWink { (lids.y, lids.x) = rightWink.apply(shut: lids.y, open: lids.x) }
    for eye in 0..<2 {
      shown[eye] = max(lids[eye] - Self.play, min(lids[eye] + Self.play, shown[eye]))
    }
    let lid = (shown - Self.play) / (1 - 2 * Self.play)
    weights[.eyeBlinkLeft] = max(0, min(1, lid.x))
    weights[.eyeBlinkRight] = max(0, min(1, lid.y))
  }

  /// Forgets where the lids were.
  mutating func reset() { shown = SIMD2(repeating: Self.play) }

  /// Keeps the lids where another map showed them.
  mutating func resume(from other: LidMap) { shown = other.shown }
}

/// The linear map of (shut, open) lids that keeps (1, 1) and takes a captured wink to (1, 0).
private struct Unmixing: Equatable, Sendable {
  private let shutRow, openRow: SIMD2<Float>

  /// - Parameter shut: the winking lid's level, stretched; `open` the other's. Nil where they hardly differ.
  init?(shut: Float, open: Float) {
    let leak = max(0, open)
    let level = max(0.3, min(1.5, shut))
    let difference = level - leak
    guard difference > 0.2, leak < 0.8 else { return nil }
    // Rows (a, b) with a + b = 1 and a·level + b·leak = 1, or = 0.
    shutRow = SIMD2(1 - leak, level - 1) / difference
    openRow = SIMD2(-leak, level) / difference
  }

  func apply(shut: Float, open: Float) -> (shut: Float, open: Float) {
    let lids = SIMD2(shut, open)
    func unit(_ value: Float) -> Float { max(0, min(1, value)) }
    return (unit((shutRow * lids).sum()), unit((openRow * lids).sum()))
  }
}
