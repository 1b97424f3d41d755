import FaceCore
import Foundation

extension FaceSceneSampler {
  /// How often each kind is in a scene, percent; a seventh of all scenes has one.
  ///
  /// Hands on the mouth or an eye, and masks, hide what the labels say: they are rare.
  static func percent(_ kind: FaceScene.Thing.Kind) -> Float {
    switch kind {
    case .handOnChin, .fistUnderChin: 1
    case .handOnCheek: 1.2
    case .handOnForehead: 0.8
    case .handOnMouth, .handOnEye: 0.5
    case .handWaving: 1
    case .cup, .phone: 0.8
    case .microphone: 1.2
    case .headphones: 2.6
    case .headset: 1.2
    case .mask: 1
    }
  }

  /// The things of a scene: one, or most often none.
  func things(_ random: inout RandomSource) -> [FaceScene.Thing] {
    var rest = random.uniform(0, 100)
    for kind in FaceScene.Thing.Kind.allCases {
      rest -= Self.percent(kind)
      if rest < 0 { return [thing(kind, &random)] }
    }
    return []
  }

  /// A thing with all that varies.
  func thing(_ kind: FaceScene.Thing.Kind, _ random: inout RandomSource) -> FaceScene.Thing {
    var shift = SIMD3(random.normal(0, 0.7), random.normal(0, 0.7), random.normal(0, 0.3))
    let dark: SIMD3<Float> = SIMD3(1, 1, 1.05) * random.uniform(0.008, 0.08)
    var colour = cloth(&random)
    switch kind {
    case .handWaving: shift = [random.uniform(-9, 6), random.uniform(-8, 6), random.uniform(-4, 4)]
    case .cup, .microphone: shift *= [2, 2, 3]
    case .phone: shift *= 0.5
    default: break
    }
    switch kind {
    case .phone: colour = dark
    case .microphone, .headphones, .headset: colour = random.chance(0.75) ? dark : colour
    case .mask: colour = random.pick([[0.42, 0.6, 0.72], [0.75, 0.76, 0.77], [0.03, 0.03, 0.035]])
    default: break
    }
    let lean = Quaternion(
      yaw: random.normal(0, 0.15, limit: 0.4), pitch: random.normal(0, 0.15, limit: 0.4),
      roll: random.normal(0, 0.2, limit: 0.5))
    return FaceScene.Thing(
      kind: kind, isLeft: random.chance(0.5), shift: shift, turn: lean,
      scale: random.normal(1, 0.07, limit: 0.15), colour: colour, curl: random.normal(0, 0.15, limit: 0.4),
      spread: random.uniform(0, kind == .handWaving ? 0.2 : 0.1))
  }
}
