import FaceCore
import Foundation

extension FaceSceneSampler {
  /// A hand of fingers, or something round, over the edge of the face.
  func occluders(_ random: inout RandomSource) -> [FaceScene.Occluder] {
    let isHand = random.chance(0.6)
    let colour =
      isHand ? random.pick(stock.skins).colour * random.uniform(0.5, 1.2) : cloth(&random)
    let angle = random.uniform(-0.9 * .pi, 0.1 * .pi)
    let middle = SIMD2(cos(angle), sin(angle)) * random.uniform(0.35, 0.62)
    if !isHand {
      let half = SIMD2(random.normal(0, 0.25), random.normal(0, 0.25))
      return [.init(from: middle - half, to: middle + half, radius: random.uniform(0.04, 0.2), colour: colour)]
    }
    let lean = random.uniform(0, 2 * .pi)
    let finger = SIMD2(cos(lean), sin(lean)) * random.uniform(0.2, 0.4)
    let step = SIMD2(-sin(lean), cos(lean)) * 0.085
    return (0..<(2 + random.below(3))).map { index in
      let base = middle + step * Float(index)
      return .init(from: base, to: base + finger * random.uniform(0.85, 1.1), radius: 0.045, colour: colour)
    }
  }
}
