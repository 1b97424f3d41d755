import FaceCore
import Foundation

extension FaceSceneSampler {
  /// What a window may hold when it holds no face.
  enum Negative: CaseIterable {
    case room, pattern, text, fabric, hands, backOfHead, hairOnly, cutOff, cartoon, animal, doll
  }

  /// Draws a kind: a room in three of ten, what most pictures are full of; the others evenly.
  func negativeKind(_ random: inout RandomSource) -> Negative {
    random.chance(0.3) ? .room : random.pick(Negative.allCases.filter { $0 != .room })
  }

  /// A scene without a face in its middle.
  func scene(negative kind: Negative, size: Int, _ random: inout RandomSource) -> FaceScene {
    var scene = scene(size: size, &random)
    let middle = SIMD2<Float>(repeating: Float(size) / 2)
    let degree: Float = .pi / 180
    scene.occluders = []
    scene.things = []
    switch kind {
    case .room, .text, .fabric, .cartoon, .animal, .doll:
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
      let kinds = FaceScene.Thing.Kind.allCases.filter(\.isHand) + [.cup, .phone, .microphone]
      for _ in 0...random.below(2) {
        var thing = thing(random.pick(kinds), &random)
        // To the middle, where the face would be.
        thing.shift += [random.uniform(-8, 0), random.uniform(-2, 5), 0]
        scene.things.append(thing)
      }
      scene.windowSide *= random.uniform(0.7, 1.5)
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
