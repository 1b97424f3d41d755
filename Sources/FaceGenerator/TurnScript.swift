import FaceCore

/// A person who holds one expression after the other while the head turns from side to side: what a reader says of a held
/// expression should not change with the angle, so these sessions measure how far channels foreshorten.
package struct TurnScript: SessionPlay {
  /// How long each expression is held, seconds; the first 0.4 of them belong to the change.
  package static let heldSeconds = 2.0
  /// How far the head turns to either side, radians.
  package static let yaw = Float.pi / 180 * 33

  /// The held expressions in their order; the session's end repeats the first.
  package static let expressions: [[Blendshape: Float]] = [
    [:],
    [.eyeBlinkLeft: 0.5, .eyeBlinkRight: 0.5],
    [.eyeBlinkLeft: 1, .eyeBlinkRight: 1],
    [.mouthSmileLeft: 0.7, .mouthSmileRight: 0.7],
    [.browInnerUp: 0.8, .browOuterUpLeft: 0.8, .browOuterUpRight: 0.8],
    [.browDownLeft: 0.8, .browDownRight: 0.8],
    [.eyeBlinkLeft: 1, .cheekSquintLeft: 0.4],
    [.eyeBlinkRight: 1, .cheekSquintRight: 0.4],
  ]

  package init() {}

  /// How long the whole performance takes, seconds.
  package static var seconds: Double { Double(expressions.count) * heldSeconds }

  package func moment(_ seconds: Double) -> SessionScript.Moment {
    let count = Self.expressions.count
    let index = Int(seconds / Self.heldSeconds)
    let local = Float(seconds - Double(index) * Self.heldSeconds)
    let change = SessionScript.rise(local / 0.4)
    var weights = BlendshapeWeights.neutral
    if index > 0 { add(Self.expressions[(index - 1) % count], share: 1 - change, to: &weights) }
    add(Self.expressions[index % count], share: index > 0 ? change : 1, to: &weights)
    let yaw = SessionScript.curve(
      local, [(0.4, 0), (0.8, Self.yaw), (0.9, Self.yaw), (1.5, -Self.yaw), (1.6, -Self.yaw), (2, 0)])
    return SessionScript.Moment(weights: weights, gaze: .ahead, yaw: yaw, pitch: 0, roll: 0, shift: 0)
  }

  private func add(_ expression: [Blendshape: Float], share: Float, to weights: inout BlendshapeWeights) {
    for (channel, weight) in expression { weights[channel] += weight * share }
  }
}
