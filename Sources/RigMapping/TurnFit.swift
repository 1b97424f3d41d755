import FaceCore

/// Fits what a turning head does to the channels of a resting face, by least squares.
struct TurnFit {
  /// The channels that foreshorten.
  static let channels: [Blendshape] = [
    .browDownLeft, .browDownRight, .browInnerUp, .browOuterUpLeft, .browOuterUpRight, .eyeBlinkLeft, .eyeBlinkRight,
    .mouthSmileLeft, .mouthSmileRight,
  ]
  /// The greatest term that is believed.
  static let limit: Float = 2
  /// The sines of a turn that counts as none, and of the least turn to either side that is needed.
  private static let front: Float = 0.12
  private static let least: Float = 0.2

  private let samples: [(turn: Float, weights: BlendshapeWeights)]

  init(_ faces: [FaceObservation]) {
    samples = faces.map { (YawCompensation.turn($0.pose.rotation), $0.weights) }
  }

  /// - Parameter known: the calibration that was applied when the samples were read: what is left adds to it.
  /// - Throws: ``RigMappingError/unusable(_:)`` for a head that did not turn to both sides.
  func offsets(over known: Calibration) throws(RigMappingError) -> [Blendshape: Calibration.TurnOffset] {
    let frontal = samples.filter { abs($0.turn) < Self.front }
    guard frontal.count >= 3, samples.contains(where: { $0.turn > Self.least }),
      samples.contains(where: { $0.turn < -Self.least })
    else { throw .unusable("turn: the head has to look at the camera and turn to both sides, by 15° or more") }
    var result: [Blendshape: Calibration.TurnOffset] = [:]
    for channel in Self.channels {
      let rest = frontal.map { $0.weights[channel] }.sorted()[frontal.count / 2]
      var fit = solve(channel, rest: rest)
      if let before = known.turn[channel] {
        fit.linear += before.linear
        fit.square += before.square
      }
      fit.linear = max(-Self.limit, min(Self.limit, fit.linear))
      fit.square = max(-Self.limit, min(Self.limit, fit.square))
      result[channel] = fit
    }
    return result
  }

  /// The normal equations of `weight − rest = linear · u + square · u²`, drawn a little towards 0.
  private func solve(_ channel: Blendshape, rest: Float) -> Calibration.TurnOffset {
    var (a, b, c, p, q): (Float, Float, Float, Float, Float) = (0, 0, 0, 0, 0)
    for (turn, weights) in samples {
      let change = weights[channel] - rest
      // A blink on the way says nothing of the turn.
      if channel.isLid, abs(change) > 0.3 { continue }
      let square = turn * turn
      a += square
      b += square * turn
      c += square * square
      p += change * turn
      q += change * square
    }
    a += 0.001 * Float(samples.count)
    c += 0.001 * Float(samples.count)
    let determinant = a * c - b * b
    guard determinant > 1e-9 else { return .init(linear: 0, square: 0) }
    return .init(linear: (p * c - q * b) / determinant, square: (q * a - p * b) / determinant)
  }
}
