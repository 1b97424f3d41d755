import FaceCore
import Foundation

extension FaceSceneSampler {
  /// What a window may hold when it holds no face.
  enum Negative: CaseIterable {
    case room, pattern, hands, backOfHead, hairOnly, cutOff, stripes
  }

  /// Draws a kind: rooms most often.
  func negativeKind(_ random: inout RandomSource) -> Negative {
    switch random.unit() {
    case ..<0.42: .room
    case ..<0.52: .pattern
    case ..<0.62: .hands
    case ..<0.76: .backOfHead
    case ..<0.83: .hairOnly
    case ..<0.92: .cutOff
    default: .stripes
    }
  }

  /// A scene without a face in its middle.
  func scene(negative kind: Negative, size: Int, _ random: inout RandomSource) -> FaceScene {
    var scene = scene(size: size, &random)
    let middle = SIMD2<Float>(repeating: Float(size) / 2)
    let degree: Float = .pi / 180
    scene.occluders = []
    switch kind {
    case .room, .stripes:
      scene.hasHead = false
      scene.background.panorama = random.below(stock.harmonics.count)
      scene.background.yaw = random.uniform(0, 2 * .pi)
      scene.background.pitch = random.normal(0, 0.4, limit: 1.3)
      scene.background.tangent = random.uniform(0.12, 1.2)
      scene.background.blurLevel = random.chance(0.5) ? 0 : random.uniform(0, 4)
    case .pattern:
      scene.hasHead = false
      scene.background.panorama = nil
      scene.background.gradient.2 = [exp(random.uniform(0, 5)), random.uniform(0, 2)]
    case .hands:
      scene.hasHead = false
      for _ in 0...random.below(3) {
        let shift = SIMD2(random.uniform(-0.4, 0.4), random.uniform(-0.4, 0.6))
        scene.occluders += occluders(&random).map {
          .init(from: $0.from + shift, to: $0.to + shift, radius: $0.radius * 1.3, colour: $0.colour)
        }
      }
    case .backOfHead, .hairOnly:
      scene.facing = Quaternion(
        yaw: random.uniform(120, 240) * degree, pitch: random.normal(0, 15, limit: 40) * degree,
        roll: random.normal(0, 15, limit: 40) * degree)
      scene.person.glasses = nil
      if kind == .hairOnly {
        scene.person.isBald = false
        scene.windowSide *= random.uniform(1.5, 3)
        scene.windowCentre = middle + SIMD2(random.uniform(-60, 60), random.uniform(0, 160)) * Float(size) / 288
      } else {
        scene.windowSide *= random.uniform(0.6, 1.2)
      }
    case .cutOff:
      // Less than half of the face is inside the middle two thirds.
      let angle = random.uniform(0, 2 * .pi)
      scene.windowCentre = middle + SIMD2(cos(angle), sin(angle)) * scene.windowSide * random.uniform(0.75, 1.1)
    }
    return scene
  }
}
