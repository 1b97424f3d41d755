extension Gaze {
  /// The turn, radians, that weight 1 of an eyeLook channel stands for: 30° sideways, 24° up or down, as the face generator turns
  /// the eyeballs that the networks learned from.
  package static let yawAtOne = Float.pi / 6
  package static let pitchAtOne = Float.pi * 24 / 180

  /// The eyeballs' directions that the eight eyeLook channels describe.
  package init(of weights: BlendshapeWeights) {
    self.init(
      leftYaw: (weights[.eyeLookOutLeft] - weights[.eyeLookInLeft]) * Self.yawAtOne,
      leftPitch: (weights[.eyeLookUpLeft] - weights[.eyeLookDownLeft]) * Self.pitchAtOne,
      rightYaw: (weights[.eyeLookInRight] - weights[.eyeLookOutRight]) * Self.yawAtOne,
      rightPitch: (weights[.eyeLookUpRight] - weights[.eyeLookDownRight]) * Self.pitchAtOne)
  }

  /// Sets the eight eyeLook channels to these directions, 0…1: of two opposite ones, one is 0.
  package func setLook(_ weights: inout BlendshapeWeights) {
    func set(_ positive: Blendshape, _ negative: Blendshape, _ value: Float) {
      weights[positive] = max(0, min(1, value))
      weights[negative] = max(0, min(1, -value))
    }
    set(.eyeLookOutLeft, .eyeLookInLeft, leftYaw / Self.yawAtOne)
    set(.eyeLookInRight, .eyeLookOutRight, rightYaw / Self.yawAtOne)
    set(.eyeLookUpLeft, .eyeLookDownLeft, leftPitch / Self.pitchAtOne)
    set(.eyeLookUpRight, .eyeLookDownRight, rightPitch / Self.pitchAtOne)
  }
}
