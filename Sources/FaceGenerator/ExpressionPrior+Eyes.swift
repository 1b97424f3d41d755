import FaceCore

extension ExpressionPrior {
  /// What goes along on real faces: a smile lifts the cheeks, narrows the eyes and lowers the brows a little; lids that are
  /// pressed together pull the brow down; a pucker closes and rolls the lips.
  func couple(_ w: inout BlendshapeWeights, _ random: inout RandomSource) {
    let sides: [(smile: Blendshape, cheek: Blendshape, squint: Blendshape, brow: Blendshape, blink: Blendshape)] = [
      (.mouthSmileLeft, .cheekSquintLeft, .eyeSquintLeft, .browDownLeft, .eyeBlinkLeft),
      (.mouthSmileRight, .cheekSquintRight, .eyeSquintRight, .browDownRight, .eyeBlinkRight),
    ]
    let cheek: Float = random.chance(0.6) ? random.uniform(0, 0.9) : 0
    let squint: Float = random.chance(0.5) ? random.uniform(0, 0.6) : 0
    let brow: Float = random.chance(0.5) ? random.uniform(0, 0.5) : 0
    let press: Float = random.chance(0.25) ? random.uniform(0, 0.5) : 0
    for side in sides {
      let smile = w[side.smile]
      raise(side.cheek, smile * cheek, &w)
      raise(side.squint, smile * squint, &w)
      if w[.browInnerUp] < 0.2 { raise(side.brow, max(smile * brow, w[side.blink] * press), &w) }
    }
    if w[.mouthPucker] > 0.2, random.chance(0.35) {
      raise(.mouthRollUpper, w[.mouthPucker] * random.uniform(0, 0.6), &w)
      raise(.mouthRollLower, w[.mouthPucker] * random.uniform(0, 0.6), &w)
    }
  }

  /// Both eyeballs on one point, straight ahead in a third of the cases.
  func look(_ w: inout BlendshapeWeights, _ random: inout RandomSource) -> Gaze {
    let still = random.chance(0.3)
    let wide = random.chance(0.25)
    let degree: Float = .pi / 180
    let yaw = wide ? random.uniform(-30, 30) : random.normal(0, still ? 2.5 : 12, limit: 30)
    let pitch = wide ? random.uniform(-24, 22) : random.normal(-1, still ? 2.5 : 9, limit: 22)
    let vergence = random.uniform(0, 3)
    var gaze = Gaze.ahead
    gaze.leftYaw = (yaw - vergence).clamped(30) * degree
    gaze.rightYaw = (yaw + vergence).clamped(30) * degree
    gaze.leftPitch = pitch * degree
    gaze.rightPitch = pitch * degree
    Self.setLook(gaze, &w)
    return gaze
  }

  /// Sets the eight eyeLook channels from the eyeballs' directions.
  package static func setLook(_ gaze: Gaze, _ w: inout BlendshapeWeights) {
    let (left, right) = (gaze.leftYaw / gazeYawAtOne, gaze.rightYaw / gazeYawAtOne)
    func positive(_ value: Float) -> Float { value > 0 ? value : 0 }
    w[.eyeLookOutLeft] = positive(left)
    w[.eyeLookInLeft] = positive(-left)
    w[.eyeLookInRight] = positive(right)
    w[.eyeLookOutRight] = positive(-right)
    w[.eyeLookUpLeft] = positive(gaze.leftPitch / gazePitchAtOne)
    w[.eyeLookDownLeft] = positive(-gaze.leftPitch / gazePitchAtOne)
    w[.eyeLookUpRight] = positive(gaze.rightPitch / gazePitchAtOne)
    w[.eyeLookDownRight] = positive(-gaze.rightPitch / gazePitchAtOne)
  }

  /// Blinks and winks; a downward look lowers the lid too.
  func lids(_ w: inout BlendshapeWeights, _ random: inout RandomSource) {
    let down = (w[.eyeLookDownLeft] + w[.eyeLookDownRight]) / 2
    let mode = random.unit()
    var (left, right): (Float, Float) = (0, 0)
    switch mode {
    case ..<0.11:
      let closed = random.uniform(0.5, 1)
      let other = random.chance(0.5) ? 0 : random.uniform(0, 0.3)
      (left, right) = random.chance(0.5) ? (closed, other) : (other, closed)
      if random.chance(0.5) {
        raise(closed == left ? .cheekSquintLeft : .cheekSquintRight, random.uniform(0.2, 0.9), &w)
        raise(closed == left ? .eyeSquintLeft : .eyeSquintRight, random.uniform(0.1, 0.7), &w)
      }
    case ..<0.27:
      left = random.uniform(0.8, 1)
      right = left + random.normal(0, 0.03)
    case ..<0.52:
      left = random.unit()
      right = left + random.normal(0, 0.04)
    default:
      left = random.chance(0.5) ? 0 : random.uniform(0, 0.12)
      right = max(0, left + random.normal(0, 0.01))
      if random.chance(0.5) {
        left += down * 0.35
        right += down * 0.35
      }
    }
    if left > 0.12 || right > 0.12 {
      w[.eyeWideLeft] = left > 0.12 ? 0 : w[.eyeWideLeft]
      w[.eyeWideRight] = right > 0.12 ? 0 : w[.eyeWideRight]
    } else if w[.eyeWideLeft] + w[.eyeWideRight] > 0 {
      (left, right) = (0, 0)
    }
    w[.eyeBlinkLeft] = left
    w[.eyeBlinkRight] = right
  }
}

extension Float {
  fileprivate func clamped(_ limit: Float) -> Float { max(-limit, min(limit, self)) }
}
