import FaceCore
import Foundation

/// Keeps channels level that foreshorten as the head turns.
///
/// With `u` the sine of the yaw, positive for the side that turns away from the camera, a channel of truth `t` reads
/// `t · (1 + a·u + b·u²) + c·u + d·u²`; the inverse is applied. Channels of both sides have `u²` terms only. The figures are fitted
/// by `contrib/training/fit_yaw.py` from rendered sessions whose expressions are held while the head turns (`gurn generate
/// --script turn`); beyond the fitted range the turn counts as its end.
struct YawCompensation: Equatable, Sendable {
  /// What the turn does to one kind of channel.
  struct Terms: Equatable, Sendable {
    var gain: SIMD2<Float>
    var offset: SIMD2<Float>
  }

  /// The sine of the greatest turn that the terms were fitted for.
  private static let limit = Float(0.55)

  /// The terms of channels of the subject's left side, and of the middle.
  static let terms: [(channel: Blendshape, terms: Terms)] = []

  /// - Parameters:
  ///   - rotation: the head's, from the camera's view, without any zero taken off.
  ///   - strength: 0 leaves the weights, 1 compensates fully.
  static func apply(to weights: inout BlendshapeWeights, rotation: Quaternion, strength: Float) {
    let forward = rotation.rotate([0, 0, 1])
    guard strength > 0, forward.x.isFinite else { return }
    let turn = max(-limit, min(limit, forward.x))
    for (channel, terms) in Self.terms {
      weights[channel] = level(weights[channel], terms, turn: turn, strength: strength)
      let other = channel.mirrored
      if other != channel { weights[other] = level(weights[other], terms, turn: -turn, strength: strength) }
    }
  }

  private static func level(_ weight: Float, _ terms: Terms, turn: Float, strength: Float) -> Float {
    let powers = SIMD2(turn, turn * turn)
    let truth = (weight - (terms.offset * powers).sum()) / max(0.4, 1 + (terms.gain * powers).sum())
    return max(0, min(1, weight + (truth - weight) * strength))
  }
}
