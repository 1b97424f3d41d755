import FaceCore

/// A random expression as faces make them: mostly near neutral, correlated in groups and between the sides, but with
/// every one of the 52 channels alive.
package struct ExpressionPrior: Sendable {
  /// A drawn expression and the eyeballs' directions that go with its eyeLook channels.
  package struct Draw: Sendable {
    package var weights: BlendshapeWeights
    package var gaze: Gaze
  }

  /// The eyeball's turn at weight 1 of the eyeLook channels, radians.
  package static let gazeYawAtOne: Float = 30 * .pi / 180
  package static let gazePitchAtOne: Float = 24 * .pi / 180

  private static let pairs: [(left: Blendshape, right: Blendshape)] = [
    (.mouthSmileLeft, .mouthSmileRight), (.mouthFrownLeft, .mouthFrownRight), (.mouthDimpleLeft, .mouthDimpleRight),
    (.mouthStretchLeft, .mouthStretchRight), (.mouthPressLeft, .mouthPressRight),
    (.mouthUpperUpLeft, .mouthUpperUpRight), (.mouthLowerDownLeft, .mouthLowerDownRight),
    (.noseSneerLeft, .noseSneerRight), (.cheekSquintLeft, .cheekSquintRight), (.eyeSquintLeft, .eyeSquintRight),
    (.eyeWideLeft, .eyeWideRight), (.browDownLeft, .browDownRight), (.browOuterUpLeft, .browOuterUpRight),
  ]
  private static let singles: [Blendshape] = [
    .browInnerUp, .cheekPuff, .jawForward, .jawLeft, .jawRight, .jawOpen, .mouthClose, .mouthFunnel, .mouthPucker,
    .mouthLeft, .mouthRight, .mouthRollLower, .mouthRollUpper, .mouthShrugLower, .mouthShrugUpper, .tongueOut,
  ]

  package init() {}

  /// Draws one expression.
  package func draw(_ random: inout RandomSource) -> Draw {
    var w = BlendshapeWeights.neutral
    let mode = random.unit()
    switch mode {
    case ..<0.20: nearNeutral(&w, &random)
    case ..<0.42: singleShapes(&w, &random)
    case ..<0.72: groups(&w, &random)
    case ..<0.90: archetype(&w, &random)
    default: stress(&w, &random)
    }
    if mode >= 0.2, random.chance(0.5) { rare(&w, &random) }
    if mode >= 0.2, random.chance(0.5) { brows(&w, &random) }
    let gaze = look(&w, &random)
    lids(&w, &random)
    couple(&w, &random)
    Self.constrain(&w)
    return Draw(weights: w, gaze: gaze)
  }

  /// Makes a set of weights physically possible: 0…1, `mouthClose` ≤ `jawOpen`, no lid wide and closed, no side pulled
  /// both ways, the tongue only out of an open mouth.
  package static func constrain(_ w: inout BlendshapeWeights) {
    w = w.clamped()
    if w[.tongueOut] > 0 { w[.jawOpen] = max(w[.jawOpen], 0.2 + 0.3 * w[.tongueOut]) }
    w[.mouthClose] = min(w[.mouthClose], w[.jawOpen])
    exclude(.eyeBlinkLeft, .eyeWideLeft, &w)
    exclude(.eyeBlinkRight, .eyeWideRight, &w)
    exclude(.jawLeft, .jawRight, &w)
    exclude(.mouthLeft, .mouthRight, &w)
    exclude(.eyeLookUpLeft, .eyeLookDownLeft, &w)
    exclude(.eyeLookUpRight, .eyeLookDownRight, &w)
    exclude(.eyeLookInLeft, .eyeLookOutLeft, &w)
    exclude(.eyeLookInRight, .eyeLookOutRight, &w)
    w[.mouthFrownLeft] *= 1 - w[.mouthSmileLeft]
    w[.mouthFrownRight] *= 1 - w[.mouthSmileRight]
    if w[.tongueOut] > 0 {
      w[.mouthClose] = 0
      w[.mouthRollLower] *= 0.3
    }
  }

  private static func exclude(_ a: Blendshape, _ b: Blendshape, _ w: inout BlendshapeWeights) {
    if w[a] >= w[b] { w[b] = 0 } else { w[a] = 0 }
  }

  /// A level that is often small and sometimes full.
  private func level(_ random: inout RandomSource) -> Float {
    random.chance(0.2) ? random.uniform(0.75, 1) : random.uniform(0.08, 0.95)
  }

  func raise(_ channel: Blendshape, _ value: Float, _ w: inout BlendshapeWeights) {
    w[channel] = max(w[channel], min(1, value))
  }

  /// Both sides alike in most cases, one side alone in 15 %.
  private func pair(
    _ pair: (left: Blendshape, right: Blendshape), _ w: inout BlendshapeWeights, _ random: inout RandomSource
  ) {
    let value = level(&random)
    let mode = random.unit()
    if mode < 0.85 {
      raise(pair.left, value + random.normal(0, 0.08), &w)
      raise(pair.right, value + random.normal(0, 0.08), &w)
    } else {
      raise(mode < 0.925 ? pair.left : pair.right, value, &w)
    }
  }

  private func single(_ channel: Blendshape, _ w: inout BlendshapeWeights, _ random: inout RandomSource) {
    raise(channel, level(&random), &w)
    switch channel {
    case .mouthClose: raise(.jawOpen, w[.mouthClose] + random.uniform(0, 0.15), &w)
    case .tongueOut: raise(.jawOpen, random.uniform(0.3, 0.7), &w)
    case .jawRight: w[.jawLeft] = 0
    case .mouthRight: w[.mouthLeft] = 0
    default: break
    }
  }

  private func nearNeutral(_ w: inout BlendshapeWeights, _ random: inout RandomSource) {
    for channel in Self.singles where random.chance(0.3) { w[channel] = random.uniform(0, 0.1) }
    for sides in Self.pairs where random.chance(0.3) {
      let value = random.uniform(0, 0.12)
      w[sides.left] = value
      w[sides.right] = max(0, value + random.normal(0, 0.02))
    }
    w[.tongueOut] = 0
  }

  private func singleShapes(_ w: inout BlendshapeWeights, _ random: inout RandomSource) {
    for _ in 0...random.below(3) {
      if random.chance(0.5) {
        single(random.pick(Self.singles), &w, &random)
      } else {
        pair(random.pick(Self.pairs), &w, &random)
      }
    }
  }

  private func groups(_ w: inout BlendshapeWeights, _ random: inout RandomSource) {
    if random.chance(0.2) { pair((.eyeWideLeft, .eyeWideRight), &w, &random) }
    if random.chance(0.3) { pair((.eyeSquintLeft, .eyeSquintRight), &w, &random) }
    if random.chance(0.2) { pair((.cheekSquintLeft, .cheekSquintRight), &w, &random) }
    if random.chance(0.2) { pair((.noseSneerLeft, .noseSneerRight), &w, &random) }
    if random.chance(0.55) { single(.jawOpen, &w, &random) }
    if random.chance(0.15) { single(random.chance(0.5) ? .jawLeft : .jawRight, &w, &random) }
    if random.chance(0.1) { single(.jawForward, &w, &random) }
    let lips: [Blendshape] = [
      .mouthFunnel, .mouthPucker, .mouthRollLower, .mouthRollUpper, .mouthShrugLower, .mouthShrugUpper, .cheekPuff,
      .mouthLeft, .mouthRight, .mouthClose,
    ]
    if random.chance(0.22) { pair((.mouthSmileLeft, .mouthSmileRight), &w, &random) }
    for _ in 0..<(1 + random.below(3)) {
      if random.chance(0.45) {
        single(random.pick(lips), &w, &random)
      } else {
        pair(Self.pairs[random.below(7)], &w, &random)
      }
    }
  }

  /// Brows move in whatever the mouth does.
  private func brows(_ w: inout BlendshapeWeights, _ random: inout RandomSource) {
    switch random.unit() {
    case ..<0.45:
      single(.browInnerUp, &w, &random)
      guard random.chance(0.75) else { return }
      let share = random.uniform(0.4, 1.2)
      raise(.browOuterUpLeft, w[.browInnerUp] * share + random.normal(0, 0.06), &w)
      raise(.browOuterUpRight, w[.browInnerUp] * share + random.normal(0, 0.06), &w)
    case ..<0.8: pair((.browDownLeft, .browDownRight), &w, &random)
    default: pair((.browOuterUpLeft, .browOuterUpRight), &w, &random)
    }
  }

  private func archetype(_ w: inout BlendshapeWeights, _ random: inout RandomSource) {
    let shape = random.pick(ExpressionArchetype.all)
    let strength = random.uniform(0.45, 1.05)
    for (channel, value) in shape.weights { raise(channel, value * strength * random.uniform(0.75, 1.25), &w) }
    for sides in Self.pairs where random.chance(0.06) { pair(sides, &w, &random) }
    if shape.isSpeech {
      // Speech runs between two mouth shapes.
      let other = random.pick(ExpressionArchetype.all.filter(\.isSpeech))
      let mix = random.unit()
      for index in 0..<52 { w[index] *= 1 - 0.7 * mix }
      for (channel, value) in other.weights { w[channel] += value * strength * mix }
    }
  }

  private func stress(_ w: inout BlendshapeWeights, _ random: inout RandomSource) {
    switch random.below(5) {
    case 0:
      single(.tongueOut, &w, &random)
    case 1:
      single(.cheekPuff, &w, &random)
      if random.chance(0.5) { pair((.mouthPressLeft, .mouthPressRight), &w, &random) }
    case 2:
      single(random.chance(0.5) ? .jawLeft : .jawRight, &w, &random)
      single(random.chance(0.5) ? .mouthLeft : .mouthRight, &w, &random)
    case 3:
      single(.mouthRollLower, &w, &random)
      single(.mouthRollUpper, &w, &random)
      if random.chance(0.5) { single(.mouthClose, &w, &random) }
    default:
      for sides in Self.pairs where random.chance(0.3) { pair(sides, &w, &random) }
      for channel in Self.singles where random.chance(0.15) && channel != .tongueOut { single(channel, &w, &random) }
    }
  }

  /// Shapes that the other draws use too seldom: a channel active in under 4 % of the samples is not learned.
  private func rare(_ w: inout BlendshapeWeights, _ random: inout RandomSource) {
    let pairs: [(left: Blendshape, right: Blendshape)] = [
      (.eyeWideLeft, .eyeWideRight), (.eyeWideLeft, .eyeWideRight), (.mouthDimpleLeft, .mouthDimpleRight),
      (.mouthSmileLeft, .mouthSmileRight), (.mouthPressLeft, .mouthPressRight),
    ]
    let singles: [Blendshape] = [
      .mouthClose, .mouthClose, .tongueOut, .tongueOut, .cheekPuff, .cheekPuff, .jawForward, .jawForward, .jawLeft,
      .jawRight,
      .mouthLeft, .mouthRight, .mouthFunnel, .mouthPucker, .mouthShrugUpper, .mouthRollLower, .mouthRollUpper,
    ]
    let index = random.below(pairs.count + singles.count)
    if index < pairs.count {
      pair(pairs[index], &w, &random)
    } else {
      single(singles[index - pairs.count], &w, &random)
    }
  }
}
