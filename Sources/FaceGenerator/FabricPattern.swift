import Foundation

/// Cloth in folds, plain or woven in stripes and checks.
enum FabricPattern {
  /// Fills a square luma picture.
  static func draw(on plane: inout [UInt8], size: Int, _ random: inout RandomSource) {
    let base = random.uniform(30, 200)
    let folds = (0..<3).map { _ in
      let angle = random.uniform(0, 2 * .pi)
      let wave = 2 * Float.pi / random.uniform(20, 160)
      return (
        across: SIMD2(cos(angle), sin(angle)) * wave, phase: random.uniform(0, 6), depth: random.uniform(0, 0.35)
      )
    }
    let angle = random.uniform(0, .pi)
    let weave = SIMD2(cos(angle), sin(angle)) * (2 * Float.pi / random.uniform(4, 40))
    let isWoven = random.chance(0.6)
    let isChecked = random.chance(0.5)
    let contrast = isWoven ? random.uniform(0.05, 0.7) : 0
    for y in 0..<size {
      for x in 0..<size {
        var point = SIMD2(Float(x), Float(y))
        var light: Float = 1
        for fold in folds {
          let wave = sin((point * fold.across).sum() + fold.phase)
          // A ridge is narrower than a valley; the pattern goes along with it.
          light += fold.depth * (wave * abs(wave))
          point += fold.across.unit * (6 * fold.depth * wave)
        }
        let stripe: Float = sin((point * weave).sum())
        let other: Float = isChecked ? sin(point.x * -weave.y + point.y * weave.x) : 0
        let thread: Float = (stripe > 0.3 ? 1 : -0.5) + (other > 0.3 ? 1 : 0)
        let value = base * light * (1 + contrast * 0.5 * thread)
        plane[y * size + x] = UInt8(max(0, min(255, value)))
      }
    }
  }
}

extension SIMD2<Float> {
  /// The same direction at length 1; zero stays zero.
  fileprivate var unit: SIMD2<Float> {
    let length = (self * self).sum().squareRoot()
    return length > 1e-9 ? self / length : .zero
  }
}
