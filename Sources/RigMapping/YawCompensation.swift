import FaceCore

/// Keeps channels level that foreshorten as the head turns.
///
/// First what turning does to any face: with `u` the sine of the yaw, positive for the side that turns away from the camera, a
/// channel of truth `t` reads `t · (1 + a·u + b·u²) + c·u + d·u²`; the inverse is applied, channels of the middle without odd
/// terms. The figures come from `contrib/training/fit_yaw.py` and rendered people who hold expressions while the head turns
/// (`gurn generate --script turn`). Then what it does to this one, where that was captured (``Calibration/turn``). Beyond the fitted
/// range a turn counts as its end.
struct YawCompensation: Equatable, Sendable {
  /// What the turn does to one kind of channel.
  struct Terms: Equatable, Sendable {
    var gain: SIMD2<Float>
    var offset: SIMD2<Float>
  }

  /// The sine of the greatest turn that the terms were fitted for.
  private static let limit = Float(0.55)

  /// The terms of channels of the subject's left side, and of the middle.
  ///
  /// Drawn to 0 from what the fit finds: people differ by more than they share. Raised outer brows have no terms, as what helps one
  /// person harms another.
  static let terms: [(channel: Blendshape, terms: Terms)] = [
    (.eyeBlinkLeft, Terms(gain: [-0.12, -0.2], offset: [0.03, 0.05])),
    (.mouthSmileLeft, Terms(gain: [0, -0.2], offset: [0, 0])),
    (.browDownLeft, Terms(gain: [-0.12, -0.07], offset: [-0.004, 0.02])),
    (.browInnerUp, Terms(gain: [0, 0.1], offset: [0, 0])),
  ]

  private let own: [(channel: Blendshape, offset: Calibration.TurnOffset)]

  /// With what was captured of a person.
  init(_ calibration: Calibration) {
    own = calibration.turn.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key, $0.value) }
  }

  static func == (a: YawCompensation, b: YawCompensation) -> Bool { a.own.elementsEqual(b.own, by: ==) }

  /// The sine of a head's yaw, positive to the subject's left, within the fitted range; 0 for what is no rotation.
  static func turn(_ rotation: Quaternion) -> Float {
    let sine = rotation.rotate([0, 0, 1]).x
    return sine.isFinite ? max(-limit, min(limit, sine)) : 0
  }

  /// - Parameters:
  ///   - rotation: the head's, from the camera's view, without any zero taken off.
  ///   - strength: 0 leaves the weights, 1 compensates fully.
  func apply(to weights: inout BlendshapeWeights, rotation: Quaternion, strength: Float) {
    guard strength > 0 else { return }
    let turn = Self.turn(rotation)
    for (channel, terms) in Self.terms {
      weights[channel] = Self.level(weights[channel], terms, turn: turn, strength: strength)
      let other = channel.mirrored
      if other != channel { weights[other] = Self.level(weights[other], terms, turn: -turn, strength: strength) }
    }
    for (channel, offset) in own {
      // A channel that acts fully has nothing of its rest left.
      let rest = min(1, 2 * (1 - weights[channel]))
      let shift = (offset.linear + offset.square * turn) * turn * rest * strength
      weights[channel] = max(0, min(1, weights[channel] - shift))
    }
  }

  private static func level(_ weight: Float, _ terms: Terms, turn: Float, strength: Float) -> Float {
    let powers = SIMD2(turn, turn * turn)
    let truth = (weight - (terms.offset * powers).sum()) / max(0.4, 1 + (terms.gain * powers).sum())
    return max(0, min(1, weight + (truth - weight) * strength))
  }
}
