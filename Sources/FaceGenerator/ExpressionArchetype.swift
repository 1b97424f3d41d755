import FaceCore

/// A whole-face expression or a mouth shape of speech, at full strength.
package struct ExpressionArchetype: Sendable {
  package let name: String
  package let isSpeech: Bool
  package let weights: [(Blendshape, Float)]

  /// Emotions first, then the visemes.
  package static let all: [ExpressionArchetype] = emotions + visemes

  package static let emotions: [ExpressionArchetype] = [
    both("smile", [.mouthSmileLeft: 0.8, .cheekSquintLeft: 0.5, .eyeSquintLeft: 0.3, .mouthDimpleLeft: 0.2]),
    both(
      "grin",
      [.mouthSmileLeft: 0.9, .cheekSquintLeft: 0.6, .mouthUpperUpLeft: 0.5, .mouthLowerDownLeft: 0.3, .jawOpen: 0.12]),
    both(
      "laugh",
      [.mouthSmileLeft: 0.9, .cheekSquintLeft: 0.7, .eyeSquintLeft: 0.5, .jawOpen: 0.5, .mouthUpperUpLeft: 0.4]),
    both("surprise", [.browInnerUp: 0.9, .browOuterUpLeft: 0.9, .eyeWideLeft: 0.8, .jawOpen: 0.5]),
    both("anger", [.browDownLeft: 0.9, .noseSneerLeft: 0.5, .mouthPressLeft: 0.5, .eyeSquintLeft: 0.4]),
    both("snarl", [.browDownLeft: 0.8, .noseSneerLeft: 0.9, .mouthUpperUpLeft: 0.8, .cheekSquintLeft: 0.5]),
    both("sadness", [.browInnerUp: 0.8, .mouthFrownLeft: 0.8, .mouthShrugLower: 0.5]),
    both(
      "doubt",
      [.mouthShrugLower: 0.7, .mouthShrugUpper: 0.5, .mouthFrownLeft: 0.4, .browOuterUpLeft: 0.5, .browInnerUp: 0.4]),
    both("disgust", [.noseSneerLeft: 0.8, .mouthUpperUpLeft: 0.5, .mouthFrownLeft: 0.5, .browDownLeft: 0.5]),
    both("kiss", [.mouthPucker: 0.95]),
    both("fear", [.browInnerUp: 0.8, .eyeWideLeft: 0.8, .mouthStretchLeft: 0.8, .jawOpen: 0.25]),
    both(
      "pain",
      [.eyeSquintLeft: 0.8, .cheekSquintLeft: 0.8, .browDownLeft: 0.7, .mouthStretchLeft: 0.5, .mouthUpperUpLeft: 0.4]),
  ]

  package static let visemes: [ExpressionArchetype] = [
    both("aa", [.jawOpen: 0.6, .mouthLowerDownLeft: 0.25, .mouthUpperUpLeft: 0.15], speech: true),
    both("E", [.jawOpen: 0.3, .mouthStretchLeft: 0.4, .mouthLowerDownLeft: 0.35, .mouthSmileLeft: 0.2], speech: true),
    both(
      "I",
      [.jawOpen: 0.18, .mouthStretchLeft: 0.6, .mouthSmileLeft: 0.3, .mouthUpperUpLeft: 0.2, .mouthLowerDownLeft: 0.3],
      speech: true),
    both("O", [.jawOpen: 0.42, .mouthFunnel: 0.6, .mouthPucker: 0.15], speech: true),
    both("U", [.jawOpen: 0.2, .mouthPucker: 0.6, .mouthFunnel: 0.35], speech: true),
    both(
      "PP", [.jawOpen: 0.2, .mouthClose: 0.2, .mouthPressLeft: 0.45, .mouthRollLower: 0.35, .mouthRollUpper: 0.3],
      speech: true),
    both("FF", [.jawOpen: 0.12, .mouthRollLower: 0.6, .mouthUpperUpLeft: 0.35], speech: true),
    both(
      "SS", [.jawOpen: 0.08, .mouthStretchLeft: 0.35, .mouthUpperUpLeft: 0.3, .mouthLowerDownLeft: 0.5], speech: true),
    both("CH", [.jawOpen: 0.12, .mouthFunnel: 0.7, .mouthUpperUpLeft: 0.3, .mouthLowerDownLeft: 0.3], speech: true),
    both("TH", [.jawOpen: 0.22, .tongueOut: 0.25, .mouthLowerDownLeft: 0.3], speech: true),
  ]

  /// A symmetric archetype: channels of the left side stand for both.
  private static func both(
    _ name: String, _ weights: KeyValuePairs<Blendshape, Float>, speech: Bool = false
  ) -> ExpressionArchetype {
    let sided = weights.flatMap { channel, value in
      channel == channel.mirrored ? [(channel, value)] : [(channel, value), (channel.mirrored, value)]
    }
    return ExpressionArchetype(name: name, isSpeech: speech, weights: sided)
  }
}
